/** The gateway in Jetty without a servlet layer: what the executable runs. */
@NullMarked
package io.tinyscale.jetty;

import org.jspecify.annotations.NullMarked;
