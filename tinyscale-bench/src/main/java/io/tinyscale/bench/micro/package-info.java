/** Measures single pieces of the code with JMH. */
@NullMarked
package io.tinyscale.bench.micro;

import org.jspecify.annotations.NullMarked;
