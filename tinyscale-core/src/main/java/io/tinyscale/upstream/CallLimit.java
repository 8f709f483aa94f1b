package io.tinyscale.upstream;

import io.tinyscale.server.Overload;
import io.tinyscale.server.Server;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Bounds the calls in flight. A call over the limit is refused at once; there is no queue.
 * Thread-safe, without a lock.
 *
 * <p>An overload begins with the first refused call and ends when a quarter of the permits is free
 * again. If it ended with the first free permit, a limit that is just reached would begin and end
 * an overload with every call.
 */
public final class CallLimit {

  private final int most;
  private final int relief;
  private final @Nullable Server server;
  private final Consumer<Overload> observer;
  private final AtomicInteger taken = new AtomicInteger();
  private final AtomicLong refused = new AtomicLong();
  private final AtomicReference<@Nullable CompletableFuture<Void>> waiting =
      new AtomicReference<>();

  /**
   * A limit on all calls.
   *
   * @param most permits, at least one
   * @param observer is told when an overload begins and ends; must neither block nor throw
   */
  public CallLimit(int most, Consumer<Overload> observer) {
    this(most, null, observer);
  }

  /** A limit on the calls to this server. */
  CallLimit(int most, @Nullable Server server, Consumer<Overload> observer) {
    if (most < 1) {
      throw new IllegalArgumentException("permits: at least 1");
    }
    this.most = most;
    this.relief = most - Math.max(1, most / 4);
    this.server = server;
    this.observer = observer;
  }

  /** Takes a permit, which must be given back with {@link #leave}; false if none is free. */
  public boolean enter() {
    int before = taken.get();
    while (before < most) {
      if (taken.compareAndSet(before, before + 1)) {
        return true;
      }
      before = taken.get();
    }
    if (refused.getAndIncrement() == 0) {
      observer.accept(new Overload(server, most, 0));
    }
    return false;
  }

  /** Gives a permit back. */
  public void leave() {
    int left = taken.decrementAndGet();
    if (left == 0) {
      tellThatAllHaveLeft();
    }
    if (left <= relief && refused.get() > 0) {
      long turnedAway = refused.getAndSet(0);
      if (turnedAway > 0) {
        observer.accept(new Overload(server, most, turnedAway));
      }
    }
  }

  /** Done as soon as all permits are free, even if only for a moment. */
  public CompletionStage<Void> allLeft() {
    CompletableFuture<Void> mine = new CompletableFuture<>();
    CompletableFuture<Void> earlier = waiting.compareAndExchange(null, mine);
    if (taken.get() == 0) {
      tellThatAllHaveLeft();
    }
    return earlier == null ? mine : earlier;
  }

  private void tellThatAllHaveLeft() {
    CompletableFuture<Void> waiter = waiting.getAndSet(null);
    if (waiter != null) {
      waiter.complete(null);
    }
  }

  /** How many calls are in flight. */
  public int taken() {
    return taken.get();
  }
}
