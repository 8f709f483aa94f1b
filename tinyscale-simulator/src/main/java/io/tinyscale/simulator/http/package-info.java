/**
 * A small HTTP/1.1 server over blocking sockets, and a client that sends one request at a time.
 *
 * <p>It knows nothing of BigBlueButton. An {@link io.tinyscale.simulator.http.HttpHandler} decides
 * how a request is answered, and its {@link io.tinyscale.simulator.http.Reaction} may write an
 * answer, delay it, cut it off or reset the connection. {@link
 * io.tinyscale.simulator.http.HttpSender} is the client.
 */
@NullMarked
package io.tinyscale.simulator.http;

import org.jspecify.annotations.NullMarked;
