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
import io.tinyscale.observe.CallOutcome;
import io.tinyscale.observe.GatewayObserver;
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
  private final CallEvents events;

  /** Hands calls to these handlers. */
  Gateway(
      Admission admission,
      CallsInFlight inFlight,
      Handlers handlers,
      GatewayObserver observer,
      CallEvents events) {
    this.admission = admission;
    this.inFlight = inFlight;
    this.handlers = handlers;
    this.observer = observer;
    this.events = events;
  }

  /**
   * Answers one call.
   *
   * @param caller to be cancelled when nobody waits for the answer any more
   * @return the answer; never completed exceptionally
   */
  public CompletionStage<Answer> handle(ApiRequest request, Cancellation caller) {
    return Stages.started(() -> journey(events.arrived(request), caller))
        .exceptionally(
            bug -> {
              observer.bug(request.call(), bug, request.trace());
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

  private CompletionStage<Answer> journey(Arrival arrival, Cancellation caller) {
    ApiRequest request = arrival.counted();
    if (request.call().scope() == CallScope.LOCAL) {
      return told(arrival, CallOutcome.ANSWERED, root(request));
    }
    return admission
        .admit(request, caller)
        .thenCompose(
            admitted ->
                admitted.fold(
                    call -> handle(call, arrival),
                    refusal -> told(arrival, whyRefused(refusal), refusal)));
  }

  /** Counts the call only after authentication, so strangers cannot use up the limit. */
  private CompletionStage<Answer> handle(AcceptedCall call, Arrival arrival) {
    arrival.accepted(call);
    CallHandler handler = handlers.of(call.call());
    return inFlight.run(call, arrival, handler).orElseGet(() -> overloaded(handler, call, arrival));
  }

  private CompletionStage<Answer> overloaded(
      CallHandler handler, AcceptedCall call, Arrival arrival) {
    observer.callRefused(call.call(), ApiError.OVERLOADED.messageKey());
    return told(arrival, CallOutcome.OVERLOADED, handler.failed(call, ApiError.OVERLOADED));
  }

  private static CallOutcome whyRefused(Answer refusal) {
    return refusal.fold(
        relay -> CallOutcome.REFUSED,
        redirect -> CallOutcome.REFUSED,
        document ->
            document.error() == null ? CallOutcome.REFUSED : CallOutcome.of(document.error()));
  }

  /** An answer in memory, once it is told of. */
  private CompletionStage<Answer> told(Arrival arrival, CallOutcome outcome, Answer answer) {
    events.answeredAtOnce(arrival, outcome, answer);
    return CompletableFuture.completedStage(answer);
  }

  private static Answer root(ApiRequest request) {
    return request.contentType().equals("application/json")
        ? Answers.json(ApiDocument.rootJson())
        : Answers.xml(ApiDocument.root());
  }
}
