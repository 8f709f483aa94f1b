/**
 * Which server gets a new meeting. {@link io.tinyscale.placement.PlacementPolicy} shows how to
 * write a policy of your own; {@link io.tinyscale.placement.RoundRobin} is the one that runs by
 * default.
 */
@NullMarked
package io.tinyscale.placement;

import org.jspecify.annotations.NullMarked;
