/**
 * Sign and send: what goes to one server, and what became of it.
 *
 * <p>A program that embeds core implements {@link io.tinyscale.upstream.Upstream} over the HTTP
 * client of its choice. A request that never left is another outcome than one that may have
 * arrived:
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
