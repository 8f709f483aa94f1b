package io.tinyscale.balancer;

import io.tinyscale.body.Body;
import io.tinyscale.body.BodyCollector;
import io.tinyscale.body.Cancellation;
import io.tinyscale.body.Header;
import io.tinyscale.http.Endpoint;
import io.tinyscale.http.HttpAnswer;
import io.tinyscale.http.HttpRequest;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Says that the process answers requests, and nothing of its servers. */
final class HealthEndpoint implements Endpoint {

  /** The path, below the context path. */
  static final String LIVE = "/health/live";

  @Override
  public CompletionStage<HttpAnswer> handle(HttpRequest request, Cancellation caller) {
    BodyCollector.discard(request.body());
    return CompletableFuture.completedStage(
        switch (request.method()) {
          case "GET", "HEAD" -> HttpAnswer.text(200, "ok\n");
          default -> new HttpAnswer(405, List.of(new Header("Allow", "GET, HEAD")), Body.EMPTY);
        });
  }
}
