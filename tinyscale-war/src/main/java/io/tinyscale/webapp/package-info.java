/** The classes of the deployed WAR: its filter, and the answer to all other paths. */
@NullMarked
package io.tinyscale.webapp;

import org.jspecify.annotations.NullMarked;
