/**
 * The web server of the executable: Jetty without a servlet layer, and the handler that passes
 * requests to the endpoints. The deployed web application does not contain it.
 */
@NullMarked
package io.tinyscale.jetty;

import org.jspecify.annotations.NullMarked;
