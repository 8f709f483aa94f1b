package io.tinyscale.store;

import io.tinyscale.observe.GatewayObserver;
import io.tinyscale.server.Server;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The link of this balancer to the store: whether the store answers, and what it told last. Every
 * {@link #BEAT} it tells the others of this balancer and hears of them. After an action without an
 * answer nobody waits for the store until a beat has passed. Thread-safe.
 */
public final class StoreLink implements GatewayObserver, AutoCloseable {

  /** From one beat to the next. */
  public static final Duration BEAT = Duration.ofSeconds(5);

  /** The same while the store does not answer. */
  private static final Duration RETRY = Duration.ofSeconds(1);

  /** How long a beat may take: nobody waits for it. */
  private static final Duration BEAT_TIME = Duration.ofSeconds(1);

  private static final StoreView NOTHING = new StoreView(List.of(), true, Map.of(), -1);

  private final SharedStore store;
  private final StoreSettings settings;
  private final Supplier<Peer> self;
  private final GatewayObserver observer;
  private final ScheduledExecutorService timer;
  private final Executor work;
  private final LongSupplier nanoClock;
  private final KnownPeers peers;

  /** Reads the decisions of administrators; says whether the store told them. */
  private volatile Supplier<CompletionStage<Boolean>> whenDecided =
      () -> CompletableFuture.completedStage(true);

  private volatile State state = State.NEW;
  private volatile StoreView view = NOTHING;

  // All below is guarded by this.
  private boolean beating;
  private boolean again;
  private boolean closed;
  private boolean toldDown;
  private boolean wasYoung = true;

  /** How often administrators had decided something when that was read last; -1 if never. */
  private long read = -1;

  private @Nullable Future<?> next;

  private enum State {
    /** No beat has passed yet. */
    NEW,
    /** It answers. */
    UP,
    /** An action had no answer; the next beat decides. */
    DOUBTED,
    /** It does not answer. */
    DOWN
  }

  /**
   * A link that has not tried the store yet.
   *
   * @param self what the others are told of this balancer
   * @param timer for the beats and for the time that actions take
   * @param work runs what follows on an answer: the store's own threads are few
   */
  public StoreLink(
      SharedStore store,
      StoreSettings settings,
      Supplier<Peer> self,
      GatewayObserver observer,
      ScheduledExecutorService timer,
      Executor work,
      LongSupplier nanoClock) {
    this.store = store;
    this.settings = settings;
    this.self = self;
    this.observer = observer;
    this.timer = timer;
    this.work = work;
    this.nanoClock = nanoClock;
    this.peers = new KnownPeers(settings.ttl(), observer, nanoClock);
  }

  /** Begins to beat; done when the first beat has passed or failed. */
  public CompletionStage<Void> start() {
    return beat();
  }

  /**
   * Runs an action, from now on, when administrators may have decided something.
   *
   * @param action says whether the store told what was decided; if not, it runs again with the next
   *     beat
   */
  public void whenDecided(Supplier<CompletionStage<Boolean>> action) {
    whenDecided = action;
  }

  /** Whether the store answers. */
  public boolean isUp() {
    return state == State.UP;
  }

  /** What the store told last; nothing of the others while it does not answer. */
  public StoreView view() {
    return view;
  }

  /** What this balancer tells the others of itself. */
  public Peer self() {
    return self.get();
  }

  /** The address of the store, without its password. */
  public String address() {
    return String.valueOf(settings.address());
  }

  /** The store, for what nobody waits for. */
  SharedStore store() {
    return store;
  }

  /** The settings. */
  StoreSettings settings() {
    return settings;
  }

  /** Runs an action at a later time; null if the balancer stops. */
  @Nullable Future<?> in(Duration time, Runnable action) {
    try {
      return timer.schedule(action, time.toNanos(), TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException stopping) {
      return null;
    }
  }

  /** The clock. */
  LongSupplier nanoClock() {
    return nanoClock;
  }

  /**
   * Asks the store, if it answers.
   *
   * @return empty if it does not answer in time; never completed exceptionally
   */
  <T> CompletionStage<Optional<T>> ask(Supplier<CompletionStage<T>> action) {
    if (!isUp()) {
      return CompletableFuture.completedStage(Optional.empty());
    }
    return within(settings.timeout(), action)
        .handle(
            (answer, failure) -> {
              if (failure != null) {
                doubt();
              }
              return Optional.ofNullable(answer);
            });
  }

  /** What an action answers, or a failure after this time. */
  private <T> CompletionStage<T> within(Duration time, Supplier<CompletionStage<T>> action) {
    CompletableFuture<T> result = new CompletableFuture<>();
    Future<?> alarm =
        in(time, () -> result.completeExceptionally(new TimeoutException("no answer in time")));
    if (alarm == null) {
      return CompletableFuture.failedStage(new RejectedExecutionException("stopping"));
    }
    action
        .get()
        .whenCompleteAsync(
            (answer, failure) -> {
              alarm.cancel(false);
              if (failure == null) {
                result.complete(answer);
              } else {
                result.completeExceptionally(failure);
              }
            },
            work);
    return result;
  }

  private void doubt() {
    synchronized (this) {
      if (state != State.UP) {
        return;
      }
      state = State.DOUBTED;
    }
    beat();
  }

  /** A verdict has changed, which the others should know at once. */
  @Override
  public void serverDown(Server server, String cause) {
    beat();
  }

  @Override
  public void serverUp(Server server, int meetings) {
    beat();
  }

  // Beats.

  private CompletionStage<Void> beat() {
    synchronized (this) {
      if (closed || beating) {
        again = beating;
        return CompletableFuture.completedStage(null);
      }
      beating = true;
      if (next != null) {
        next.cancel(false);
      }
    }
    return within(BEAT_TIME, () -> store.beat(self.get()))
        .handle(
            (told, failure) -> {
              if (failure == null) {
                passed(told);
              } else {
                failed(failure);
              }
              beaten(failure == null ? BEAT : RETRY);
              return null;
            });
  }

  private void beaten(Duration pause) {
    synchronized (this) {
      beating = false;
      if (closed) {
        return;
      }
      next = in(again ? Duration.ZERO : pause, this::beat);
      again = false;
    }
  }

  private void passed(StoreView told) {
    boolean wasDown;
    boolean isNew;
    boolean isDecided;
    synchronized (this) {
      if (closed) {
        return;
      }
      view = told;
      state = State.UP;
      wasDown = toldDown;
      toldDown = false;
      isNew = told.young() && !wasYoung;
      wasYoung = told.young();
      // A store that has lost its data may have counted up to the same number again.
      isDecided = isNew || told.decisions() != read;
    }
    if (wasDown) {
      observer.storeUp(address());
    }
    if (isNew) {
      observer.storeNew(address());
    }
    peers.told(self.get(), told.others());
    if (isDecided) {
      whenDecided.get().thenAccept(isTold -> haveRead(isTold ? told.decisions() : -1));
    }
  }

  private synchronized void haveRead(long decisions) {
    read = decisions;
  }

  private void failed(Throwable failure) {
    boolean isNews;
    synchronized (this) {
      if (closed) {
        return;
      }
      state = State.DOWN;
      view = NOTHING;
      read = -1;
      isNews = !toldDown;
      toldDown = true;
    }
    if (isNews) {
      observer.storeDown(address(), cause(failure));
    }
  }

  private static String cause(Throwable failure) {
    Throwable cause = failure.getCause() == null ? failure : failure.getCause();
    return Objects.requireNonNullElse(cause.getMessage(), cause.getClass().getSimpleName());
  }

  // The others.

  /**
   * Whether what the store says is the decision of all balancers. It is not while the store may
   * have lost claims, or when another balancer tells of itself no more: that one may have lost the
   * store alone, and go on without it.
   */
  boolean speaksForAll() {
    return !view.young() && !peers.isOneMissing();
  }

  /** Whether another balancer has this server in its pool. */
  boolean othersKnow(String server) {
    return view.others().stream().anyMatch(other -> other.pool().containsKey(server));
  }

  /** Whether another balancer has this server in its pool and reaches it. */
  boolean othersReach(String server) {
    return view.others().stream()
        .anyMatch(other -> other.pool().containsKey(server) && !other.down().contains(server));
  }

  /**
   * Tells the others that this balancer stops: else they would think for a while that it reaches
   * its servers. No beat follows.
   *
   * @return done when the store knows, or when there is nothing to tell
   */
  public CompletionStage<Void> leave() {
    stopBeats();
    return isUp()
        ? within(BEAT_TIME, () -> store.leave(self.get()))
        : CompletableFuture.completedStage(null);
  }

  private void stopBeats() {
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
      if (next != null) {
        next.cancel(false);
      }
    }
  }

  /** Lets the store go. */
  @Override
  public void close() {
    stopBeats();
    store.close();
  }
}
