/** Webhooks: registered with every server, under one id, and given to servers that come later. */
@NullMarked
package io.tinyscale.hook;

import org.jspecify.annotations.NullMarked;
