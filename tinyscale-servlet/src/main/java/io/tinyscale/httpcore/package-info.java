/**
 * The way to the BigBlueButton servers, over HttpCore 5, the asynchronous engine inside Apache
 * HttpClient 5. {@link io.tinyscale.httpcore.HttpCoreUpstream} is the only class that others need.
 *
 * <p>HttpCore brings the reactor and the HTTP/1.1 protocol. The connector and the pool of
 * connections are our own, for reasons that were read in the sources of HttpCore and HttpClient, or
 * tried out:
 *
 * <ul>
 *   <li>Nothing here blocks. {@code StrictConnPool.lease} of HttpCore waits for a lock on the
 *       calling thread, and {@code AsyncRequester.requestSession} resolves names there.
 *   <li>The limit of connections counts sockets: a permit lives until the socket is closed. The
 *       pools of HttpCore and HttpClient count their entries.
 *   <li>A request is sent once more on a fresh connection in one case only: a connection that was
 *       used before ended before any byte of the answer. Whoever calls gets to know for certain
 *       whether a request was sent at all; the balancer's rules for creates stand on that.
 *   <li>A cancelled attempt ends at once, also while TLS is being negotiated. With the connection
 *       manager of HttpClient a handshake outlives its cancellation.
 *   <li>HttpClient's connection manager in place of the pool here passed the tests at the same CPU
 *       time, saved no code, and added 1.3 MB.
 *   <li>The client of the JDK refuses queries with characters that real front ends send, repeats a
 *       GET by itself, and has no limit of connections per host.
 * </ul>
 */
@NullMarked
package io.tinyscale.httpcore;

import org.jspecify.annotations.NullMarked;
