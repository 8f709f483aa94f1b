package io.tinyscale.bench.engine;

import jakarta.servlet.http.HttpServletRequest;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.ee10.proxy.AsyncProxyServlet;

/** Jetty's own proxy, with the addresses of the servers. */
final class JettyProxyServlet extends AsyncProxyServlet {

  private static final long serialVersionUID = 1L;
  private static final int MOST_CONNECTIONS = 2048;

  private final transient ServerTurns turns;

  JettyProxyServlet(ServerTurns turns) {
    this.turns = turns;
  }

  @Override
  protected HttpClient newHttpClient() {
    HttpClient client = super.newHttpClient();
    client.setMaxConnectionsPerDestination(MOST_CONNECTIONS);
    client.setMaxRequestsQueuedPerDestination(MOST_CONNECTIONS);
    return client;
  }

  @Override
  protected String rewriteTarget(HttpServletRequest request) {
    return turns.address(request);
  }
}
