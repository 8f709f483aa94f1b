package io.tinyscale.balancer;

import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Shows whether the timer still runs what is due: all deadlines depend on it. Thread-safe. */
final class Heartbeat {

  private static final Duration BEAT = Duration.ofMillis(500);
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final ScheduledExecutorService timer;
  private final LongSupplier nanoClock;
  private final LongConsumer listener;
  private volatile long last;
  private volatile @Nullable ScheduledFuture<?> beats;

  /**
   * Has not begun.
   *
   * @param listener hears each beat, with its time
   */
  Heartbeat(ScheduledExecutorService timer, LongSupplier nanoClock, LongConsumer listener) {
    this.timer = timer;
    this.nanoClock = nanoClock;
    this.listener = listener;
    this.last = nanoClock.getAsLong();
  }

  void start() {
    beat();
    beats =
        timer.scheduleAtFixedRate(this::beat, BEAT.toNanos(), BEAT.toNanos(), TimeUnit.NANOSECONDS);
  }

  private void beat() {
    long now = nanoClock.getAsLong();
    last = now;
    listener.accept(now);
  }

  /** Whether the timer has run something in the last 30 seconds. */
  boolean isAlive() {
    return nanoClock.getAsLong() - last < PATIENCE.toNanos();
  }

  void stop() {
    ScheduledFuture<?> running = beats;
    if (running != null) {
      running.cancel(false);
    }
  }
}
