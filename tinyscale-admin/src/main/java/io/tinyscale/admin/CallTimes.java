package io.tinyscale.admin;

import io.tinyscale.server.AttemptOutcome;
import java.util.Arrays;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * How long the calls to one server took in the last five minutes, and how many failed. Calls that
 * end while a minute ends may be counted in the next one. Thread-safe.
 */
final class CallTimes {

  private static final int MINUTES = 5;

  /** Upper bounds in nanoseconds, from 1 ms to 38 s, each a quarter larger than the one before. */
  private static final long[] BOUNDS = bounds();

  /** Minute after minute: calls by how long they took; the last place is for longer ones. */
  private final AtomicIntegerArray counts = new AtomicIntegerArray(MINUTES * (BOUNDS.length + 1));

  private final AtomicIntegerArray failed = new AtomicIntegerArray(MINUTES);
  private volatile int current;

  private static long[] bounds() {
    long[] bounds = new long[48];
    double bound = 1e6;
    for (int i = 0; i < bounds.length; i++) {
      bounds[i] = Math.round(bound);
      bound *= 1.25;
    }
    return bounds;
  }

  void ended(AttemptOutcome outcome, long nanos) {
    int minute = current;
    switch (outcome) {
      case ANSWERED -> {
        int place = Arrays.binarySearch(BOUNDS, nanos);
        counts.incrementAndGet(minute * (BOUNDS.length + 1) + (place < 0 ? -place - 1 : place));
      }
      case NOT_BBB, SECRET_REFUSED, NOT_SENT, NO_ANSWER, OVERLOADED ->
          failed.incrementAndGet(minute);
      case CANCELLED -> {
        // Nothing is known of the server.
      }
    }
  }

  /** A minute is over: the oldest is forgotten. */
  void nextMinute() {
    int next = (current + 1) % MINUTES;
    failed.set(next, 0);
    for (int i = 0; i <= BOUNDS.length; i++) {
      counts.set(next * (BOUNDS.length + 1) + i, 0);
    }
    current = next;
  }

  int failed() {
    int sum = 0;
    for (int minute = 0; minute < MINUTES; minute++) {
      sum += failed.get(minute);
    }
    return sum;
  }

  /**
   * How long a part of the calls took at most, in milliseconds; a quarter too much at worst.
   *
   * @param percent how many of a hundred calls
   * @return empty if there were no calls
   */
  OptionalLong percentileMillis(int percent) {
    long[] sums = new long[BOUNDS.length + 1];
    long all = 0;
    for (int i = 0; i < counts.length(); i++) {
      sums[i % sums.length] += counts.get(i);
      all += counts.get(i);
    }
    if (all == 0) {
      return OptionalLong.empty();
    }
    long wanted = Math.max(1, (all * percent + 99) / 100);
    int place = 0;
    for (long seen = sums[0]; seen < wanted; seen += sums[place]) {
      place++;
    }
    return OptionalLong.of(Math.round(BOUNDS[Math.min(place, BOUNDS.length - 1)] / 1e6));
  }
}
