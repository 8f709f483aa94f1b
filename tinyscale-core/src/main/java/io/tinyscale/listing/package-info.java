/**
 * Lists of all servers as one: asked of all at once, put aside until they are complete, and merged
 * while they are sent.
 */
@NullMarked
package io.tinyscale.listing;

import org.jspecify.annotations.NullMarked;
