package io.tinyscale.jetty;

import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * Tells callers from administrators by the connector that a request came in at: no path of one door
 * leads to the other.
 */
final class DoorsHandler extends Handler.Abstract.NonBlocking {

  private final RoutesHandler callers;
  private volatile @Nullable Administrators administrators;

  private record Administrators(Connector connector, RoutesHandler handler) {}

  /** Only callers come in. */
  DoorsHandler(RoutesHandler callers) {
    this.callers = callers;
  }

  /** From now on administrators come in as well, at this connector. */
  void open(Connector connector, RoutesHandler handler) {
    administrators = new Administrators(connector, handler);
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    Administrators door = administrators;
    RoutesHandler handler =
        door != null && request.getConnectionMetaData().getConnector() == door.connector
            ? door.handler
            : callers;
    return handler.handle(request, response, callback);
  }
}
