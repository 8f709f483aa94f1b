package io.tinyscale.meeting;

import io.tinyscale.tenant.MeetingId;
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

  /** Meeting to the time when the proof is too old, in the order of the answers. */
  private final Map<MeetingId, Long> ends = new LinkedHashMap<>();

  Absences(Duration life, LongSupplier nanoClock) {
    this.lifeNanos = life.toNanos();
    this.nanoClock = nanoClock;
  }

  synchronized boolean contains(MeetingId meetingId) {
    Long end = ends.get(meetingId);
    return end != null && end - nanoClock.getAsLong() > 0;
  }

  /**
   * Notes that a meeting was proven absent.
   *
   * @param asked when the servers were asked: the proof is as old as the question
   */
  synchronized void add(MeetingId meetingId, long asked) {
    long now = nanoClock.getAsLong();
    ends.remove(meetingId);
    ends.put(meetingId, asked + lifeNanos);
    Iterator<Long> oldest = ends.values().iterator();
    while (oldest.hasNext() && (oldest.next() - now <= 0 || ends.size() > MOST)) {
      oldest.remove();
    }
  }

  synchronized void remove(MeetingId meetingId) {
    ends.remove(meetingId);
  }
}
