package io.tinyscale.jetty;

import io.tinyscale.bbb.ApiRequest;
import io.tinyscale.body.Cancellation;
import io.tinyscale.call.Answer;
import io.tinyscale.servlet.AnswerListener;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import org.eclipse.jetty.server.Handler;

/** Handlers for tests of other packages. */
public final class TestHandlers {

  private TestHandlers() {}

  /** One whose endings are heard. */
  public static Handler of(
      BiFunction<ApiRequest, Cancellation, CompletionStage<Answer>> gateway,
      long limit,
      AnswerListener listener) {
    return new GatewayHandler(gateway, limit, listener);
  }
}
