/** The comparison of the engines: scenarios, rounds, report. */
@NullMarked
package io.tinyscale.bench.compare;

import org.jspecify.annotations.NullMarked;
