package io.tinyscale.gateway;

import io.tinyscale.bbb.ApiError;
import io.tinyscale.bbb.ApiRequest;
import io.tinyscale.call.Answer;
import io.tinyscale.observe.CallOutcome;
import io.tinyscale.observe.CallReport;
import io.tinyscale.observe.CallReport.Ending;
import io.tinyscale.observe.GatewayObserver;
import io.tinyscale.observe.LogSettings;
import io.tinyscale.observe.LogSettings.Calls;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Tells the observer how calls go, and decides which of them are logged: a report is made of those
 * alone. Thread-safe.
 */
final class CallEvents {

  private final GatewayObserver observer;
  private final Calls logged;
  private final long slowNanos;
  private final LongSupplier nanoClock;

  CallEvents(GatewayObserver observer, LogSettings settings, LongSupplier nanoClock) {
    this.observer = observer;
    this.logged = settings.calls();
    this.slowNanos = settings.slow().isZero() ? Long.MAX_VALUE : settings.slow().toNanos();
    this.nanoClock = nanoClock;
  }

  /** The head of a request is there now. */
  Arrival arrived(ApiRequest request) {
    return new Arrival(request, nanoClock.getAsLong(), observer);
  }

  /** A call has its answer. */
  void answered(Arrival call, CallOutcome outcome) {
    observer.callAnswered(
        call.request().call(), call.tenant(), outcome, nanoClock.getAsLong() - call.begun());
  }

  /** A call has its answer, which is in memory. */
  void answeredAtOnce(Arrival call, CallOutcome outcome, Answer answer) {
    answered(call, outcome);
    ended(call, outcome, answer, Ending.COMPLETE, Math.max(0, answer.body().length()));
  }

  /**
   * The answer to a call has ended.
   *
   * @param answer null if there is none because of a mistake of our own
   * @param sent bytes of the answer's body
   */
  void ended(Arrival call, CallOutcome outcome, @Nullable Answer answer, Ending ending, long sent) {
    long nanos = nanoClock.getAsLong() - call.begun();
    observer.answerEnded(call.request().call(), nanos, sent);
    if (logged == Calls.OFF) {
      return;
    }
    boolean failed = ending == Ending.CUT || hasFailed(outcome, answer);
    if (failed || logged == Calls.ALL || nanos > slowNanos) {
      observer.callReported(
          new CallReport(
              call.request().call(),
              call.tenant(),
              call.meetingId(),
              answer == null || answer.server() == null ? "" : answer.server().name(),
              outcome,
              answer == null ? ApiError.INTERNAL.messageKey() : answer.messageKey(),
              ending,
              nanos,
              call.received(),
              sent,
              failed,
              call.request().trace()));
    }
  }

  /** A join may fail with a redirect. */
  private static boolean hasFailed(CallOutcome outcome, @Nullable Answer answer) {
    return outcome == CallOutcome.FAILED
        || outcome == CallOutcome.REDIRECTED
            && answer != null
            && answer.error() != null
            && CallOutcome.of(answer.error()) == CallOutcome.FAILED;
  }
}
