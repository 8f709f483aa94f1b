/**
 * Benchmarks against yardsticks, the soak program, and the simulation of placement. This module is
 * never deployed.
 */
@NullMarked
package io.tinyscale.bench;

import org.jspecify.annotations.NullMarked;
