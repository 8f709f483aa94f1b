/** The filter in your own web application. */
@NullMarked
package io.tinyscale.examples.webapp;

import org.jspecify.annotations.NullMarked;
