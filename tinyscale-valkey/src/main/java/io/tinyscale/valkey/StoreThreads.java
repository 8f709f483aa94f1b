package io.tinyscale.valkey;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import redis.clients.jedis.exceptions.JedisException;

/**
 * Two threads that talk to the store, each on its own connection, and the actions that wait for
 * them. A connection that failed in any way is not used again, and the other one is tested then: if
 * the store was started again, both are dead. Thread-safe.
 */
final class StoreThreads implements AutoCloseable {

  /** Actions that may wait. */
  static final int MOST_WAITING = 5000;

  private static final int THREADS = 2;
  private static final long CLOSE_MILLIS = 1000;

  private final Links links;
  private final long timeoutNanos;
  private final BlockingQueue<Job<?>> waiting = new ArrayBlockingQueue<>(MOST_WAITING);
  private final List<Thread> threads = new ArrayList<>();
  private final AtomicInteger changes = new AtomicInteger();
  private volatile boolean closed;

  /** What is done on a connection. */
  interface Action<T> {
    /**
     * Talks to the store.
     *
     * @throws JedisException if that fails
     */
    T on(Link link);
  }

  /** An action, whom to tell, and until when anybody wants to hear. */
  private record Job<T>(Action<T> action, CompletableFuture<T> told, long deadline) {

    boolean isLate() {
      return System.nanoTime() - deadline > 0;
    }

    void runOn(Link link) {
      T result = action.on(link);
      link.answered();
      told.complete(result);
    }
  }

  /**
   * Starts the threads.
   *
   * @param timeout how long an action may wait for a thread; what has waited longer is not sent
   */
  StoreThreads(Links links, Duration timeout) {
    this.links = links;
    this.timeoutNanos = timeout.toNanos();
    for (int i = 1; i <= THREADS; i++) {
      Thread thread = new Thread(this::work, "tinyscale-store-" + i);
      thread.setDaemon(true);
      threads.add(thread);
    }
    threads.forEach(Thread::start);
  }

  /** Does an action as soon as a thread is free. */
  <T> CompletionStage<T> run(Action<T> action) {
    Job<T> job = new Job<>(action, new CompletableFuture<>(), System.nanoTime() + timeoutNanos);
    if (closed || !waiting.offer(job)) {
      job.told.completeExceptionally(closed ? Failures.closed() : Failures.busy());
    } else if (closed) {
      // It may have come in after the others were told.
      tellAll();
    }
    return job.told;
  }

  private void work() {
    Link link = null;
    try {
      while (!closed) {
        link = work(waiting.take(), link);
      }
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    } finally {
      closeIfOpen(link);
    }
  }

  /** Does one action, and returns the connection for the next one. */
  private @Nullable Link work(Job<?> job, @Nullable Link open) {
    Link link = open;
    if (job.isLate()) {
      job.told.completeExceptionally(Failures.late());
      return link;
    }
    try {
      link = link == null ? opened() : tested(link);
      if (job.isLate()) {
        job.told.completeExceptionally(Failures.late());
      } else {
        job.runOn(link);
      }
      return link;
    } catch (RuntimeException failure) {
      job.told.completeExceptionally(closed ? Failures.closed() : Failures.of(failure));
    } catch (Error lack) {
      // Whoever hears of it decides; a thread that ended here would be missed until the restart.
      job.told.completeExceptionally(lack);
    }
    changes.incrementAndGet();
    closeIfOpen(link);
    return null;
  }

  private Link opened() {
    Link link = links.open();
    link.trust(changes.incrementAndGet());
    return link;
  }

  /** The same connection if it lives, otherwise another one. */
  private Link tested(Link link) {
    try {
      link.test(changes.get());
      return link;
    } catch (JedisException broken) {
      link.close();
      return opened();
    }
  }

  private static void closeIfOpen(@Nullable Link link) {
    if (link != null) {
      link.close();
    }
  }

  private void tellAll() {
    for (Job<?> job = waiting.poll(); job != null; job = waiting.poll()) {
      job.told.completeExceptionally(Failures.closed());
    }
  }

  /** Ends the threads, and waits for a second at most. What waits fails. */
  @Override
  public void close() {
    closed = true;
    threads.forEach(Thread::interrupt);
    links.close();
    tellAll();
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(CLOSE_MILLIS);
    for (Thread thread : threads) {
      join(thread, end);
    }
  }

  private static void join(Thread thread, long end) {
    try {
      long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
      if (thread != Thread.currentThread()) {
        thread.join(Math.max(1, left));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
