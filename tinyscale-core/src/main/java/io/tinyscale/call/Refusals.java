package io.tinyscale.call;

import io.tinyscale.bbb.ApiError;
import io.tinyscale.bbb.ApiRequest;
import io.tinyscale.bbb.CallScope;
import io.tinyscale.bbb.MessageKeys;
import io.tinyscale.observe.GatewayObserver;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Refuses calls before any server is asked, and reports that. Thread-safe. */
public final class Refusals {

  private final GatewayObserver observer;

  /** Reports to this observer. */
  public Refusals(GatewayObserver observer) {
    this.observer = observer;
  }

  /**
   * The answer to a call that is refused. BBB answers early errors in XML even for JSON calls.
   * Exceptions: calls that are not for a balancer, and {@code paramError}.
   */
  public Answer refusal(ApiRequest request, ApiError error) {
    observer.callRefused(request.call(), error.messageKey());
    boolean inFormatOfCall =
        request.call().scope() == CallScope.REFUSED
            || error.messageKey().equals(MessageKeys.PARAM_ERROR);
    return inFormatOfCall ? Answers.failed(request.call(), error) : Answers.failedXml(error);
  }

  /**
   * The answer to a call whose form finds no memory. It closes the connection, because the rest of
   * the form would keep the connection open for as long as its sender likes.
   */
  public Answer noRoomForForm(ApiRequest request) {
    observer.callRefused(request.call(), ApiError.OVERLOADED.messageKey());
    return Answers.closing(ApiError.OVERLOADED);
  }

  /** The answer to a call that cannot be made with the request's method. */
  public Answer methodNotAllowed(ApiRequest request) {
    observer.callRefused(request.call(), ApiError.UNSUPPORTED.messageKey());
    return Answers.methodNotAllowed(request.call());
  }

  /** Refuses a call whose parameters are wrong. */
  public CompletionStage<Answer> refuse(AcceptedCall call, ApiError mistake) {
    return CompletableFuture.completedStage(refusal(call.request(), mistake));
  }
}
