package io.tinyscale.upstream;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * How many may be under way at the same time. Who comes when all places are taken is turned away at
 * once: nobody waits. Thread-safe, without a lock.
 *
 * <p>Overload begins with the first who is turned away, and is over when a quarter of the places is
 * free again: one that is merely full would begin and end it with every call.
 */
public final class Allowance {

  /** Is told of the beginning and the end of an overload; must neither block nor throw. */
  public interface Listener {

    /** All places are taken, and somebody has been turned away. */
    void overloaded(int most);

    /**
     * There is room again.
     *
     * @param refused how many were turned away meanwhile
     */
    void relieved(long refused);
  }

  private final int most;
  private final int relief;
  private final Listener listener;
  private final AtomicInteger taken = new AtomicInteger();
  private final AtomicLong refused = new AtomicLong();
  private final AtomicReference<@Nullable CompletableFuture<Void>> waiting =
      new AtomicReference<>();

  /** This many places. */
  public Allowance(int most, Listener listener) {
    if (most < 1) {
      throw new IllegalArgumentException("places: at least 1");
    }
    this.most = most;
    this.relief = most - Math.max(1, most / 4);
    this.listener = listener;
  }

  /** Takes a place, which must be given back with {@link #leave}; false if there is none. */
  public boolean enter() {
    int before = taken.get();
    while (before < most) {
      if (taken.compareAndSet(before, before + 1)) {
        return true;
      }
      before = taken.get();
    }
    if (refused.getAndIncrement() == 0) {
      listener.overloaded(most);
    }
    return false;
  }

  /** Gives a place back. */
  public void leave() {
    int left = taken.decrementAndGet();
    if (left == 0) {
      tellThatAllHaveLeft();
    }
    if (left <= relief && refused.get() > 0) {
      long turnedAway = refused.getAndSet(0);
      if (turnedAway > 0) {
        listener.relieved(turnedAway);
      }
    }
  }

  /** Done as soon as all places are free, be it for a moment. */
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

  /** How many places are taken. */
  public int taken() {
    return taken.get();
  }
}
