package io.tinyscale.bench.balancers;

import io.tinyscale.bench.placement.Dice;
import io.tinyscale.store.Claim;
import io.tinyscale.store.Notice;
import io.tinyscale.store.Peer;
import io.tinyscale.store.SharedState;
import io.tinyscale.store.SharedStore;
import io.tinyscale.store.StoreKey;
import io.tinyscale.store.StoreProvider;
import io.tinyscale.store.StoreSettings;
import io.tinyscale.store.StoreView;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Brings what one balancer asks the store there, and the answers and notices back: with delays, and
 * as far as nothing is cut. Not thread-safe.
 */
final class StoreWire implements StoreProvider {

  private static final Duration USUAL = Duration.ofNanos(150_000);
  private static final double SECOND = Duration.ofSeconds(1).toNanos();

  private final BalancerProcess balancer;
  private final VirtualStore store;
  private final VirtualTime time;
  private final Dice dice;
  private final Distance distance;
  private final Function<StoreKey, @Nullable Room> rooms;
  private long cutUntil;
  private boolean isRefused;

  /** Notices are heard over another connection, which stands some time after the cut only. */
  private long deafUntil;

  /**
   * A wire that is not cut.
   *
   * @param isSlow whether some messages come late
   * @param rooms the room of a key; null if it is of none
   */
  StoreWire(
      BalancerProcess balancer,
      VirtualStore store,
      VirtualTime time,
      Dice dice,
      boolean isSlow,
      Function<StoreKey, @Nullable Room> rooms) {
    this.balancer = balancer;
    this.store = store;
    this.time = time;
    this.dice = dice;
    this.distance = new Distance(dice, USUAL, isSlow);
    this.rooms = rooms;
  }

  /** The name of the balancer. */
  String name() {
    return balancer.name();
  }

  /**
   * Cuts it for a while.
   *
   * @param refused whether the balancer is told at once; otherwise it hears nothing
   */
  void cut(long nanos, boolean refused) {
    cutUntil = Math.max(cutUntil, time.now() + nanos);
    isRefused = refused;
    deafUntil = cutUntil + (long) (dice.between(1, 5) * SECOND);
  }

  private boolean isCut() {
    return cutUntil > time.now();
  }

  @Override
  public SharedStore open(StoreSettings settings, Consumer<Notice> notices) {
    store.listen(
        notice -> {
          if (deafUntil <= time.now()) {
            balancer.process().after(distance.nanos(), () -> notices.accept(notice));
          }
        });
    return new Connection(settings.timeout());
  }

  /** The store as the balancer sees it. */
  private final class Connection implements SharedStore {

    private final long timeout;

    Connection(Duration timeout) {
      this.timeout = timeout.toNanos();
    }

    /** Asks for something that happens in one step in the store, whoever hears of it. */
    private <T> CompletionStage<T> ask(Supplier<T> action) {
      CompletableFuture<T> answer = new CompletableFuture<>();
      if (balancer.process().isInOneStep()) {
        if (isCut()) {
          answer.completeExceptionally(refused());
        } else {
          answer.complete(action.get());
        }
        return answer;
      }
      balancer.process().after(timeout, () -> answer.completeExceptionally(silent()));
      if (!isCut()) {
        time.after(distance.nanos(), () -> sendBack(action.get(), answer));
      } else if (isRefused) {
        balancer.process().after(distance.nanos(), () -> answer.completeExceptionally(refused()));
      }
      return answer;
    }

    private <T> void sendBack(T result, CompletableFuture<T> answer) {
      if (!isCut()) {
        balancer.process().after(distance.nanos(), () -> answer.complete(result));
      }
    }

    private CompletionStage<Void> tellIt(Runnable action) {
      return ask(() -> {
            action.run();
            return true;
          })
          .thenAccept(done -> {});
    }

    private static IOException refused() {
      return new ConnectException("Connection refused");
    }

    private static IOException silent() {
      return new SocketTimeoutException("timeout");
    }

    @Override
    public CompletionStage<Claim> claim(StoreKey meeting, String want, Collection<String> givenUp) {
      return ask(
          () -> {
            Claim claim = store.claim(meeting, want, givenUp);
            note(meeting, () -> "wants " + want + " without " + givenUp + " gets " + claim);
            return claim;
          });
    }

    @Override
    public CompletionStage<Boolean> move(StoreKey meeting, String from, String to) {
      return ask(
          () -> {
            boolean isMoved = store.move(meeting, from, to);
            note(meeting, () -> "moves from " + from + " to " + to + ": " + isMoved);
            return isMoved;
          });
    }

    @Override
    public CompletionStage<StoreView> beat(Peer self) {
      return ask(() -> store.beat(self));
    }

    @Override
    public CompletionStage<Void> leave(Peer self) {
      return tellIt(() -> store.leave(self));
    }

    @Override
    public CompletionStage<Void> decide(String server, SharedState state) {
      return tellIt(() -> store.decide(server, state));
    }

    @Override
    public CompletionStage<Map<String, SharedState>> decisions() {
      return ask(store::decisions);
    }

    @Override
    public CompletionStage<Void> detached(String server, StoreKey meeting) {
      return tellIt(
          () -> {
            store.detached(server, meeting);
            note(meeting, () -> "detaches the copy on " + server);
          });
    }

    @Override
    public CompletionStage<Void> gone(String server, StoreKey meeting) {
      return tellIt(
          () -> {
            store.gone(server, meeting);
            note(meeting, () -> "finds the copy gone from " + server);
          });
    }

    @Override
    public CompletionStage<Void> destroyed(StoreKey hook) {
      return tellIt(() -> store.destroyed(hook));
    }

    @Override
    public CompletionStage<Void> wanted(StoreKey hook) {
      return tellIt(() -> store.wanted(hook));
    }

    @Override
    public CompletionStage<Set<StoreKey>> destroyed(Collection<StoreKey> hooks) {
      return ask(() -> store.destroyed(hooks));
    }

    @Override
    public void tell(Notice notice) {
      tellIt(() -> store.tell(notice));
    }

    @Override
    public void close() {}

    private void note(StoreKey meeting, Supplier<String> what) {
      Room room = rooms.apply(meeting);
      if (room != null) {
        room.note(() -> "store: " + name() + " " + what.get());
      }
    }
  }
}
