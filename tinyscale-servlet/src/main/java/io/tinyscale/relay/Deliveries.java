package io.tinyscale.relay;

import io.tinyscale.bbb.CallbackKind;
import io.tinyscale.body.Stages;
import io.tinyscale.callback.CallbackOutcome;
import io.tinyscale.callback.CallbackStatus;
import io.tinyscale.observe.CallbackTry;
import io.tinyscale.observe.GatewayObserver;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Sends waiting callbacks when their time comes, some at a time and few to one host: a slow front
 * end keeps its own callbacks waiting and no others. Thread-safe; files are read and written by the
 * executor alone.
 */
final class Deliveries {

  private static final int MOST = 16;
  private static final int MOST_PER_HOST = 2;

  /** After the first try in vain, the second, and so on; the last one holds for all later ones. */
  private static final List<Duration> PAUSES =
      List.of(
          Duration.ofSeconds(10),
          Duration.ofSeconds(30),
          Duration.ofMinutes(1),
          Duration.ofMinutes(5),
          Duration.ofMinutes(15),
          Duration.ofHours(1),
          Duration.ofHours(3),
          Duration.ofHours(6),
          Duration.ofHours(12));

  /** By how much a pause is longer or shorter, so that callbacks do not come all at once again. */
  private static final double SPREAD = 0.1;

  /** No callback waits longer on purpose: a later time shows that the clock was set back. */
  private static final long LONGEST_PAUSE = Duration.ofHours(14).toMillis();

  /** The clock may be set meanwhile. */
  private static final long LONGEST_SLEEP = Duration.ofMinutes(1).toMillis();

  private final Spool spool;
  private final Delivery delivery;
  private final Executor executor;
  private final ScheduledExecutorService timer;
  private final InstantSource clock;
  private final DoubleSupplier random;
  private final Duration keep;
  private final GatewayObserver observer;

  // All below is guarded by this.
  private final PriorityQueue<Waiting> later =
      new PriorityQueue<>(Comparator.comparingLong(Waiting::next));
  private final Map<String, Host> hosts = new HashMap<>();
  private final ArrayDeque<Host> ready = new ArrayDeque<>();
  private final Map<String, Long> created = new HashMap<>();
  private final Map<CallbackKind, Map<CallbackOutcome, Long>> counts =
      new EnumMap<>(CallbackKind.class);
  private int running;
  private boolean closed;
  private @Nullable ScheduledFuture<?> alarm;

  /** What is due for one host. */
  private static final class Host {

    final String name;
    final ArrayDeque<Waiting> due = new ArrayDeque<>();
    int running;
    boolean queued;

    Host(String name) {
      this.name = name;
    }
  }

  /**
   * Deliveries that have not begun.
   *
   * @param executor runs what may block
   * @param random from 0 to 1
   * @param keep how long a callback is tried
   */
  Deliveries(
      Spool spool,
      Delivery delivery,
      Executor executor,
      ScheduledExecutorService timer,
      InstantSource clock,
      DoubleSupplier random,
      Duration keep,
      GatewayObserver observer) {
    this.spool = spool;
    this.delivery = delivery;
    this.executor = executor;
    this.timer = timer;
    this.clock = clock;
    this.random = random;
    this.keep = keep;
    this.observer = observer;
  }

  /** Tells that a callback could not be kept: unless the server repeats it, it is lost. */
  void notKept(Callback callback, String cause) {
    Waiting lost = Waiting.of("", 0, callback, 0);
    observer.callbackGivenUp(
        new CallbackTry(lost.tenant(), lost.kind(), lost.host(), 0), "not kept: " + cause);
    synchronized (this) {
      count(lost.kind(), CallbackOutcome.GIVEN_UP);
    }
  }

  /** Takes a callback that the spool keeps. */
  void add(Waiting waiting) {
    addAll(List.of(waiting));
  }

  /** Takes callbacks that the spool keeps. */
  void addAll(List<Waiting> several) {
    synchronized (this) {
      for (Waiting waiting : several) {
        created.put(waiting.id(), waiting.created());
        later.add(waiting);
      }
    }
    pump();
  }

  /** Begins whatever may begin now, and sets the alarm for the next. */
  private void pump() {
    List<Waiting> beginning = new ArrayList<>();
    synchronized (this) {
      if (closed) {
        return;
      }
      long now = clock.millis();
      takeDue(now);
      while (running < MOST && !ready.isEmpty()) {
        Host host = ready.poll();
        host.queued = false;
        beginning.add(host.due.remove());
        host.running++;
        running++;
        queue(host);
      }
      setAlarm(now);
    }
    beginning.forEach(this::begin);
  }

  private void takeDue(long now) {
    for (Waiting next = later.peek();
        next != null && (next.next() <= now || next.next() - now > LONGEST_PAUSE);
        next = later.peek()) {
      later.remove();
      Host host = hosts.computeIfAbsent(next.host(), Host::new);
      host.due.add(next);
      queue(host);
    }
  }

  /** Gives a host its turn behind the others, if it has something due and may have more running. */
  private void queue(Host host) {
    if (!host.queued && !host.due.isEmpty() && host.running < MOST_PER_HOST) {
      host.queued = true;
      ready.add(host);
    }
  }

  private void setAlarm(long now) {
    ScheduledFuture<?> former = alarm;
    if (former != null) {
      former.cancel(false);
      alarm = null;
    }
    Waiting next = later.peek();
    if (next != null) {
      long sleep = Math.max(1, Math.min(LONGEST_SLEEP, next.next() - now));
      alarm = timer.schedule(this::pump, sleep, TimeUnit.MILLISECONDS);
    }
  }

  private void begin(Waiting waiting) {
    try {
      executor.execute(() -> guarded(waiting, () -> send(waiting)));
    } catch (RejectedExecutionException closing) {
      stop();
    }
  }

  /** Whatever goes wrong, such as a lack of memory, the host gets its turn back. */
  private void guarded(Waiting waiting, Runnable work) {
    try {
      work.run();
    } catch (RuntimeException | Error mistake) {
      again(waiting, waiting.againUnnoted(clock.millis() + PAUSES.get(0).toMillis()));
      throw mistake;
    }
  }

  private void send(Waiting waiting) {
    Spool.Kept kept;
    try {
      kept = spool.read(waiting);
    } catch (MalformedFileException | NoSuchFileException never) {
      spool.putAside(waiting);
      observer.callbackGivenUp(told(waiting), "it cannot be read");
      done(waiting, CallbackOutcome.GIVEN_UP);
      return;
    } catch (IOException notNow) {
      readLater(waiting, notNow);
      return;
    }
    Stages.started(() -> delivery.send(kept.callback(), kept.body()))
        .exceptionally(bug -> new Verdict.Again(bug.getClass().getSimpleName()))
        .whenComplete((verdict, never) -> judgeLater(waiting, verdict));
  }

  /** However late it is: nobody has tried to deliver it. */
  private void readLater(Waiting waiting, IOException cause) {
    long pause = pause(waiting);
    observer.callbackRetry(
        told(waiting),
        Duration.ofMillis(pause),
        "it cannot be read now: " + cause.getClass().getSimpleName());
    again(waiting, waiting.againUnnoted(clock.millis() + pause));
  }

  private void judgeLater(Waiting waiting, Verdict verdict) {
    try {
      executor.execute(() -> guarded(waiting, () -> judge(waiting, verdict)));
    } catch (RejectedExecutionException closing) {
      stop();
    }
  }

  /** A callback stays in the spool and is sent, or sent once more, after the next start. */
  private synchronized void stop() {
    running--;
    notifyAll();
  }

  private void judge(Waiting waiting, Verdict verdict) {
    if (verdict instanceof Verdict.Again again) {
      postpone(waiting, again.cause());
      return;
    }
    CallbackTry told = told(waiting);
    forget(waiting);
    if (verdict instanceof Verdict.Rejected rejected) {
      observer.callbackGivenUp(told, rejected.cause());
      done(waiting, CallbackOutcome.GIVEN_UP);
    } else if (verdict instanceof Verdict.Refused refused) {
      observer.callbackRefused(told, refused.cause());
      done(waiting, CallbackOutcome.REFUSED);
    } else {
      observer.callbackDelivered(told);
      done(waiting, CallbackOutcome.DELIVERED);
    }
  }

  private void postpone(Waiting waiting, String cause) {
    long now = clock.millis();
    long left = waiting.created() + keep.toMillis() - now;
    // The last try is at the very end.
    long pause = Math.min(left, pause(waiting));
    if (left <= 0) {
      CallbackTry told = told(waiting);
      forget(waiting);
      observer.callbackGivenUp(told, cause);
      done(waiting, CallbackOutcome.GIVEN_UP);
      return;
    }
    Waiting next;
    try {
      next = spool.postpone(waiting, now + pause);
    } catch (IOException diskFailed) {
      // It is kept as before, and sent too early after a restart.
      next = waiting.againUnnoted(now + pause);
    }
    observer.callbackRetry(told(waiting), Duration.ofMillis(pause), cause);
    again(waiting, next);
  }

  private long pause(Waiting waiting) {
    Duration plain = PAUSES.get(Math.min(waiting.tries(), PAUSES.size() - 1));
    return Math.round(plain.toMillis() * (1 + SPREAD * (2 * random.getAsDouble() - 1)));
  }

  /** Whether it worked or not, the callback is done here; a file that stays is sent once more. */
  private void forget(Waiting waiting) {
    try {
      spool.remove(waiting);
    } catch (IOException stays) {
      // At least once is what is promised.
    }
  }

  private static CallbackTry told(Waiting waiting) {
    return new CallbackTry(waiting.tenant(), waiting.kind(), waiting.host(), waiting.tries() + 1);
  }

  private void again(Waiting waiting, Waiting next) {
    synchronized (this) {
      release(waiting);
      later.add(next);
    }
    pump();
  }

  private void done(Waiting waiting, CallbackOutcome outcome) {
    synchronized (this) {
      release(waiting);
      created.remove(waiting.id());
      count(waiting.kind(), outcome);
    }
    pump();
  }

  private void count(CallbackKind kind, CallbackOutcome outcome) {
    counts
        .computeIfAbsent(kind, another -> new EnumMap<>(CallbackOutcome.class))
        .merge(outcome, 1L, Long::sum);
  }

  /** Counts a webhook, which is never kept. */
  synchronized void countHook(CallbackOutcome outcome) {
    count(CallbackKind.WEBHOOK, outcome);
  }

  private void release(Waiting waiting) {
    running--;
    Host host = hosts.get(waiting.host());
    if (host != null) {
      host.running--;
      queue(host);
      if (host.running == 0 && host.due.isEmpty()) {
        hosts.remove(host.name);
      }
    }
    notifyAll();
  }

  /** What is known of the work now. */
  synchronized CallbackStatus status() {
    long now = clock.millis();
    long oldest = created.values().stream().mapToLong(Long::longValue).min().orElse(now);
    List<CallbackStatus.Count> all = new ArrayList<>();
    counts.forEach(
        (kind, outcomes) ->
            outcomes.forEach(
                (outcome, number) -> all.add(new CallbackStatus.Count(kind, outcome, number))));
    return new CallbackStatus(created.size(), Duration.ofMillis(Math.max(0, now - oldest)), all);
  }

  /**
   * Begins no further try and waits for those under way.
   *
   * @param end how long, on the scale of {@link System#nanoTime()}
   */
  void close(long end) throws InterruptedException {
    synchronized (this) {
      closed = true;
      ScheduledFuture<?> last = alarm;
      if (last != null) {
        last.cancel(false);
      }
      while (running > 0) {
        long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
        if (left <= 0) {
          return;
        }
        wait(left);
      }
    }
  }
}
