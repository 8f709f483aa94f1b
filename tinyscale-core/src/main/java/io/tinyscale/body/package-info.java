/** The bodies and header fields of messages, whatever carries them. */
@NullMarked
package io.tinyscale.body;

import org.jspecify.annotations.NullMarked;
