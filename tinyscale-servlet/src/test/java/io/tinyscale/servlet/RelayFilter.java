package io.tinyscale.servlet;

import io.tinyscale.bbb.Secret;
import io.tinyscale.body.Body;
import io.tinyscale.body.Cancellation;
import io.tinyscale.body.Header;
import io.tinyscale.call.Answer;
import io.tinyscale.httpcore.CrossingHeaders;
import io.tinyscale.jetty.TestHandlers;
import io.tinyscale.server.Server;
import io.tinyscale.upstream.Outcome;
import io.tinyscale.upstream.Upstream;
import io.tinyscale.upstream.UpstreamRequest;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import org.eclipse.jetty.server.Handler;

/**
 * Relays every request to one server: the shortest way from one end of the data path to the other.
 */
final class RelayFilter implements TestContainer.AlsoHandler {

  private final Upstream upstream;
  private final Server server;
  private final long limit;

  final BlockingQueue<AnswerListener.Ending> endings = new LinkedBlockingQueue<>();
  final BlockingQueue<Outcome> outcomes = new LinkedBlockingQueue<>();

  RelayFilter(Upstream upstream, int port, long limit) {
    this.upstream = upstream;
    this.server =
        Server.of("server", URI.create("http://127.0.0.1:" + port + "/bigbluebutton/api"), SECRET);
    this.limit = limit;
  }

  private static final Secret SECRET = Secret.of("secret");

  @Override
  public void doFilter(ServletRequest req, ServletResponse res, FilterChain chain)
      throws IOException, ServletException {
    AnswerWriter.abortIfAsked(req);
    HttpServletRequest request = (HttpServletRequest) req;
    AsyncContext async = request.startAsync();
    async.setTimeout(0);
    Body body = RequestBody.of(request, limit);
    Cancellation cancellation = new Cancellation();
    AnswerWriter writer =
        new AnswerWriter(async, body, cancellation, (ending, cause) -> endings.add(ending));
    String query = request.getQueryString();
    String target = request.getRequestURI() + (query == null ? "" : "?" + query);
    List<Header> headers = CrossingHeaders.toServer(request::getHeaders);
    relay(new UpstreamRequest(server, request.getMethod(), target, headers, body), cancellation)
        .thenAccept(writer::write);
  }

  private CompletionStage<Answer> relay(UpstreamRequest request, Cancellation cancellation) {
    return upstream
        .send(request, cancellation)
        .thenApply(
            outcome -> {
              outcomes.add(outcome);
              return answer(outcome);
            });
  }

  @Override
  public Handler handler() {
    return TestHandlers.of(
        (call, cancellation) -> {
          String query = call.query().isEmpty() ? "" : "?" + call.query().raw();
          String target = "/bigbluebutton/api/" + call.call().name() + query;
          return relay(
              new UpstreamRequest(server, call.method(), target, call.headers(), call.body()),
              cancellation);
        },
        limit,
        (ending, cause) -> endings.add(ending));
  }

  private static Answer answer(Outcome outcome) {
    if (outcome instanceof Outcome.Answered answered) {
      return new Answer.Relay(answered.headers(), answered.body());
    }
    return new Answer.Document("text/plain", List.of(), Body.of(outcome.toString()));
  }
}
