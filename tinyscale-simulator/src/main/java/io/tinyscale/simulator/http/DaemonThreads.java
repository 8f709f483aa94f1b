package io.tinyscale.simulator.http;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Makes daemon threads of one name and can wait until the last of them is gone: an executor says it
 * is terminated a moment before its threads are.
 */
public final class DaemonThreads implements ThreadFactory {
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final String name;
  private final long stackBytes;
  private final AtomicInteger count = new AtomicInteger();
  private final Set<Thread> threads = ConcurrentHashMap.newKeySet();

  /**
   * @param stackBytes 0 for what the JVM deems right
   */
  public DaemonThreads(String name, long stackBytes) {
    this.name = name;
    this.stackBytes = stackBytes;
  }

  @Override
  public Thread newThread(Runnable task) {
    Thread thread = new Thread(null, task, name + "-" + count.incrementAndGet(), stackBytes);
    thread.setDaemon(true);
    threads.removeIf(old -> old.getState() == Thread.State.TERMINATED);
    threads.add(thread);
    return thread;
  }

  /** Waits until all have ended, which their executor must have been told to, or patience ends. */
  public void join() {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    try {
      for (Thread thread : threads) {
        long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
        if (thread != Thread.currentThread() && left > 0) {
          thread.join(left);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
