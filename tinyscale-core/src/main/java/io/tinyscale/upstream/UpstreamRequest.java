package io.tinyscale.upstream;

import io.tinyscale.body.Body;
import io.tinyscale.body.Header;
import io.tinyscale.server.Server;
import java.util.List;

/**
 * A call signed for one server. Prints without its query, which holds the checksum.
 *
 * @param server where it goes
 * @param method {@code GET} or {@code POST}
 * @param target the path and the signed query, sent byte for byte as it stands here
 * @param headers what the server gets beside {@code Host} and the framing of the body
 * @param body what is sent with it; an empty body is sent without any framing header on a GET
 * @param mayRepeat whether the request may be sent once more, to the same server, if the connection
 *     had been used before and ended before any byte of the answer: the server may have closed the
 *     idle connection just then
 */
public record UpstreamRequest(
    Server server,
    String method,
    String target,
    List<Header> headers,
    Body body,
    boolean mayRepeat) {

  /** A request that is sent at most once. */
  public UpstreamRequest(
      Server server, String method, String target, List<Header> headers, Body body) {
    this(server, method, target, headers, body, false);
  }

  /** Copies the headers. */
  public UpstreamRequest {
    headers = List.copyOf(headers);
  }

  @Override
  public String toString() {
    int query = target.indexOf('?');
    return method + " " + server.name() + (query < 0 ? target : target.substring(0, query));
  }
}
