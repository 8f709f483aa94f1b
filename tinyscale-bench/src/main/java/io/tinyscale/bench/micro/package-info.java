/** Measurements of single pieces, with JMH. */
@NullMarked
package io.tinyscale.bench.micro;

import org.jspecify.annotations.NullMarked;
