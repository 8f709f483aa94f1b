package io.tinyscale.upstream;

import io.tinyscale.body.Cancellation;
import java.util.concurrent.CompletionStage;

/**
 * Sends requests to servers. Implemented outside core, over an HTTP client of the embedder's
 * choice.
 *
 * <p>Implementations are called from many threads at once and must not block. They follow no
 * redirects, keep no cookies, decode no content and repeat nothing by themselves, but for what
 * {@link UpstreamRequest#mayRepeat} allows: whether a second attempt is right is decided in core.
 */
@FunctionalInterface
public interface Upstream extends AutoCloseable {

  /**
   * Sends one request to one server.
   *
   * @param cancellation ends the attempt: the connection is given up, the stage completes with
   *     {@link Outcome.NoAnswer} (or {@link Outcome.NotSent}), and a body that is under way fails
   * @return what became of it as soon as the answer's head is there; never completed exceptionally
   */
  CompletionStage<Outcome> send(UpstreamRequest request, Cancellation cancellation);

  /** Ends every attempt and lets go of threads and connections; a second call does nothing. */
  @Override
  default void close() {}
}
