package io.tinyscale.jetty;

import io.tinyscale.bbb.ApiPath;
import io.tinyscale.bbb.ApiRequest;
import io.tinyscale.body.Body;
import io.tinyscale.body.Cancellation;
import io.tinyscale.call.Answer;
import io.tinyscale.servlet.AnswerListener;
import io.tinyscale.servlet.RequestReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * What the filter is to a servlet container, for Jetty without one: calls of the API are answered
 * by the gateway, everything else is not found.
 *
 * <p>The servlet layer would cost more than all of the gateway: two more threads touch each call
 * there. Here the thread that reads a call also sends it on, and the one that reads its answer
 * writes it to the caller. Both serve many connections, so nothing in here may block.
 */
public final class GatewayHandler extends Handler.Abstract.NonBlocking {

  private static final byte[] NOT_FOUND = "Not found\n".getBytes(StandardCharsets.US_ASCII);

  private final BiFunction<ApiRequest, Cancellation, CompletionStage<Answer>> gateway;
  private final long bodyLimit;
  private final AnswerListener listener;

  /**
   * A handler for this gateway.
   *
   * @param gateway answers calls; must not block
   * @param bodyLimit most bytes of a request's body
   */
  public GatewayHandler(
      BiFunction<ApiRequest, Cancellation, CompletionStage<Answer>> gateway, long bodyLimit) {
    this(gateway, bodyLimit, (ending, cause) -> {});
  }

  GatewayHandler(
      BiFunction<ApiRequest, Cancellation, CompletionStage<Answer>> gateway,
      long bodyLimit,
      AnswerListener listener) {
    this.gateway = gateway;
    this.bodyLimit = bodyLimit;
    this.listener = listener;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) {
    String path = request.getHttpURI().getPath();
    ApiPath meaning = path == null ? new ApiPath.NotOurs() : ApiPath.of(path, "");
    if (meaning instanceof ApiPath.Call call) {
      answer(call.name(), request, response, callback);
    } else {
      response.setStatus(HttpStatus.NOT_FOUND_404);
      response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/plain;charset=utf-8");
      response.write(true, ByteBuffer.wrap(NOT_FOUND), callback);
    }
    return true;
  }

  private void answer(String callName, Request request, Response response, Callback callback) {
    Body body = ReceivedBody.of(request, bodyLimit);
    HttpFields fields = request.getHeaders();
    ApiRequest call =
        RequestReader.request(
            request.getMethod(),
            callName,
            request.getHttpURI().getQuery(),
            fields::getValues,
            body);
    Cancellation caller = new Cancellation();
    AnswerSender sender = new AnswerSender(request, response, callback, body, caller, listener);
    gateway.apply(call, caller).thenAccept(sender::send);
  }
}
