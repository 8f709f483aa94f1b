package io.tinyscale.servlet;

import io.tinyscale.bbb.ApiCall;
import io.tinyscale.bbb.ApiRequest;
import io.tinyscale.bbb.QueryString;
import io.tinyscale.body.Body;
import io.tinyscale.httpcore.CrossingHeaders;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.Enumeration;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads a request as it stands: never its parameters, because a container would take them from the
 * body, and decode them.
 */
public final class RequestReader {

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
    Body body = RequestBody.of(request, bodyLimit);
    return request(
        request.getMethod(), callName, request.getQueryString(), request::getHeaders, body);
  }

  /**
   * The call that a request makes, whatever server it came through.
   *
   * @param callName its name on the wire
   * @param query the raw query; null if there is none
   * @param fields the values of a header field by its name, in any case
   */
  public static ApiRequest request(
      String method,
      String callName,
      @Nullable String query,
      Function<String, Enumeration<String>> fields,
      Body body) {
    Enumeration<String> contentType = fields.apply("Content-Type");
    return new ApiRequest(
        method,
        ApiCall.named(callName),
        query == null ? QueryString.EMPTY : new QueryString(query),
        CrossingHeaders.toServer(fields),
        contentType.hasMoreElements() ? mediaType(contentType.nextElement()) : "",
        body);
  }

  private static String mediaType(String contentType) {
    int end = contentType.indexOf(';');
    String type = end < 0 ? contentType : contentType.substring(0, end);
    return type.trim().toLowerCase(Locale.ROOT);
  }
}
