/** tinyscale-core in your own program, with the JDK's HTTP client as transport. */
@NullMarked
package io.tinyscale.examples.library;

import org.jspecify.annotations.NullMarked;
