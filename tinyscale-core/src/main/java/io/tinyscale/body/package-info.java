/**
 * The bodies and header fields of messages, whatever carries them, and the tools for work that
 * several threads feed. A body is delivered once, as fast as its subscriber asks for it.
 */
@NullMarked
package io.tinyscale.body;

import org.jspecify.annotations.NullMarked;
