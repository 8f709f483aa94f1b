/** Generates load in a closed or an open loop, and measures how long the answers take. */
@NullMarked
package io.tinyscale.bench.load;

import org.jspecify.annotations.NullMarked;
