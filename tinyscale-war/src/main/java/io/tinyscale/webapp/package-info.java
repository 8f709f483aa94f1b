/** What the WAR adds to the filter. */
@NullMarked
package io.tinyscale.webapp;

import org.jspecify.annotations.NullMarked;
