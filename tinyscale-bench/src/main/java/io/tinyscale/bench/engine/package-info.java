/** What is measured: tinyscale and the yardsticks, each in processes of its own. */
@NullMarked
package io.tinyscale.bench.engine;

import org.jspecify.annotations.NullMarked;
