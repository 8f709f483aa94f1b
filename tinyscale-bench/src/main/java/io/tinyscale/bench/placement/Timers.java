package io.tinyscale.bench.placement;

import java.util.PriorityQueue;

/** What is to happen at certain times, in the order of the times and of the requests. */
final class Timers {

  private final PriorityQueue<Timer> queue = new PriorityQueue<>();
  private long requests;

  /** One thing that is to happen, once or again and again. */
  private static final class Timer implements Comparable<Timer> {
    private final long at;
    private final long request;
    private final Runnable action;

    Timer(long at, long request, Runnable action) {
      this.at = at;
      this.request = request;
      this.action = action;
    }

    @Override
    public int compareTo(Timer other) {
      return at == other.at ? Long.compare(request, other.request) : Long.compare(at, other.at);
    }
  }

  void at(long time, Runnable action) {
    queue.add(new Timer(time, requests++, action));
  }

  /** Runs everything that is due, and lets the clock show the time of each. */
  void runUntil(long time, VirtualClock clock) {
    for (Timer next = queue.peek(); next != null && next.at <= time; next = queue.peek()) {
      queue.remove();
      clock.advance(next.at);
      next.action.run();
    }
    clock.advance(time);
  }
}
