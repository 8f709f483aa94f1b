package io.tinyscale.bench.soak;

import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many creates fail while an administrator restarts the servers one after the other. Creates of
 * new rooms come at a fixed rate, however long their answers take.
 */
final class RollingRestart {

  private static final int CREATES_PER_SECOND = 20;
  private static final long DOWN_MILLIS = 5000;
  private static final long BEFORE_AND_AFTER_MILLIS = 3000;

  /** The calls that were due have been answered, or given up, by then. */
  private static final long PATIENCE_SECONDS = 60;

  private final SmallPool pool;
  private final AtomicInteger rooms = new AtomicInteger();
  private final List<Call> creates = new CopyOnWriteArrayList<>();

  RollingRestart(SmallPool pool) {
    this.pool = pool;
  }

  Figure measure() throws InterruptedException {
    ExecutorService callers = Executors.newCachedThreadPool();
    ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
    clock.scheduleAtFixedRate(
        () -> callers.execute(this::create), 0, 1000 / CREATES_PER_SECOND, TimeUnit.MILLISECONDS);
    try {
      Pause.millis(BEFORE_AND_AFTER_MILLIS);
      for (ServerProcess server : pool.servers()) {
        server.terminate();
        Pause.millis(DOWN_MILLIS);
        server.startAgain();
      }
      Pause.millis(BEFORE_AND_AFTER_MILLIS);
    } finally {
      clock.shutdown();
      callers.shutdown();
      if (!clock.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS)
          || !callers.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        throw new IllegalStateException("a create has no end");
      }
    }
    return figure(creates);
  }

  private void create() {
    String room = "new-" + rooms.incrementAndGet();
    long begun = Span.now();
    Reply reply = pool.calls().get("create", "name=Room&meetingID=" + room);
    creates.add(new Call("figures", "", "", "create", room, begun, Span.now(), true, reply));
  }

  static Figure figure(List<Call> creates) {
    long failed = creates.stream().filter(create -> !create.succeeded()).count();
    long slowest = creates.stream().mapToLong(Call::micros).max().orElse(0);
    return new Figure(
        "creates of new rooms that fail while 3 servers restart in turn, each down for 5 s",
        String.format(
            Locale.ROOT, "%d of %d, slowest %.1f s", failed, creates.size(), slowest / 1e6));
  }
}
