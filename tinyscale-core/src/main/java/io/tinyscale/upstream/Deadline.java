package io.tinyscale.upstream;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * A point in time by which something must have ended, on the clock that never jumps. Passed down,
 * so that steps share the time instead of adding up theirs.
 *
 * @param nanos the point in time, on the scale of {@link System#nanoTime()}
 */
public record Deadline(long nanos) {

  /** The point in time that far from now. */
  public static Deadline in(Duration time, LongSupplier nanoClock) {
    return new Deadline(nanoClock.getAsLong() + time.toNanos());
  }

  /** The one of the two that comes first. */
  public Deadline earlier(Deadline other) {
    return nanos - other.nanos <= 0 ? this : other;
  }

  /** The one of the two that comes last. */
  public Deadline later(Deadline other) {
    return nanos - other.nanos <= 0 ? other : this;
  }

  /** Nanoseconds left; 0 if it has passed. */
  public long remainingNanos(LongSupplier nanoClock) {
    return Math.max(0, nanos - nanoClock.getAsLong());
  }
}
