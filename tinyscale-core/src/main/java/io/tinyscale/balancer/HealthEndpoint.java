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
import java.util.function.Supplier;

/** Answers one question about health with a word, and 503 if the answer is no. */
final class HealthEndpoint implements Endpoint {

  /** Whether a restart would not help, below the context path. */
  static final String LIVE = "/health/live";

  /** Whether front ends should be let in, below the context path. */
  static final String READY = "/health/ready";

  private static final List<Header> HEADERS =
      List.of(
          new Header("Content-Type", "application/json"), new Header("Cache-Control", "no-store"));

  private final String good;
  private final Supplier<String> word;

  /**
   * An endpoint for one question.
   *
   * @param good the word that is answered with 200
   * @param word gives the word for now
   */
  HealthEndpoint(String good, Supplier<String> word) {
    this.good = good;
    this.word = word;
  }

  @Override
  public CompletionStage<HttpAnswer> handle(HttpRequest request, Cancellation caller) {
    BodyCollector.discard(request.body());
    return CompletableFuture.completedStage(
        switch (request.method()) {
          case "GET", "HEAD" -> answer(word.get());
          default -> new HttpAnswer(405, List.of(new Header("Allow", "GET, HEAD")), Body.EMPTY);
        });
  }

  private HttpAnswer answer(String now) {
    return new HttpAnswer(
        now.equals(good) ? 200 : 503, HEADERS, Body.of("{\"status\":\"" + now + "\"}\n"));
  }
}
