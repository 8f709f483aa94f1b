package io.tinyscale.simulator.api;

import io.tinyscale.simulator.http.DaemonThreads;
import java.time.Duration;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Runs tasks at a later time. With one thread they run one after the other. A thread lives from the
 * task that it was needed for to {@link #close}.
 */
final class Timer implements AutoCloseable {
  private final DaemonThreads threads;
  private final ScheduledThreadPoolExecutor executor;

  /** A timer with one thread. */
  Timer(String name) {
    this(name, 1);
  }

  /**
   * @param atMost how many tasks may run at the same time
   */
  Timer(String name, int atMost) {
    this.threads = new DaemonThreads(name, 0);
    // A closed timer drops new tasks.
    this.executor =
        new ScheduledThreadPoolExecutor(atMost, threads, new ThreadPoolExecutor.DiscardPolicy());
  }

  void after(Duration delay, Runnable task) {
    executor.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
  }

  void now(Runnable task) {
    executor.execute(task);
  }

  /** Drops tasks that are due later and waits for the running tasks. */
  @Override
  public void close() {
    executor.shutdownNow();
    threads.join();
  }
}
