package io.tinyscale.http;

import io.tinyscale.body.Body;
import io.tinyscale.trace.RequestTrace;
import java.util.function.Supplier;

/**
 * A request as it stands on the wire: nothing is decoded. Prints without its query, which may hold
 * a checksum or a token.
 *
 * @param method upper case
 * @param rawPath below the context path, not decoded
 * @param rawQuery not decoded; empty if there is none
 * @param fields may be read until the request is answered
 * @param body not yet read; delivered once
 * @param address where the connection comes from, whatever header fields say; empty if unknown; may
 *     be asked until the request is answered
 * @param trace the request's id, and the trace that it is part of
 */
public record HttpRequest(
    String method,
    String rawPath,
    String rawQuery,
    HeaderFields fields,
    Body body,
    Supplier<String> address,
    RequestTrace trace) {

  private static final Supplier<String> UNKNOWN = () -> "";

  /** A request of a caller whose address is not known, with an id of our own. */
  public HttpRequest(
      String method, String rawPath, String rawQuery, HeaderFields fields, Body body) {
    this(method, rawPath, rawQuery, fields, body, UNKNOWN, RequestTrace.ofNewId());
  }

  @Override
  public String toString() {
    return method + " " + rawPath;
  }
}
