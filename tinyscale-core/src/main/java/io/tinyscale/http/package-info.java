/**
 * The seam to web servers: requests, answers, and the endpoints that answer requests. An entry (the
 * filter, the executable's handler) only translates. Every page and every API is an {@link
 * io.tinyscale.http.Endpoint} in one table, {@link io.tinyscale.http.Routes}.
 */
@NullMarked
package io.tinyscale.http;

import org.jspecify.annotations.NullMarked;
