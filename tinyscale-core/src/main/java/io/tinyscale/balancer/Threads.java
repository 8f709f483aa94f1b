package io.tinyscale.balancer;

import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * What a balancer runs on: {@code tinyscale-timer-1}, which only watches the time, {@code
 * tinyscale-work-n}, which read lists and the pool file, and a clock. The transport has threads of
 * its own.
 *
 * @param timer runs short actions at their time
 * @param work runs what takes longer
 * @param nanoClock as {@link System#nanoTime()}
 * @param end ends the threads
 */
record Threads(
    ScheduledExecutorService timer, Executor work, LongSupplier nanoClock, Runnable end) {

  private static final long CLOSE_NANOS = TimeUnit.SECONDS.toNanos(5);

  /** New threads, one for the timer and as many for work as there are processors. */
  static Threads start() {
    NamedThreads timers = new NamedThreads("timer");
    NamedThreads workers = new NamedThreads("work");
    ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, timers);
    timer.setRemoveOnCancelPolicy(true);
    ExecutorService work =
        Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors(), workers);
    return new Threads(
        timer,
        work,
        System::nanoTime,
        () -> {
          timer.shutdownNow();
          work.shutdown();
          join(timers, workers);
        });
  }

  /** Work that has begun is finished within a few seconds. */
  private static void join(NamedThreads timers, NamedThreads workers) {
    try {
      timers.join(CLOSE_NANOS);
      workers.join(CLOSE_NANOS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
