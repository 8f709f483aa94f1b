package io.tinyscale.admin;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The thread {@code tinyscale-admin}: it looks at the time for the door, reads the file of tokens,
 * and tells streams what is new. Thread-safe.
 */
final class DoorThread implements Executor, AutoCloseable {

  private static final long CLOSE_SECONDS = 5;

  private final ScheduledThreadPoolExecutor thread;

  DoorThread() {
    thread =
        new ScheduledThreadPoolExecutor(
            1,
            work -> {
              Thread made = new Thread(work, "tinyscale-admin");
              made.setDaemon(true);
              return made;
            });
    thread.setRemoveOnCancelPolicy(true);
    thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    thread.setContinueExistingPeriodicTasksAfterShutdownPolicy(false);
  }

  /**
   * Runs something as soon as the thread is free.
   *
   * @throws RejectedExecutionException if the thread has been closed
   */
  @Override
  public void execute(Runnable work) {
    thread.execute(work);
  }

  /**
   * Runs something later, unless the thread is closed before.
   *
   * @return calls it off
   */
  Runnable after(long time, TimeUnit unit, Runnable work) {
    try {
      ScheduledFuture<?> scheduled = thread.schedule(work, time, unit);
      return () -> scheduled.cancel(false);
    } catch (RejectedExecutionException closed) {
      return () -> {};
    }
  }

  /** Runs something again and again; it must not throw. */
  void every(long time, TimeUnit unit, Runnable work) {
    thread.scheduleWithFixedDelay(work, time, time, unit);
  }

  /** Finishes what is being done, and nothing more. */
  @Override
  public void close() {
    thread.shutdownNow();
    try {
      thread.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
