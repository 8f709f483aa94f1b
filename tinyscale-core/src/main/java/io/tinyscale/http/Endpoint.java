package io.tinyscale.http;

import io.tinyscale.body.Cancellation;
import java.util.concurrent.CompletionStage;

/** Answers the requests for one path. Called from many threads at once; must not block. */
@FunctionalInterface
public interface Endpoint {

  /**
   * Answers one request.
   *
   * @param caller is cancelled when nobody waits for the answer any more
   * @return the answer; never completed exceptionally
   */
  CompletionStage<HttpAnswer> handle(HttpRequest request, Cancellation caller);
}
