package io.tinyscale.bench.placement;

/** The time of a simulation, in milliseconds from Monday 0:00 of the first week. */
final class VirtualClock {

  private long now;

  long now() {
    return now;
  }

  void advance(long to) {
    if (to < now) {
      throw new IllegalArgumentException("back from " + now + " to " + to);
    }
    now = to;
  }
}
