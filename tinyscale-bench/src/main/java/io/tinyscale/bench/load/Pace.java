package io.tinyscale.bench.load;

/** Tells when to send requests. All times are nanoseconds of one clock. Not thread-safe. */
public interface Pace {

  /** Whether a request is due. */
  boolean due(long now);

  /**
   * Takes the next request, which must be due.
   *
   * @return the time that counts as its start
   */
  long take(long now);

  /** Whether a request is left that should have been sent before this time. */
  boolean owes(long end);

  /** Time until the next request is due; 0 if this depends only on answers. */
  long pause(long now);

  /** See {@link Closed}. */
  static Pace closed() {
    return new Closed();
  }

  /** See {@link Open}. */
  static Pace open(double perSecond, long start) {
    return new Open(perSecond, start);
  }

  /** Sends a request as soon as a connection is free. The load falls when answers get slower. */
  final class Closed implements Pace {

    @Override
    public boolean due(long now) {
      return true;
    }

    @Override
    public long take(long now) {
      return now;
    }

    @Override
    public boolean owes(long end) {
      return false;
    }

    @Override
    public long pause(long now) {
      return 0;
    }
  }

  /**
   * Sends at a fixed rate, independent of the answers. The latency of a request counts from the
   * time at which it should have been sent. So a request that waits for slow requests is slow, too
   * (no coordinated omission).
   */
  final class Open implements Pace {

    private static final double SECOND = 1e9;

    private final double perSecond;
    private final long start;
    private long taken;

    Open(double perSecond, long start) {
      this.perSecond = perSecond;
      this.start = start;
    }

    @Override
    public boolean due(long now) {
      return next() - now <= 0;
    }

    @Override
    public long take(long now) {
      long intended = next();
      taken++;
      return intended;
    }

    @Override
    public boolean owes(long end) {
      return next() - end < 0;
    }

    @Override
    public long pause(long now) {
      return Math.max(0, next() - now);
    }

    private long next() {
      return start + (long) (taken * SECOND / perSecond);
    }
  }
}
