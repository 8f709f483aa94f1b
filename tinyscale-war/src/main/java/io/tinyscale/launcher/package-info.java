/** The executable: command line, demo, log. The deployed web application does not contain it. */
@NullMarked
package io.tinyscale.launcher;

import org.jspecify.annotations.NullMarked;
