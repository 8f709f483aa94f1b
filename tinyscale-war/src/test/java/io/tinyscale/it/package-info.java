/**
 * Tests across the modules. Classes whose names end in {@code Test} run the filter, or Jetty
 * without servlets, in the process of the test, in front of simulated servers. Classes whose names
 * end in {@code IT} start the packaged WAR as its users do, in a process of its own.
 */
@NullMarked
package io.tinyscale.it;

import org.jspecify.annotations.NullMarked;
