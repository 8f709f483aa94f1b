/** The executable: command line, embedded Jetty, the demo. Not part of the deployed webapp. */
@NullMarked
package io.tinyscale.launcher;

import org.jspecify.annotations.NullMarked;
