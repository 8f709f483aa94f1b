/** The filter in a web application of one's own. */
@NullMarked
package io.tinyscale.examples.webapp;

import org.jspecify.annotations.NullMarked;
