package io.tinyscale.jetty;

import io.tinyscale.body.Body;
import io.tinyscale.body.Cancellation;
import io.tinyscale.body.Stages;
import io.tinyscale.http.AnswerListener;
import io.tinyscale.http.Endpoint;
import io.tinyscale.http.HeaderFields;
import io.tinyscale.http.HttpAnswer;
import io.tinyscale.http.HttpRequest;
import io.tinyscale.http.RequestTraces;
import io.tinyscale.http.Routes;
import io.tinyscale.trace.RequestTrace;
import java.util.Enumeration;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * What the filter is to a servlet container, for Jetty without one. A path that is in no row of the
 * table is not found.
 *
 * <p>The servlet layer would cost more than all of the gateway: two more threads touch each call
 * there. Here the thread that reads a call also sends it on, and the one that reads its answer
 * writes it to the caller. Both serve many connections, so nothing in here may block.
 */
public final class RoutesHandler extends Handler.Abstract.NonBlocking {

  private static final Endpoint NOT_FOUND =
      (request, caller) -> CompletableFuture.completedStage(HttpAnswer.notFound());

  private final Routes routes;
  private final long bodyLimit;
  private final RequestTraces traces;
  private final AnswerListener listener;

  /**
   * A handler for these paths.
   *
   * @param bodyLimit most bytes of a request's body
   * @param traces gives each request its id
   */
  public RoutesHandler(Routes routes, long bodyLimit, RequestTraces traces) {
    this(routes, bodyLimit, traces, (ending, cause) -> {});
  }

  /** Like the other, and tells how each answer ended. */
  public RoutesHandler(
      Routes routes, long bodyLimit, RequestTraces traces, AnswerListener listener) {
    this.traces = traces;
    this.routes = routes;
    this.bodyLimit = bodyLimit;
    this.listener = listener;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    String path = request.getHttpURI().getPath();
    String rawPath = path == null ? "" : path;
    String query = request.getHttpURI().getQuery();
    Body body = ReceivedBody.of(request, bodyLimit);
    Head head = new Head(request);
    RequestTrace trace = traces.of(head, head);
    HttpRequest received =
        new HttpRequest(
            request.getMethod(), rawPath, query == null ? "" : query, head, body, head, trace);
    Cancellation caller = new Cancellation();
    AnswerSender sender =
        new AnswerSender(request, response, callback, body, trace.id(), caller, listener);
    Endpoint endpoint = routes.at(rawPath).orElse(NOT_FOUND);
    Stages.started(() -> endpoint.handle(received, caller)).whenComplete(sender::send);
    return true;
  }

  /** What is read of a request only if it matters: one object for both. */
  private record Head(Request request) implements HeaderFields, Supplier<String> {

    @Override
    public Enumeration<String> all(String name) {
      return request.getHeaders().getValues(name);
    }

    @Override
    public String protocol() {
      return request.getConnectionMetaData().getProtocol();
    }

    @Override
    public String get() {
      String address = Request.getRemoteAddr(request);
      return address == null ? "" : address;
    }
  }
}
