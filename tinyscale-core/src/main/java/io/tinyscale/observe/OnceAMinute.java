package io.tinyscale.observe;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Counts something that strangers can make happen as often as they like, and says when to report
 * it: at once, and then at most once a minute. Thread-safe.
 */
public final class OnceAMinute {

  private static final long PAUSE = TimeUnit.MINUTES.toNanos(1);

  private final LongSupplier nanoClock;
  private long count;
  private long reported;
  private boolean everReported;

  /** Has counted nothing. */
  public OnceAMinute(LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
  }

  /**
   * Counts once more. Returns all that is to be reported now; 0 if it is too early for a report.
   */
  public synchronized long count() {
    count++;
    long now = nanoClock.getAsLong();
    if (everReported && now - reported < PAUSE) {
      return 0;
    }
    everReported = true;
    reported = now;
    long all = count;
    count = 0;
    return all;
  }
}
