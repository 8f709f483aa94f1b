/** tinyscale-core in a program of one's own, with the JDK's HTTP client as transport. */
@NullMarked
package io.tinyscale.examples.library;

import org.jspecify.annotations.NullMarked;
