package io.tinyscale.bench.balancers;

import io.tinyscale.bench.placement.Dice;
import java.time.Duration;

/** How far two machines are from each other: how long messages are on their way. */
final class Distance {

  private static final double SECOND = Duration.ofSeconds(1).toNanos();
  private static final double LATE = 0.01;
  private static final double LATE_SECONDS = 1.5;

  private final Dice dice;
  private final double usualNanos;
  private final boolean isSlow;

  /**
   * A distance.
   *
   * @param usual how long half of the messages take at most
   * @param isSlow whether some messages come late
   */
  Distance(Dice dice, Duration usual, boolean isSlow) {
    this.dice = dice;
    this.usualNanos = usual.toNanos();
    this.isSlow = isSlow;
  }

  /** How many nanoseconds the next message is on its way. */
  long nanos() {
    double usual = dice.logNormal(usualNanos, 0.5);
    return (long) (isSlow && dice.chance(LATE) ? usual + dice.pause(LATE_SECONDS * SECOND) : usual);
  }
}
