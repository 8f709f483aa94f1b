/**
 * Signs calls, sends them to one server, and reports the outcome.
 *
 * <p>A program that embeds core implements {@link io.tinyscale.upstream.Upstream} over the HTTP
 * client of its choice. The implementation must tell a request that was not sent from a request
 * that may have arrived:
 *
 * <pre>{@code
 * return client.send(request)
 *     .handle((answer, failure) ->
 *         failure == null ? new Outcome.Answered(status(answer), headers(answer), body(answer))
 *             : failure instanceof ConnectException refused ? new Outcome.NotSent(refused)
 *             : new Outcome.NoAnswer(new IOException(failure)));
 * }</pre>
 */
@NullMarked
package io.tinyscale.upstream;

import org.jspecify.annotations.NullMarked;
