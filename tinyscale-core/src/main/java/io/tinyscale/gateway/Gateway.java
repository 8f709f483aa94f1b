package io.tinyscale.gateway;

import io.tinyscale.bbb.ApiDocument;
import io.tinyscale.bbb.ApiError;
import io.tinyscale.bbb.ApiRequest;
import io.tinyscale.bbb.CallScope;
import io.tinyscale.body.Cancellation;
import io.tinyscale.body.Stages;
import io.tinyscale.call.AcceptedCall;
import io.tinyscale.call.Answer;
import io.tinyscale.call.Answers;
import io.tinyscale.call.CallHandler;
import io.tinyscale.observe.GatewayObserver;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * The journey of a call: let in, counted, and handed to the one handler for its kind. Asynchronous
 * and thread-safe.
 */
public final class Gateway {

  private final Admission admission;
  private final CallsInFlight inFlight;
  private final Handlers handlers;
  private final GatewayObserver observer;

  /** Hands calls to these handlers. */
  Gateway(
      Admission admission, CallsInFlight inFlight, Handlers handlers, GatewayObserver observer) {
    this.admission = admission;
    this.inFlight = inFlight;
    this.handlers = handlers;
    this.observer = observer;
  }

  /**
   * Answers one call.
   *
   * @param caller to be cancelled when nobody waits for the answer any more
   * @return the answer; never completed exceptionally
   */
  public CompletionStage<Answer> handle(ApiRequest request, Cancellation caller) {
    return Stages.started(() -> journey(request, caller))
        .exceptionally(
            bug -> {
              observer.bug(request.call(), bug);
              return Answers.failed(request.call(), ApiError.INTERNAL);
            });
  }

  /** How many calls of front ends are being answered. */
  public int callsInFlight() {
    return inFlight.count();
  }

  /** Done as soon as every call that front ends made has been answered. */
  public CompletionStage<Void> allAnswered() {
    return inFlight.allAnswered();
  }

  private CompletionStage<Answer> journey(ApiRequest request, Cancellation caller) {
    if (request.call().scope() == CallScope.LOCAL) {
      return answered(root(request));
    }
    return admission
        .admit(request, caller)
        .thenCompose(admitted -> admitted.fold(this::handle, Gateway::answered));
  }

  /** Counts the call only after authentication, so strangers cannot use up the limit. */
  private CompletionStage<Answer> handle(AcceptedCall call) {
    CallHandler handler = handlers.of(call.call());
    Optional<CompletionStage<Answer>> answer =
        inFlight.run(call.caller(), () -> handler.answer(call));
    return answer.orElseGet(() -> overloaded(handler, call));
  }

  private CompletionStage<Answer> overloaded(CallHandler handler, AcceptedCall call) {
    observer.callRefused(call.call(), ApiError.OVERLOADED.messageKey());
    return answered(handler.failed(call, ApiError.OVERLOADED));
  }

  private static Answer root(ApiRequest request) {
    return request.contentType().equals("application/json")
        ? Answers.json(ApiDocument.rootJson())
        : Answers.xml(ApiDocument.root());
  }

  private static CompletionStage<Answer> answered(Answer answer) {
    return CompletableFuture.completedStage(answer);
  }
}
