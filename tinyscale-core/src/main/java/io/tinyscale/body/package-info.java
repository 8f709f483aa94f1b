/**
 * Bodies and header fields of messages, independent of their transport, and tools for work that
 * several threads feed. A body is delivered once, as fast as its subscriber asks for it.
 */
@NullMarked
package io.tinyscale.body;

import org.jspecify.annotations.NullMarked;
