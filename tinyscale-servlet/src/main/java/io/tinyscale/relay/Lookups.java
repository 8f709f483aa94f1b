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
   * @throws RejectedExecutionException if the executor is closed; no work will run any more
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
    execute(name, work);
  }

  private void execute(String name, Runnable work) {
    executor.execute(() -> runAll(name, work));
  }

  private void runAll(String name, Runnable first) {
    @Nullable Runnable work = first;
    try {
      while (work != null) {
        work.run();
        work = nextOrEnd(name);
      }
    } catch (RuntimeException | Error mistake) {
      Runnable next = nextOrEnd(name);
      if (next != null) {
        execute(name, next);
      }
      throw mistake;
    }
  }

  /** In one step: nothing may begin to wait for a thread that has looked for the last time. */
  private @Nullable Runnable nextOrEnd(String name) {
    synchronized (names) {
      Name entry = names.get(name);
      Runnable next = entry == null ? null : entry.waiting.poll();
      if (entry != null && next == null && --entry.running == 0) {
        names.remove(name);
      }
      return next;
    }
  }
}
