package io.tinyscale.balancer;

import java.lang.Thread.UncaughtExceptionHandler;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Daemon threads that a thread dump tells apart: {@code tinyscale-work-1}, and so on. Thread-safe.
 */
final class NamedThreads implements ThreadFactory {

  private final String prefix;
  private final UncaughtExceptionHandler whenDead;
  private final AtomicInteger count = new AtomicInteger();
  private final Queue<Thread> made = new ConcurrentLinkedQueue<>();

  /**
   * Threads of this name.
   *
   * @param whenDead is told what ended a thread
   */
  NamedThreads(String name, UncaughtExceptionHandler whenDead) {
    this.prefix = "tinyscale-" + name + "-";
    this.whenDead = whenDead;
  }

  @Override
  public Thread newThread(Runnable work) {
    Thread thread = new Thread(work, prefix + count.incrementAndGet());
    thread.setDaemon(true);
    thread.setUncaughtExceptionHandler(whenDead);
    made.removeIf(earlier -> earlier.getState() == Thread.State.TERMINATED);
    made.add(thread);
    return thread;
  }

  /**
   * Waits until every thread has ended, or the time is over. An executor calls itself terminated a
   * moment before its last thread has ended; a container that stops a webapp looks for threads in
   * that moment.
   *
   * @throws InterruptedException if the waiting thread is interrupted
   */
  void join(long nanos) throws InterruptedException {
    long end = System.nanoTime() + nanos;
    for (Thread thread : made) {
      TimeUnit.NANOSECONDS.timedJoin(thread, Math.max(1, end - System.nanoTime()));
    }
  }
}
