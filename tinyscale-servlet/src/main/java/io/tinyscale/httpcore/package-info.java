/**
 * The transport to the BigBlueButton servers, over HttpCore 5, the asynchronous engine inside
 * Apache HttpClient 5. {@link io.tinyscale.httpcore.HttpCoreUpstream} is the entry; beside it other
 * packages need {@link io.tinyscale.httpcore.TrustedCas} alone.
 *
 * <p>HttpCore brings the reactor and the HTTP/1.1 protocol. The connector and the connection pool
 * are our own. The reasons come from the sources of HttpCore and HttpClient, or from trials:
 *
 * <ul>
 *   <li>Nothing here blocks. {@code StrictConnPool.lease} of HttpCore waits for a lock on the
 *       calling thread, and {@code AsyncRequester.requestSession} resolves names there.
 *   <li>The limit of connections counts sockets: a permit lives until the socket is closed. The
 *       pools of HttpCore and HttpClient count their entries.
 *   <li>A request is repeated on a fresh connection in one case only: a used connection ended
 *       before any byte of the answer arrived. The outcome says for certain whether the request was
 *       sent at all. The balancer's rules for creates depend on that.
 *   <li>A cancelled attempt ends at once, also during the TLS handshake. With the connection
 *       manager of HttpClient a handshake outlives its cancellation.
 *   <li>HttpClient's connection manager in place of this pool passed the tests at the same CPU
 *       time, saved no code, and added 1.3 MB.
 *   <li>The JDK's HTTP client refuses queries with characters that real front ends send, repeats a
 *       GET by itself, and has no limit of connections per host.
 * </ul>
 */
@NullMarked
package io.tinyscale.httpcore;

import org.jspecify.annotations.NullMarked;
