package io.tinyscale.meeting;

import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Meetings that were just proven absent: within their short life the proof is not repeated. Holds a
 * bounded number, the oldest go first. Thread-safe.
 */
final class Absences {

  private static final int MOST = 10_000;

  private final long lifeNanos;
  private final LongSupplier nanoClock;

  /** Meeting to the time when the proof is too old; in that order, as all live equally long. */
  private final Map<String, Long> ends = new LinkedHashMap<>();

  Absences(Duration life, LongSupplier nanoClock) {
    this.lifeNanos = life.toNanos();
    this.nanoClock = nanoClock;
  }

  synchronized boolean contains(String meetingId) {
    Long end = ends.get(meetingId);
    return end != null && end - nanoClock.getAsLong() > 0;
  }

  synchronized void add(String meetingId) {
    long now = nanoClock.getAsLong();
    ends.remove(meetingId);
    ends.put(meetingId, now + lifeNanos);
    Iterator<Long> oldest = ends.values().iterator();
    while (oldest.hasNext() && (oldest.next() - now <= 0 || ends.size() > MOST)) {
      oldest.remove();
    }
  }

  synchronized void remove(String meetingId) {
    ends.remove(meetingId);
  }
}
