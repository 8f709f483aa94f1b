package io.tinyscale.gateway;

import io.tinyscale.body.Cancellation;
import io.tinyscale.body.Stages;
import io.tinyscale.call.AcceptedCall;
import io.tinyscale.call.Answer;
import io.tinyscale.call.CallHandler;
import io.tinyscale.observe.CallOutcome;
import io.tinyscale.observe.GatewayObserver;
import io.tinyscale.upstream.CallLimit;
import io.tinyscale.upstream.Permit;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;

/**
 * The calls that are being answered, up to the end of their answers: a bounded number. Tells the
 * observer when each is answered. Thread-safe.
 */
final class CallsInFlight {

  private final CallLimit limit;
  private final GatewayObserver observer;
  private final LongSupplier nanoClock;

  CallsInFlight(int most, GatewayObserver observer, LongSupplier nanoClock) {
    this.limit = new CallLimit(most, observer::overload);
    this.observer = observer;
    this.nanoClock = nanoClock;
  }

  /**
   * Answers one call more; empty if there are too many already.
   *
   * @param begun when the call came, on the clock's scale
   */
  Optional<CompletionStage<Answer>> run(AcceptedCall call, long begun, CallHandler handler) {
    if (!limit.enter()) {
      return Optional.empty();
    }
    Permit permit = new Permit(limit);
    return Optional.of(
        Stages.started(() -> handler.answer(call))
            .handle(
                (answer, bug) -> {
                  if (bug != null) {
                    permit.giveBack();
                    tell(call, CallOutcome.FAILED, begun);
                    throw new CompletionException(bug);
                  }
                  tell(call, outcome(answer), begun);
                  return held(answer, permit, call.caller());
                }));
  }

  private void tell(AcceptedCall call, CallOutcome outcome, long begun) {
    observer.callAnswered(
        call.call(), call.tenant().name(), outcome, nanoClock.getAsLong() - begun);
  }

  private static CallOutcome outcome(Answer answer) {
    return answer.fold(
        relay -> CallOutcome.RELAYED,
        redirect -> CallOutcome.REDIRECTED,
        document -> document.error() == null ? CallOutcome.ANSWERED : CallOutcome.FAILED);
  }

  /** How many calls are being answered. */
  int count() {
    return limit.taken();
  }

  /** Done as soon as no call is under way. */
  CompletionStage<Void> allAnswered() {
    return limit.allLeft();
  }

  /** The answer; the permit is taken until the last byte of it. */
  private static Answer held(Answer answer, Permit permit, Cancellation caller) {
    if (answer.body().bytes().isEmpty()) {
      caller.onCancel(permit::giveBack);
      return answer.with(permit.until(answer.body()));
    }
    permit.giveBack();
    return answer;
  }
}
