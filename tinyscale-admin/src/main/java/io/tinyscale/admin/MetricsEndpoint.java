package io.tinyscale.admin;

import io.tinyscale.body.Cancellation;
import io.tinyscale.http.Endpoint;
import io.tinyscale.http.HttpAnswer;
import io.tinyscale.http.HttpRequest;
import io.tinyscale.observe.EventLog;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Function;

/** Answers with metrics as a text that Prometheus reads. */
final class MetricsEndpoint implements Endpoint {

  private final Function<String, Exposition> scrape;
  private final Executor executor;
  private final UnreadTexts texts;

  /**
   * Metrics of one kind.
   *
   * @param scrape makes the text; it gets the request's field Accept, or an empty text
   * @param executor runs that
   * @param texts bounds them
   */
  MetricsEndpoint(Function<String, Exposition> scrape, Executor executor, UnreadTexts texts) {
    this.scrape = scrape;
    this.executor = executor;
    this.texts = texts;
  }

  private static HttpAnswer failed(HttpRequest request, Throwable bug) {
    new EventLog().adminFailed(bug, request.trace());
    return Answers.problem(
        request, 500, "bug", "A mistake of tinyscale", "The log says where: please report it.");
  }

  @Override
  public CompletionStage<HttpAnswer> handle(HttpRequest request, Cancellation caller) {
    Optional<HttpAnswer> refusal = Answers.unlessReading(request);
    if (refusal.isPresent()) {
      return CompletableFuture.completedStage(refusal.get());
    }
    return texts
        .take()
        .map(place -> scraped(request, place))
        .orElseGet(() -> Answers.now(tooMany(request)));
  }

  private CompletionStage<HttpAnswer> scraped(HttpRequest request, UnreadTexts.Place place) {
    String accept = request.fields().first("Accept").orElse("");
    try {
      return CompletableFuture.supplyAsync(() -> scrape.apply(accept), executor)
          .thenApply(
              made ->
                  Answers.answer(
                      200, made.contentType(), place.filled(made.body().bytes().orElseThrow())))
          .exceptionally(
              bug -> {
                place.close();
                return failed(request, bug);
              });
    } catch (RejectedExecutionException stopping) {
      place.close();
      return Answers.now(
          Answers.problem(
              request, 503, "stopping", "tinyscale is stopping", "It makes no metrics any more."));
    }
  }

  private static HttpAnswer tooMany(HttpRequest request) {
    return new Problem(
            503,
            "too-many-scrapes",
            "Too many scrapes at once",
            "There are " + UnreadTexts.MOST + " whose texts have not been read to the end.")
        .with("Retry-After", Long.toString(UnreadTexts.PATIENCE.toSeconds()))
        .answer(request.trace().id());
  }
}
