/** Processes that this program starts, waits for and ends. */
@NullMarked
package io.tinyscale.bench.process;

import org.jspecify.annotations.NullMarked;
