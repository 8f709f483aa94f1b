package io.tinyscale.bench.balancers;

import java.time.Duration;
import java.time.Instant;
import java.util.PriorityQueue;

/**
 * A time that passes only from one event to the next, and what happens in it. Events of the same
 * time happen in the order in which they were asked for. Not thread-safe.
 */
final class VirtualTime {

  /** Not 0: nothing may rely on the origin of a nano clock. */
  private static final long ORIGIN = Duration.ofDays(3).toNanos();

  /** A Monday at ten. */
  private static final Instant WALL = Instant.parse("2026-01-05T10:00:00Z");

  private final PriorityQueue<Event> events = new PriorityQueue<>();
  private long now;
  private long asked;
  private boolean isCreate;

  /**
   * Something that is to happen.
   *
   * @param isCreate whether a create brought it about
   */
  private record Event(long at, long number, boolean isCreate, Runnable action)
      implements Comparable<Event> {

    @Override
    public int compareTo(Event other) {
      return at == other.at ? Long.compare(number, other.number) : Long.compare(at, other.at);
    }
  }

  /** Nanoseconds since the beginning. */
  long now() {
    return now;
  }

  /** As {@link System#nanoTime()}. */
  long nanoClock() {
    return ORIGIN + now;
  }

  /** The clock on the wall. */
  Instant wall() {
    return WALL.plusNanos(now);
  }

  /** Whether what happens now was brought about by a create. */
  boolean isOfCreate() {
    return isCreate;
  }

  /** Lets something happen at a time; at once if that has passed. */
  void at(long time, Runnable action) {
    events.add(new Event(Math.max(now, time), asked++, isCreate, action));
  }

  /** Lets something happen after a while. */
  void after(long nanos, Runnable action) {
    at(now + nanos, action);
  }

  /** Does something now, as brought about by a create or not, and so all that comes of it. */
  void because(boolean ofCreate, Runnable action) {
    boolean before = isCreate;
    isCreate = ofCreate;
    try {
      action.run();
    } finally {
      isCreate = before;
    }
  }

  /** Lets everything happen until this time. */
  void runUntil(long time) {
    for (Event next = events.peek(); next != null && next.at <= time; next = events.peek()) {
      events.remove();
      now = next.at;
      because(next.isCreate, next.action);
    }
    now = time;
  }
}
