package io.tinyscale.it;

import io.tinyscale.bbb.Secret;
import io.tinyscale.body.Body;
import io.tinyscale.body.Cancellation;
import io.tinyscale.body.Header;
import io.tinyscale.http.AnswerListener;
import io.tinyscale.http.CrossingHeaders;
import io.tinyscale.http.Endpoint;
import io.tinyscale.http.HttpAnswer;
import io.tinyscale.http.HttpRequest;
import io.tinyscale.http.Routes;
import io.tinyscale.server.Server;
import io.tinyscale.upstream.Outcome;
import io.tinyscale.upstream.Upstream;
import io.tinyscale.upstream.UpstreamRequest;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * Relays every request to one server: the shortest way from one end of the data path to the other.
 */
final class RelayEndpoint implements Endpoint, AnswerListener {

  private static final Secret SECRET = Secret.of("secret");

  private final Upstream upstream;
  private final Server server;

  final BlockingQueue<AnswerListener.Ending> endings = new LinkedBlockingQueue<>();
  final BlockingQueue<Outcome> outcomes = new LinkedBlockingQueue<>();

  RelayEndpoint(Upstream upstream, int port) {
    this.upstream = upstream;
    this.server =
        Server.of("server", URI.create("http://127.0.0.1:" + port + "/bigbluebutton/api"), SECRET);
  }

  /** A table in which every path is relayed. */
  Routes everywhere() {
    return Routes.of(path -> Optional.of(this));
  }

  @Override
  public CompletionStage<HttpAnswer> handle(HttpRequest request, Cancellation caller) {
    String query = request.rawQuery().isEmpty() ? "" : "?" + request.rawQuery();
    return upstream
        .send(
            new UpstreamRequest(
                server,
                request.method(),
                request.rawPath() + query,
                CrossingHeaders.toServer(request.fields()),
                request.body()),
            caller)
        .thenApply(
            outcome -> {
              outcomes.add(outcome);
              return answer(outcome);
            });
  }

  private static HttpAnswer answer(Outcome outcome) {
    if (outcome instanceof Outcome.Answered answered) {
      return new HttpAnswer(200, answered.headers(), answered.body());
    }
    return new HttpAnswer(
        200, List.of(new Header("Content-Type", "text/plain")), Body.of(outcome.toString()));
  }

  @Override
  public void ended(Ending ending, @Nullable Throwable cause) {
    endings.add(ending);
  }
}
