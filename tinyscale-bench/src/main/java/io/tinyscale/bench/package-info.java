/** What is never deployed: benchmarks against yardsticks, and the soak program. */
@NullMarked
package io.tinyscale.bench;

import org.jspecify.annotations.NullMarked;
