/**
 * Merged lists: asks all servers at once, puts each server's list aside until it is complete, and
 * merges the lists while they are sent.
 */
@NullMarked
package io.tinyscale.listing;

import org.jspecify.annotations.NullMarked;
