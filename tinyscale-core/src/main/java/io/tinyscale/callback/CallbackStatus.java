package io.tinyscale.callback;

import io.tinyscale.bbb.CallbackKind;
import java.time.Duration;
import java.util.List;

/**
 * What a relay knows of its work at one instant. Immutable.
 *
 * @param waiting how many callbacks are not delivered yet
 * @param oldest how long the oldest of them has waited; zero if none waits
 * @param counts what became of the others since the start; kinds and outcomes without any may be
 *     left out
 */
public record CallbackStatus(int waiting, Duration oldest, List<Count> counts) {

  /** Nothing has happened, or there is no relay. */
  public static final CallbackStatus NONE = new CallbackStatus(0, Duration.ZERO, List.of());

  /** Copies the counts. */
  public CallbackStatus {
    counts = List.copyOf(counts);
  }

  /** How many callbacks of one kind ended in one way. */
  public record Count(CallbackKind kind, CallbackOutcome outcome, long callbacks) {}
}
