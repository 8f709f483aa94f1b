package io.tinyscale.placement;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Lets the policy keep what it wants to know after a restart: every few minutes, and at the end.
 * Thread-safe.
 */
public final class Keeping implements AutoCloseable {

  /** What a crash loses at most. */
  static final Duration PAUSE = Duration.ofMinutes(5);

  private final Placer placer;
  private final ScheduledExecutorService timer;
  private final Executor work;
  private volatile boolean started;

  /**
   * Keeps nothing yet.
   *
   * @param timer only tells when to keep
   * @param work waits for the disk
   */
  public Keeping(Placer placer, ScheduledExecutorService timer, Executor work) {
    this.placer = placer;
    this.timer = timer;
    this.work = work;
  }

  /** Begins. */
  public void start() {
    started = true;
    schedule();
  }

  private void schedule() {
    try {
      timer.schedule(this::begin, PAUSE.toNanos(), TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException stopped) {
      started = false;
    }
  }

  private void begin() {
    if (started) {
      try {
        work.execute(
            () -> {
              try {
                placer.keep();
              } finally {
                schedule();
              }
            });
      } catch (RejectedExecutionException stopped) {
        started = false;
      }
    }
  }

  /** Keeps for the last time, unless nothing was begun. */
  @Override
  public void close() {
    if (started) {
      started = false;
      placer.keep();
    }
  }
}
