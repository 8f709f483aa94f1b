package io.tinyscale.http;

import io.tinyscale.body.Body;
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
 */
public record HttpRequest(
    String method,
    String rawPath,
    String rawQuery,
    HeaderFields fields,
    Body body,
    Supplier<String> address) {

  private static final Supplier<String> UNKNOWN = () -> "";

  /** A request of a caller whose address is not known. */
  public HttpRequest(
      String method, String rawPath, String rawQuery, HeaderFields fields, Body body) {
    this(method, rawPath, rawQuery, fields, body, UNKNOWN);
  }

  @Override
  public String toString() {
    return method + " " + rawPath;
  }
}
