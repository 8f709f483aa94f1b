package io.tinyscale.bench.engine;

import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** One server after the other, like a proxy that knows nothing of meetings. */
final class ServerTurns {

  private final List<String> origins;
  private final AtomicInteger turn = new AtomicInteger();

  ServerTurns(List<Integer> ports) {
    this.origins = ports.stream().map(port -> "http://127.0.0.1:" + port).toList();
  }

  /** The server of the next request. */
  String address(HttpServletRequest request) {
    String origin = origins.get(Math.floorMod(turn.getAndIncrement(), origins.size()));
    String query = request.getQueryString();
    return origin + request.getRequestURI() + (query == null ? "" : "?" + query);
  }
}
