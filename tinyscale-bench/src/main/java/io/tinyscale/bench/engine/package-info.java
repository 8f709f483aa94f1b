/** The engines that are measured: tinyscale and the yardsticks, each in its own processes. */
@NullMarked
package io.tinyscale.bench.engine;

import org.jspecify.annotations.NullMarked;
