/**
 * The web server of the executable: Jetty without a servlet layer, and the entry to the endpoints
 * in it. A web application never sees this package; it stays out of {@code WEB-INF}.
 */
@NullMarked
package io.tinyscale.jetty;

import org.jspecify.annotations.NullMarked;
