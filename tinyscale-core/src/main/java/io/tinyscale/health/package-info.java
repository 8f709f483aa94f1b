/**
 * Finds out which servers are well. {@link io.tinyscale.health.Sweeper} asks each server for its
 * meetings, {@link io.tinyscale.health.Verdicts} judges the result, {@link
 * io.tinyscale.health.PassiveChecks} judges servers by real calls, and {@link
 * io.tinyscale.health.PoolReloads} applies a changed pool file.
 */
@NullMarked
package io.tinyscale.health;

import org.jspecify.annotations.NullMarked;
