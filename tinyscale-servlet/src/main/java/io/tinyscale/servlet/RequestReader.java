package io.tinyscale.servlet;

import io.tinyscale.bbb.ApiCall;
import io.tinyscale.bbb.ApiRequest;
import io.tinyscale.bbb.QueryString;
import io.tinyscale.body.Body;
import io.tinyscale.servlet.httpclient.CrossingHeaders;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.Locale;

/**
 * Reads a request as it stands: never its parameters, because a container would take them from the
 * body, and decode them.
 */
final class RequestReader {

  private final long bodyLimit;

  RequestReader(long bodyLimit) {
    this.bodyLimit = bodyLimit;
  }

  /**
   * The call that a request makes. Must be called on the container's thread.
   *
   * @param callName its name on the wire
   */
  ApiRequest read(HttpServletRequest request, String callName) throws IOException {
    String query = request.getQueryString();
    Body body = RequestBody.of(request, bodyLimit);
    return new ApiRequest(
        request.getMethod(),
        ApiCall.named(callName),
        query == null ? QueryString.EMPTY : new QueryString(query),
        CrossingHeaders.toServer(request),
        mediaType(request.getContentType()),
        body);
  }

  private static String mediaType(String contentType) {
    if (contentType == null) {
      return "";
    }
    int end = contentType.indexOf(';');
    String type = end < 0 ? contentType : contentType.substring(0, end);
    return type.trim().toLowerCase(Locale.ROOT);
  }
}
