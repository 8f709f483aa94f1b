package io.tinyscale.gateway;

import io.tinyscale.upstream.Deadline;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;

/**
 * Decides once whether a create goes out to a server or is given up because its time is over: what
 * may be on its way to a server is not answered as if it were not. Thread-safe.
 */
final class Departure {

  private enum Stage {
    WAITING,
    LEFT,
    GIVEN_UP
  }

  private final Deadline deadline;
  private final LongSupplier nanoClock;
  private final AtomicReference<Stage> stage = new AtomicReference<>(Stage.WAITING);

  Departure(Deadline deadline, LongSupplier nanoClock) {
    this.deadline = deadline;
    this.nanoClock = nanoClock;
  }

  /** Gives up; false if the create may be on its way to a server. */
  boolean giveUp() {
    return stage.compareAndSet(Stage.WAITING, Stage.GIVEN_UP);
  }

  /** Whether the create may go out now; from then on it is not given up. */
  boolean leave() {
    return !isTooLate() && (stage.compareAndSet(Stage.WAITING, Stage.LEFT) || hasLeft());
  }

  /** Takes note that the create was not sent after all; false if its time is over. */
  boolean comeBack() {
    return stage.compareAndSet(Stage.LEFT, Stage.WAITING) && !isTooLate();
  }

  boolean hasLeft() {
    return stage.get() == Stage.LEFT;
  }

  boolean isGivenUp() {
    return stage.get() == Stage.GIVEN_UP;
  }

  boolean isTooLate() {
    return isGivenUp() || deadline.remainingNanos(nanoClock) <= 0;
  }
}
