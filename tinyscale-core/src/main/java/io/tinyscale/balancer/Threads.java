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
 * tinyscale-work-n}, which read lists and the pool file, {@code tinyscale-sweep-1}, which reads the
 * lists of sweeps, and a clock. The transport has threads of its own.
 *
 * @param timer runs short actions at their time
 * @param work runs what takes longer
 * @param sweeps runs the same for sweeps, which must not wait for the lists of callers
 * @param nanoClock as {@link System#nanoTime()}
 * @param end ends the threads
 */
record Threads(
    ScheduledExecutorService timer,
    Executor work,
    Executor sweeps,
    LongSupplier nanoClock,
    Runnable end) {

  private static final long CLOSE_NANOS = TimeUnit.SECONDS.toNanos(5);

  /** New threads, one each for the timer and for sweeps, and as many for work as processors. */
  static Threads start() {
    NamedThreads timers = new NamedThreads("timer");
    NamedThreads workers = new NamedThreads("work");
    NamedThreads sweepers = new NamedThreads("sweep");
    ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, timers);
    timer.setRemoveOnCancelPolicy(true);
    ExecutorService work =
        Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors(), workers);
    ExecutorService sweeps = Executors.newSingleThreadExecutor(sweepers);
    return new Threads(
        timer,
        work,
        sweeps,
        System::nanoTime,
        () -> {
          timer.shutdownNow();
          work.shutdown();
          sweeps.shutdown();
          join(timers, workers, sweepers);
        });
  }

  /** Work that has begun is finished within a few seconds. */
  private static void join(NamedThreads... all) {
    try {
      for (NamedThreads threads : all) {
        threads.join(CLOSE_NANOS);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
