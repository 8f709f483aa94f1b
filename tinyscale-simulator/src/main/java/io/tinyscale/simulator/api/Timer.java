package io.tinyscale.simulator.api;

import io.tinyscale.simulator.http.DaemonThreads;
import java.time.Duration;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Does things later, one at a time. Its thread lives from the first of them to {@link #close}. */
final class Timer implements AutoCloseable {
  private final DaemonThreads thread;
  private final ScheduledThreadPoolExecutor executor;

  Timer(String name) {
    this.thread = new DaemonThreads(name, 0);
    // What is still asked of a closed timer is of no interest any more.
    this.executor =
        new ScheduledThreadPoolExecutor(1, thread, new ThreadPoolExecutor.DiscardPolicy());
  }

  void after(Duration delay, Runnable task) {
    executor.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
  }

  void now(Runnable task) {
    executor.execute(task);
  }

  /** Drops what is due later and waits for what is under way. */
  @Override
  public void close() {
    shutDown();
    thread.join();
  }

  /** The first half of {@link #close}. */
  void shutDown() {
    executor.shutdownNow();
  }
}
