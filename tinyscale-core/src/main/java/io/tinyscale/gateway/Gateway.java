package io.tinyscale.gateway;

import io.tinyscale.bbb.ApiDocument;
import io.tinyscale.bbb.ApiError;
import io.tinyscale.bbb.ApiRequest;
import io.tinyscale.bbb.CallScope;
import io.tinyscale.body.Body;
import io.tinyscale.body.Cancellation;
import io.tinyscale.body.Stages;
import io.tinyscale.call.AcceptedCall;
import io.tinyscale.call.Answer;
import io.tinyscale.call.Answers;
import io.tinyscale.call.CallHandler;
import io.tinyscale.observe.CallOutcome;
import io.tinyscale.observe.GatewayObserver;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;

/**
 * The journey of a call: let in, counted, and handed to the one handler for its kind. Asynchronous
 * and thread-safe.
 */
public final class Gateway {

  private final Admission admission;
  private final CallsInFlight inFlight;
  private final Handlers handlers;
  private final GatewayObserver observer;
  private final LongSupplier nanoClock;

  /** Hands calls to these handlers. */
  Gateway(
      Admission admission,
      CallsInFlight inFlight,
      Handlers handlers,
      GatewayObserver observer,
      LongSupplier nanoClock) {
    this.admission = admission;
    this.inFlight = inFlight;
    this.handlers = handlers;
    this.observer = observer;
    this.nanoClock = nanoClock;
  }

  /**
   * Answers one call.
   *
   * @param caller to be cancelled when nobody waits for the answer any more
   * @return the answer; never completed exceptionally
   */
  public CompletionStage<Answer> handle(ApiRequest request, Cancellation caller) {
    return Stages.started(() -> journey(counted(request), caller))
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

  /** The same request; the bytes of its body are told. */
  private ApiRequest counted(ApiRequest request) {
    Body body = request.body();
    if (body.isEmpty()) {
      return request;
    }
    if (body.bytes().isPresent()) {
      observer.bodyReceived(body.length());
      return request;
    }
    return request.withBody(body.observed(new Receiving(observer)));
  }

  private CompletionStage<Answer> journey(ApiRequest request, Cancellation caller) {
    long begun = nanoClock.getAsLong();
    if (request.call().scope() == CallScope.LOCAL) {
      Answer root = root(request);
      tell(request, "", CallOutcome.ANSWERED, root, begun);
      return answered(root);
    }
    return admission
        .admit(request, caller)
        .thenCompose(
            admitted ->
                admitted.fold(
                    call -> handle(call, begun),
                    refusal -> {
                      tell(request, "", whyRefused(refusal), refusal, begun);
                      return answered(refusal);
                    }));
  }

  /** Counts the call only after authentication, so strangers cannot use up the limit. */
  private CompletionStage<Answer> handle(AcceptedCall call, long begun) {
    CallHandler handler = handlers.of(call.call());
    return inFlight.run(call, begun, handler).orElseGet(() -> overloaded(handler, call, begun));
  }

  private CompletionStage<Answer> overloaded(CallHandler handler, AcceptedCall call, long begun) {
    observer.callRefused(call.call(), ApiError.OVERLOADED.messageKey());
    Answer refusal = handler.failed(call, ApiError.OVERLOADED);
    tell(call.request(), call.tenant().name(), CallOutcome.OVERLOADED, refusal, begun);
    return answered(refusal);
  }

  private static CallOutcome whyRefused(Answer refusal) {
    return refusal.fold(
        relay -> CallOutcome.REFUSED,
        redirect -> CallOutcome.REFUSED,
        document ->
            document.error() == null ? CallOutcome.REFUSED : CallOutcome.of(document.error()));
  }

  /** Tells of an answer in memory. */
  private void tell(
      ApiRequest request, String tenant, CallOutcome outcome, Answer answer, long begun) {
    long nanos = nanoClock.getAsLong() - begun;
    observer.callAnswered(request.call(), tenant, outcome, nanos);
    observer.answerEnded(request.call(), nanos, Math.max(0, answer.body().length()));
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
