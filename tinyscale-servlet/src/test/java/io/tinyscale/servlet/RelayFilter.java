package io.tinyscale.servlet;

import io.tinyscale.bbb.Secret;
import io.tinyscale.body.Body;
import io.tinyscale.gateway.Answer;
import io.tinyscale.server.Server;
import io.tinyscale.servlet.httpclient.CrossingHeaders;
import io.tinyscale.upstream.Cancellation;
import io.tinyscale.upstream.Outcome;
import io.tinyscale.upstream.Upstream;
import io.tinyscale.upstream.UpstreamRequest;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * Relays every request to one server: the shortest way from one end of the data path to the other.
 */
final class RelayFilter implements Filter {

  private final Upstream upstream;
  private final Server server;
  private final long limit;

  final BlockingQueue<AnswerWriter.Ending> endings = new LinkedBlockingQueue<>();
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
    upstream
        .send(
            new UpstreamRequest(
                server, request.getMethod(), target, CrossingHeaders.toServer(request), body),
            cancellation)
        .whenComplete(
            (outcome, bug) -> {
              outcomes.add(outcome);
              writer.write(answer(outcome));
            });
  }

  private static Answer answer(Outcome outcome) {
    if (outcome instanceof Outcome.Answered answered) {
      return new Answer.Relay(answered.headers(), answered.body());
    }
    return new Answer.Document("text/plain", List.of(), Body.of(outcome.toString()));
  }
}
