package io.tinyscale.servlet;

import io.tinyscale.body.Body;
import io.tinyscale.body.Cancellation;
import io.tinyscale.body.Stages;
import io.tinyscale.http.AnswerListener;
import io.tinyscale.http.Endpoint;
import io.tinyscale.http.HeaderFields;
import io.tinyscale.http.HttpRequest;
import io.tinyscale.http.RequestTraces;
import io.tinyscale.http.Routes;
import io.tinyscale.trace.RequestTrace;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Collections;
import java.util.Enumeration;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Translates between a servlet container and the table of paths. A request is read as it stands:
 * never its parameters, because a container would take them from the body, and decode them.
 * Thread-safe.
 */
final class ServletEntry {

  private final Routes routes;
  private final long bodyLimit;
  private final RequestTraces traces;
  private final AnswerListener listener;

  /**
   * An entry to these paths.
   *
   * @param bodyLimit most bytes of a request's body
   * @param traces gives each request its id
   */
  ServletEntry(Routes routes, long bodyLimit, RequestTraces traces, AnswerListener listener) {
    this.traces = traces;
    this.routes = routes;
    this.bodyLimit = bodyLimit;
    this.listener = listener;
  }

  /**
   * Answers a request, if its path is in the table. Must be called on the container's thread.
   *
   * @return whether the path is in the table; if so, the request is answered asynchronously
   */
  boolean takes(HttpServletRequest request) throws IOException {
    String path = pathBelowContext(request);
    Optional<Endpoint> endpoint = routes.at(path);
    if (endpoint.isPresent()) {
      answer(request, path, endpoint.get());
    }
    return endpoint.isPresent();
  }

  /** Gives an id to the answer to a request that is not in the table. */
  void mark(HttpServletRequest request, HttpServletResponse response) {
    Head head = new Head(request);
    response.setHeader(RequestTrace.REQUEST_ID, traces.of(head, head).id());
  }

  /** The raw path; the container's own reading of it would be decoded. */
  private static String pathBelowContext(HttpServletRequest request) {
    String path = request.getRequestURI();
    String context = request.getContextPath();
    return path.startsWith(context) ? path.substring(context.length()) : "";
  }

  private void answer(HttpServletRequest request, String path, Endpoint endpoint)
      throws IOException {
    AsyncContext async = request.startAsync();
    // Every step has a deadline of its own, and a large body may take as long as it moves.
    async.setTimeout(0);
    Body body = RequestBody.of(request, bodyLimit);
    String query = request.getQueryString();
    Head head = new Head(request);
    RequestTrace trace = traces.of(head, head);
    HttpRequest received =
        new HttpRequest(
            request.getMethod(), path, query == null ? "" : query, head, body, head, trace);
    Cancellation caller = new Cancellation();
    AnswerWriter writer = new AnswerWriter(async, body, trace.id(), caller, listener);
    Stages.started(() -> endpoint.handle(received, caller)).whenComplete(writer::write);
  }

  /** What is read of a request only if it matters: one object for both. */
  private record Head(HttpServletRequest request) implements HeaderFields, Supplier<String> {

    @Override
    public Enumeration<String> all(String name) {
      Enumeration<String> values = request.getHeaders(name);
      return values == null ? Collections.emptyEnumeration() : values;
    }

    @Override
    public String protocol() {
      String protocol = request.getProtocol();
      return protocol == null ? "" : protocol;
    }

    @Override
    public String get() {
      String address = request.getRemoteAddr();
      return address == null ? "" : address;
    }
  }
}
