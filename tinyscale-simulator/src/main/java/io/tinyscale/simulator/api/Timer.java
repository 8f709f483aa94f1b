package io.tinyscale.simulator.api;

import io.tinyscale.simulator.http.DaemonThreads;
import java.time.Duration;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Runs tasks at a later time, one after the other. Its thread lives from the first task to {@link
 * #close}.
 */
final class Timer implements AutoCloseable {
  private final DaemonThreads thread;
  private final ScheduledThreadPoolExecutor executor;

  Timer(String name) {
    this.thread = new DaemonThreads(name, 0);
    // A closed timer drops new tasks.
    this.executor =
        new ScheduledThreadPoolExecutor(1, thread, new ThreadPoolExecutor.DiscardPolicy());
  }

  void after(Duration delay, Runnable task) {
    executor.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
  }

  void now(Runnable task) {
    executor.execute(task);
  }

  /** Drops tasks that are due later and waits for the running task. */
  @Override
  public void close() {
    shutDown();
    thread.join();
  }

  /** Drops all tasks without waiting for the running task. */
  void shutDown() {
    executor.shutdownNow();
  }
}
