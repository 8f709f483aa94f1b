package io.tinyscale.balancer;

import io.tinyscale.observe.GatewayObserver;
import io.tinyscale.observe.OutOfMemory;
import java.lang.Thread.UncaughtExceptionHandler;
import java.time.InstantSource;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What a balancer runs on: {@code tinyscale-timer-1}, which only watches the time, {@code
 * tinyscale-work-n}, which read lists and the pool file, {@code tinyscale-sweep-1}, which reads the
 * lists of sweeps, clocks, and chance. The transport has threads of its own.
 *
 * @param timer runs short actions at their time
 * @param work runs what takes longer
 * @param sweeps runs the same for sweeps, which must not wait for the lists of callers
 * @param nanoClock as {@link System#nanoTime()}
 * @param clock the clock on the wall
 * @param random numbers between 0 and 1, without 1
 * @param end ends the threads
 */
public record Threads(
    ScheduledExecutorService timer,
    Executor work,
    Executor sweeps,
    LongSupplier nanoClock,
    InstantSource clock,
    DoubleSupplier random,
    Runnable end) {

  private static final long CLOSE_NANOS = TimeUnit.SECONDS.toNanos(5);

  /**
   * New threads, one each for the timer and for sweeps, and as many for work as processors.
   *
   * @param observer is told of work that found no memory
   */
  static Threads start(GatewayObserver observer) {
    UncaughtExceptionHandler whenDead =
        (thread, thrown) -> {
          OutOfMemoryError error = OutOfMemory.behind(thrown);
          if (error != null) {
            observer.outOfMemory(error);
          } else {
            thread.getThreadGroup().uncaughtException(thread, thrown);
          }
        };
    NamedThreads timers = new NamedThreads("timer", whenDead);
    NamedThreads workers = new NamedThreads("work", whenDead);
    NamedThreads sweepers = new NamedThreads("sweep", whenDead);
    ScheduledThreadPoolExecutor timer = new Timer(timers, observer);
    timer.setRemoveOnCancelPolicy(true);
    ExecutorService work =
        Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors(), workers);
    ExecutorService sweeps = Executors.newSingleThreadExecutor(sweepers);
    return new Threads(
        timer,
        work,
        sweeps,
        System::nanoTime,
        InstantSource.system(),
        () -> ThreadLocalRandom.current().nextDouble(),
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

  /**
   * One thread; a failed action does not end it, so no handler of the thread hears of the failure.
   */
  private static final class Timer extends ScheduledThreadPoolExecutor {

    private final GatewayObserver observer;

    Timer(ThreadFactory threads, GatewayObserver observer) {
      super(1, threads);
      this.observer = observer;
    }

    @Override
    protected void afterExecute(Runnable action, @Nullable Throwable thrown) {
      super.afterExecute(action, thrown);
      if (action instanceof Future<?> future && future.isDone() && !future.isCancelled()) {
        try {
          future.get();
        } catch (ExecutionException e) {
          OutOfMemoryError error = OutOfMemory.behind(e);
          if (error != null) {
            observer.outOfMemory(error);
          }
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
      }
    }
  }
}
