/**
 * Which servers are well: {@link io.tinyscale.health.Sweeper} asks each of them for its meetings,
 * {@link io.tinyscale.health.Verdicts} judges what it finds, {@link
 * io.tinyscale.health.PassiveChecks} judges by real calls, and {@link
 * io.tinyscale.health.PoolReloads} brings other servers into the pool.
 */
@NullMarked
package io.tinyscale.health;

import org.jspecify.annotations.NullMarked;
