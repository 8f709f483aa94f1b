/**
 * An accepted call on its way to an answer: the types that all handlers share, and the relay to one
 * server.
 */
@NullMarked
package io.tinyscale.call;

import org.jspecify.annotations.NullMarked;
