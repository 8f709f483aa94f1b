package io.tinyscale.bench.soak;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;

/**
 * A stretch of time.
 *
 * @param from microseconds since 1970
 * @param to microseconds since 1970; {@link #OPEN} if it has no end
 */
record Span(long from, long to) {

  static final long OPEN = Long.MAX_VALUE;

  /** The present time, on the clock that all processes of a machine share. */
  static long now() {
    return ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
  }

  boolean touches(long start, long end) {
    return from <= end && start <= to;
  }

  /** This span, made longer at both ends. */
  Span widened(long before, long after) {
    return new Span(from - before, to == OPEN ? OPEN : to + after);
  }

  /** The longest part of this span outside all the others, in microseconds. */
  long longestGap(List<Span> others) {
    long longest = 0;
    long free = from;
    for (Span other : others.stream().sorted(Comparator.comparingLong(Span::from)).toList()) {
      if (other.from > free) {
        longest = Math.max(longest, Math.min(other.from, to) - free);
      }
      free = Math.max(free, other.to);
      if (free >= to) {
        return longest;
      }
    }
    return Math.max(longest, to - free);
  }
}
