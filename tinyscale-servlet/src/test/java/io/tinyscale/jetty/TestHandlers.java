package io.tinyscale.jetty;

import io.tinyscale.http.AnswerListener;
import io.tinyscale.http.Routes;
import org.eclipse.jetty.server.Handler;

/** Handlers for tests of other packages. */
public final class TestHandlers {

  private TestHandlers() {}

  /** A handler whose endings are heard. */
  public static Handler of(Routes routes, long bodyLimit, AnswerListener listener) {
    return new RoutesHandler(routes, bodyLimit, listener);
  }
}
