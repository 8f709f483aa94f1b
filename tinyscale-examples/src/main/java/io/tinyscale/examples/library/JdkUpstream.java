package io.tinyscale.examples.library;

import io.tinyscale.body.Body;
import io.tinyscale.body.Cancellation;
import io.tinyscale.body.Header;
import io.tinyscale.upstream.Outcome;
import io.tinyscale.upstream.Upstream;
import io.tinyscale.upstream.UpstreamRequest;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/**
 * The smallest transport that works: the JDK's HTTP client, whole answers in memory. Thread-safe.
 *
 * <p>It is an example, and it has the limits of that client: addresses with characters that {@link
 * URI} refuses cannot be sent, and connections to one server have no bound. A program that balances
 * by it should start with {@code -Djdk.httpclient.redirects.retrylimit=1}, for the client repeats
 * requests by itself otherwise, and a {@code create} must never be sent twice.
 */
public final class JdkUpstream implements Upstream {

  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(2))
          .build();

  @Override
  public CompletionStage<Outcome> send(UpstreamRequest request, Cancellation cancellation) {
    HttpRequest.Builder http;
    try {
      http = HttpRequest.newBuilder(URI.create(origin(request.server().api()) + request.target()));
    } catch (IllegalArgumentException unfit) {
      return CompletableFuture.completedStage(
          new Outcome.NotSent(new IOException("an address that this client cannot send")));
    }
    request.headers().forEach(header -> http.header(header.name(), header.value()));
    CompletableFuture<HttpResponse<byte[]>> sent =
        client.sendAsync(
            http.method(request.method(), publisher(request.body())).build(),
            BodyHandlers.ofByteArray());
    cancellation.onCancel(() -> sent.cancel(true));
    return sent.handle((answer, failure) -> failure == null ? answered(answer) : failed(failure));
  }

  private static String origin(URI api) {
    return api.getScheme() + "://" + api.getRawAuthority();
  }

  private static BodyPublisher publisher(Body body) {
    if (body.isEmpty()) {
      return BodyPublishers.noBody();
    }
    return body.length() < 0
        ? BodyPublishers.fromPublisher(body.content())
        : BodyPublishers.fromPublisher(body.content(), body.length());
  }

  private static Outcome answered(HttpResponse<byte[]> answer) {
    List<Header> headers =
        answer.headers().firstValue("Content-Type").stream()
            .map(type -> new Header("Content-Type", type))
            .toList();
    return new Outcome.Answered(answer.statusCode(), headers, Body.of(answer.body()));
  }

  private static Outcome failed(Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    IOException why = cause instanceof IOException io ? io : new IOException(cause);
    return why instanceof ConnectException ? new Outcome.NotSent(why) : new Outcome.NoAnswer(why);
  }
}
