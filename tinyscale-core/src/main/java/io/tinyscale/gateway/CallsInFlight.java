package io.tinyscale.gateway;

import io.tinyscale.body.BodyObserver;
import io.tinyscale.body.Stages;
import io.tinyscale.call.AcceptedCall;
import io.tinyscale.call.Answer;
import io.tinyscale.call.CallHandler;
import io.tinyscale.observe.CallOutcome;
import io.tinyscale.observe.CallReport.Ending;
import io.tinyscale.observe.GatewayObserver;
import io.tinyscale.upstream.CallLimit;
import io.tinyscale.upstream.Permit;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/**
 * The calls that are being answered, up to the end of their answers: a bounded number. Tells the
 * observer when each is answered, and when its answer has ended. Thread-safe.
 */
final class CallsInFlight {

  private final CallLimit limit;
  private final CallEvents events;

  CallsInFlight(int most, GatewayObserver observer, CallEvents events) {
    this.limit = new CallLimit(most, observer::overload);
    this.events = events;
  }

  /** Answers one call more; empty if there are too many already. */
  Optional<CompletionStage<Answer>> run(AcceptedCall call, Arrival arrival, CallHandler handler) {
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
                    events.answered(arrival, CallOutcome.FAILED);
                    events.ended(arrival, CallOutcome.FAILED, null, Ending.COMPLETE, 0);
                    throw new CompletionException(bug);
                  }
                  CallOutcome outcome =
                      call.caller().isCancelled() ? CallOutcome.LEFT : outcome(answer);
                  events.answered(arrival, outcome);
                  return held(answer, permit, call, arrival, outcome);
                }));
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

  /** The answer; the permit is taken until the last byte of it. */
  private Answer held(
      Answer answer, Permit permit, AcceptedCall call, Arrival arrival, CallOutcome outcome) {
    Optional<byte[]> bytes = answer.body().bytes();
    if (bytes.isEmpty()) {
      Sending sending = new Sending(permit, arrival, outcome, answer);
      call.caller().onCancel(sending::cancelled);
      return answer.with(answer.body().observed(sending));
    }
    permit.giveBack();
    events.ended(arrival, outcome, answer, Ending.COMPLETE, bytes.get().length);
    return answer;
  }

  /** An answer on its way to its caller. */
  private final class Sending implements BodyObserver {

    private final Permit permit;
    private final Arrival arrival;
    private final CallOutcome outcome;
    private final Answer answer;

    /** Of the thread that delivers; a caller who leaves may not see the last piece. */
    private long sent;

    Sending(Permit permit, Arrival arrival, CallOutcome outcome, Answer answer) {
      this.permit = permit;
      this.arrival = arrival;
      this.outcome = outcome;
      this.answer = answer;
    }

    @Override
    public void delivering(int bytes) {
      sent += bytes;
    }

    @Override
    public void ended() {
      end(Ending.COMPLETE);
    }

    @Override
    public void failed(Throwable cause) {
      end(Ending.CUT);
    }

    @Override
    public void cancelled() {
      end(Ending.LEFT);
    }

    private void end(Ending ending) {
      if (permit.giveBack()) {
        events.ended(arrival, outcome, answer, ending, sent);
      }
    }
  }
}
