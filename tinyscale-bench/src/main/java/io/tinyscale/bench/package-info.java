/** Benchmarks against yardsticks, and the soak program. This module is never deployed. */
@NullMarked
package io.tinyscale.bench;

import org.jspecify.annotations.NullMarked;
