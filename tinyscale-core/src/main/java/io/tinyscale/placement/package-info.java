/**
 * Chooses the server for a new meeting. {@link io.tinyscale.placement.PlacementPolicy} shows how to
 * write your own policy; {@link io.tinyscale.placement.RoundRobin} is the default.
 */
@NullMarked
package io.tinyscale.placement;

import org.jspecify.annotations.NullMarked;
