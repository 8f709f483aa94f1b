package io.tinyscale.gateway;

import io.tinyscale.body.Body;
import io.tinyscale.body.Cancellation;
import io.tinyscale.body.Stages;
import io.tinyscale.call.Answer;
import io.tinyscale.observe.GatewayObserver;
import io.tinyscale.upstream.CallLimit;
import io.tinyscale.upstream.Permit;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** The calls that are being answered, up to the end of their answers: a bounded number. */
final class CallsInFlight {

  private final CallLimit limit;

  CallsInFlight(int most, GatewayObserver observer) {
    this.limit = new CallLimit(most, observer::overload);
  }

  /** Answers one call more; empty if there are too many already. */
  Optional<CompletionStage<Answer>> run(
      Cancellation caller, Supplier<CompletionStage<Answer>> call) {
    if (!limit.enter()) {
      return Optional.empty();
    }
    Permit permit = new Permit(limit);
    return Optional.of(
        Stages.started(call)
            .handle(
                (answer, bug) -> {
                  if (bug != null) {
                    permit.giveBack();
                    throw new CompletionException(bug);
                  }
                  return held(answer, permit, caller);
                }));
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
    if (answer instanceof Answer.Relay relay && isStreamed(relay.body())) {
      caller.onCancel(permit::giveBack);
      return new Answer.Relay(relay.headers(), permit.until(relay.body()));
    }
    if (answer instanceof Answer.Document document && isStreamed(document.body())) {
      caller.onCancel(permit::giveBack);
      return new Answer.Document(
          document.contentType(), document.headers(), permit.until(document.body()));
    }
    permit.giveBack();
    return answer;
  }

  private static boolean isStreamed(Body body) {
    return body.bytes().isEmpty();
  }
}
