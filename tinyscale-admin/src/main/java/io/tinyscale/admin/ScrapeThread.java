package io.tinyscale.admin;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The thread {@code tinyscale-metrics}: it makes the texts of metrics, so that no thread of the web
 * server waits for that. It ends while there is nothing to do. Thread-safe.
 */
final class ScrapeThread implements Executor, AutoCloseable {

  private static final long IDLE_SECONDS = 10;
  private static final long CLOSE_SECONDS = 5;

  private final ScheduledThreadPoolExecutor thread;

  ScrapeThread() {
    thread =
        new ScheduledThreadPoolExecutor(
            1,
            work -> {
              Thread made = new Thread(work, "tinyscale-metrics");
              made.setDaemon(true);
              return made;
            });
    thread.setKeepAliveTime(IDLE_SECONDS, TimeUnit.SECONDS);
    thread.allowCoreThreadTimeOut(true);
    thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
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

  /** Runs something later, unless the thread is closed before. */
  void after(long time, TimeUnit unit, Runnable work) {
    thread.schedule(work, time, unit);
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
