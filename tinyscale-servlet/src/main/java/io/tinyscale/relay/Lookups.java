package io.tinyscale.relay;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Runs what waits for the addresses of names, few at a time for each name: a name server that does
 * not answer leaves most threads to other names. Thread-safe.
 */
final class Lookups {

  private static final int MOST_PER_NAME = 4;

  private final Executor executor;

  /** Those that are looked up now; guarded by itself. */
  private final Map<String, Name> names = new HashMap<>();

  private static final class Name {
    private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();
    private int running;
  }

  /**
   * Nothing runs yet.
   *
   * @param executor whose threads may wait
   */
  Lookups(Executor executor) {
    this.executor = executor;
  }

  /**
   * Runs the work when its turn comes.
   *
   * @throws RejectedExecutionException if the executor is closed
   */
  void run(String name, Runnable work) {
    synchronized (names) {
      Name entry = names.computeIfAbsent(name, another -> new Name());
      if (entry.running == MOST_PER_NAME) {
        entry.waiting.add(work);
        return;
      }
      entry.running++;
    }
    try {
      executor.execute(() -> runAll(name, work));
    } catch (RejectedExecutionException closed) {
      end(name);
      throw closed;
    }
  }

  private void runAll(String name, Runnable first) {
    try {
      for (Runnable work = first; work != null; work = next(name)) {
        work.run();
      }
    } finally {
      end(name);
    }
  }

  private @Nullable Runnable next(String name) {
    synchronized (names) {
      Name entry = names.get(name);
      return entry == null ? null : entry.waiting.poll();
    }
  }

  private void end(String name) {
    synchronized (names) {
      names.computeIfPresent(
          name, (same, entry) -> --entry.running == 0 && entry.waiting.isEmpty() ? null : entry);
    }
  }
}
