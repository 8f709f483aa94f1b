package io.tinyscale.gateway;

import io.tinyscale.body.Body;
import io.tinyscale.body.Cancellation;
import io.tinyscale.observe.GatewayObserver;
import io.tinyscale.upstream.Allowance;
import io.tinyscale.upstream.Place;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** The calls that are being answered, up to the end of their answers: a bounded number. */
final class RunningCalls {

  private final Allowance allowance;

  RunningCalls(int most, GatewayObserver observer) {
    this.allowance =
        new Allowance(
            most,
            new Allowance.Listener() {
              @Override
              public void overloaded(int places) {
                observer.overloaded(places);
              }

              @Override
              public void relieved(long refused) {
                observer.relieved(refused);
              }
            });
  }

  /** Answers one call more; empty if there are too many already. */
  Optional<CompletionStage<Answer>> run(
      Cancellation caller, Supplier<CompletionStage<Answer>> call) {
    if (!allowance.enter()) {
      return Optional.empty();
    }
    Place place = new Place(allowance);
    try {
      return Optional.of(
          call.get()
              .handle(
                  (answer, bug) -> {
                    if (bug != null) {
                      place.giveBack();
                      throw new CompletionException(bug);
                    }
                    return held(answer, place, caller);
                  }));
    } catch (RuntimeException bug) {
      place.giveBack();
      throw bug;
    }
  }

  /** How many calls are being answered. */
  int count() {
    return allowance.taken();
  }

  /** Done as soon as no call is under way. */
  CompletionStage<Void> allAnswered() {
    return allowance.allLeft();
  }

  /** The answer; the place is taken until the last byte of it. */
  private static Answer held(Answer answer, Place place, Cancellation caller) {
    if (answer instanceof Answer.Relay relay && isStreamed(relay.body())) {
      caller.onCancel(place::giveBack);
      return new Answer.Relay(relay.headers(), place.until(relay.body()));
    }
    if (answer instanceof Answer.Document document && isStreamed(document.body())) {
      caller.onCancel(place::giveBack);
      return new Answer.Document(
          document.contentType(), document.headers(), place.until(document.body()));
    }
    place.giveBack();
    return answer;
  }

  private static boolean isStreamed(Body body) {
    return body.bytes().isEmpty();
  }
}
