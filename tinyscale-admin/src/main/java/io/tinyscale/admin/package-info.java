/**
 * The administrator's door: health and metrics, over what a {@link io.tinyscale.balancer.Balancer}
 * tells of itself. A program that embeds the balancer may leave this module out.
 */
@NullMarked
package io.tinyscale.admin;

import org.jspecify.annotations.NullMarked;
