/**
 * The seam to web servers: a request and an answer as HTTP has them, and what answers requests.
 * Every entry (the filter, the executable's handler) only translates; every page and every API is
 * an {@link io.tinyscale.http.Endpoint} in one table of {@link io.tinyscale.http.Routes}.
 */
@NullMarked
package io.tinyscale.http;

import org.jspecify.annotations.NullMarked;
