package io.tinyscale.gateway;

import io.tinyscale.body.BodyObserver;
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
 * observer when each is answered, and when its answer has ended. Thread-safe.
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
                    tellEnded(call, begun, 0);
                    throw new CompletionException(bug);
                  }
                  tell(
                      call,
                      call.caller().isCancelled() ? CallOutcome.LEFT : outcome(answer),
                      begun);
                  return held(answer, permit, call, begun);
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
        document ->
            document.error() == null ? CallOutcome.ANSWERED : CallOutcome.of(document.error()));
  }

  /** How many calls are being answered. */
  int count() {
    return limit.taken();
  }

  /** Done as soon as no call is under way. */
  CompletionStage<Void> allAnswered() {
    return limit.allLeft();
  }

  private void tellEnded(AcceptedCall call, long begun, long bytes) {
    observer.answerEnded(call.call(), nanoClock.getAsLong() - begun, bytes);
  }

  /** The answer; the permit is taken until the last byte of it. */
  private Answer held(Answer answer, Permit permit, AcceptedCall call, long begun) {
    Optional<byte[]> bytes = answer.body().bytes();
    if (bytes.isEmpty()) {
      Sending sending = new Sending(permit, call, begun);
      call.caller().onCancel(sending::cancelled);
      return answer.with(answer.body().observed(sending));
    }
    permit.giveBack();
    tellEnded(call, begun, bytes.get().length);
    return answer;
  }

  /** An answer on its way to its caller. */
  private final class Sending implements BodyObserver {

    private final Permit permit;
    private final AcceptedCall call;
    private final long begun;

    /** Of the thread that delivers; a caller who leaves may not see the last piece. */
    private long sent;

    Sending(Permit permit, AcceptedCall call, long begun) {
      this.permit = permit;
      this.call = call;
      this.begun = begun;
    }

    @Override
    public void delivering(int bytes) {
      sent += bytes;
    }

    @Override
    public void ended() {
      if (permit.giveBack()) {
        tellEnded(call, begun, sent);
      }
    }

    @Override
    public void failed(Throwable cause) {
      ended();
    }

    @Override
    public void cancelled() {
      ended();
    }
  }
}
