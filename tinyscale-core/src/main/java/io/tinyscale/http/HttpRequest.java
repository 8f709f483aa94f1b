package io.tinyscale.http;

import io.tinyscale.body.Body;

/**
 * A request as it stands on the wire: nothing is decoded. Prints without its query, which may hold
 * a checksum or a token.
 *
 * @param method upper case
 * @param rawPath below the context path, not decoded
 * @param rawQuery not decoded; empty if there is none
 * @param fields may be read until the request is answered
 * @param body not yet read; delivered once
 */
public record HttpRequest(
    String method, String rawPath, String rawQuery, HeaderFields fields, Body body) {

  @Override
  public String toString() {
    return method + " " + rawPath;
  }
}
