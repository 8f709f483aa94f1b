package io.tinyscale.relay;

import io.tinyscale.observe.GatewayObserver;
import io.tinyscale.observe.OutOfMemory;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What a relay runs on: daemon threads that are called {@code tinyscale-relay-n} and end when there
 * is nothing to do. One watches the time, a few read and write files, others wait for the addresses
 * of front ends; the HTTP client makes one or two more. Callbacks and webhooks have threads of
 * their own, so that neither waits for the other. Thread-safe.
 */
final class RelayThreads implements ThreadFactory {

  private static final int FILES = 4;
  private static final int EVENTS = 2;
  private static final int NAMES = 32;
  private static final long IDLE_SECONDS = 10;

  private final GatewayObserver observer;
  private final AtomicInteger count = new AtomicInteger();
  private final Queue<Thread> made = new ConcurrentLinkedQueue<>();
  private final ScheduledThreadPoolExecutor timer;
  private final ThreadPoolExecutor files;
  private final ThreadPoolExecutor events;
  private final ThreadPoolExecutor names;
  private final ThreadPoolExecutor namesOfEvents;

  /**
   * No threads yet.
   *
   * @param observer is told of a lack of memory
   */
  RelayThreads(GatewayObserver observer) {
    this.observer = observer;
    timer = new ScheduledThreadPoolExecutor(1, this);
    timer.setRemoveOnCancelPolicy(true);
    timer.setKeepAliveTime(IDLE_SECONDS, TimeUnit.SECONDS);
    timer.allowCoreThreadTimeOut(true);
    files = pool(FILES);
    events = pool(EVENTS);
    names = pool(NAMES);
    namesOfEvents = pool(NAMES);
  }

  private ThreadPoolExecutor pool(int most) {
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            most, most, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), this);
    pool.allowCoreThreadTimeOut(true);
    return pool;
  }

  @Override
  public Thread newThread(Runnable work) {
    Thread thread = new Thread(work, "tinyscale-relay-" + count.incrementAndGet());
    thread.setDaemon(true);
    thread.setUncaughtExceptionHandler(this::dead);
    made.removeIf(earlier -> earlier.getState() == Thread.State.TERMINATED);
    made.add(thread);
    return thread;
  }

  private void dead(Thread thread, Throwable thrown) {
    OutOfMemoryError error = OutOfMemory.behind(thrown);
    if (error != null) {
      observer.outOfMemory(error);
    } else {
      thread.getThreadGroup().uncaughtException(thread, thrown);
    }
  }

  /** Runs short actions at their time. */
  ScheduledExecutorService timer() {
    return timer;
  }

  /** Reads and writes files, and reads long bodies. */
  ThreadPoolExecutor files() {
    return files;
  }

  /** Reads the deliveries of webhooks. */
  ThreadPoolExecutor events() {
    return events;
  }

  /** Waits for the addresses of names that callbacks go to. */
  ThreadPoolExecutor names() {
    return names;
  }

  /** Waits for the addresses of names that webhooks go to. */
  ThreadPoolExecutor namesOfEvents() {
    return namesOfEvents;
  }

  /**
   * Lets what has begun end, and waits until no thread is left. A thread that waits for a name
   * server cannot be interrupted and may stay until that answers.
   *
   * @param end how long, on the scale of {@link System#nanoTime()}
   */
  void close(long end) throws InterruptedException {
    timer.shutdownNow();
    names.shutdownNow();
    namesOfEvents.shutdownNow();
    events.shutdownNow();
    files.shutdown();
    for (Thread thread : made) {
      if (thread != Thread.currentThread()) {
        TimeUnit.NANOSECONDS.timedJoin(thread, Math.max(1, end - System.nanoTime()));
      }
    }
  }
}
