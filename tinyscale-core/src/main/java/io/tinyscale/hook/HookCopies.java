package io.tinyscale.hook;

import io.tinyscale.callback.CallbackUrls;
import io.tinyscale.observe.GatewayObserver;
import io.tinyscale.server.Server;
import io.tinyscale.server.ServerPool;
import io.tinyscale.server.ServerStatus;
import io.tinyscale.store.Tombstones;
import io.tinyscale.upstream.ServerCalls;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Gives servers that are new, or were away, the webhooks that the others have. Nothing is stored:
 * what is registered is learned from the servers' own lists, and what any of them has, all get.
 * Only what was destroyed while a server was away is remembered, so that it does not come back with
 * that server.
 *
 * <p>Fed by sweeps: a sweep that finds a server new, or back, makes it due; the next one starts a
 * round in which all servers that are due are served. At most one round runs at a time.
 * Thread-safe.
 */
public final class HookCopies implements AutoCloseable {

  private final ServerPool pool;
  private final ServerCalls calls;
  private final Duration timeout;
  private final CallbackUrls callbackUrls;
  private final GatewayObserver observer;
  private final Tombstones tombstones;
  private final HookState state = new HookState();
  private volatile @Nullable HookRound last;

  /**
   * Serves the servers of this pool.
   *
   * @param calls judges no server by what it makes of webhooks
   * @param timeout for one answer
   * @param callbackUrls which of the servers' webhooks are relayed
   * @param tombstones which webhooks were destroyed through other balancers, or before our start
   */
  public HookCopies(
      ServerPool pool,
      ServerCalls calls,
      Duration timeout,
      CallbackUrls callbackUrls,
      Tombstones tombstones,
      GatewayObserver observer) {
    this.pool = pool;
    this.calls = calls;
    this.timeout = timeout;
    this.callbackUrls = callbackUrls;
    this.tombstones = tombstones;
    this.observer = observer;
  }

  /** Called after each complete sweep, before the health verdict changes. */
  public void swept(Server server) {
    Optional<Set<String>> served = state.swept(server, this::isInUse, isReachable(server));
    if (served.isPresent()) {
      HookRound round =
          new HookRound(
              pool, calls, timeout, callbackUrls, tombstones, observer, state, served.get());
      last = round;
      if (state.isClosed()) {
        // Whoever closed may not have seen this round.
        round.cancel();
      }
      round.run();
    }
  }

  private boolean isInUse(String name) {
    return pool.status(name).filter(ServerStatus::inUse).isPresent();
  }

  private boolean isReachable(Server server) {
    return pool.status(server.name()).filter(ServerStatus::reachable).isPresent();
  }

  /** A webhook has been registered; these servers lack it, or may have older forms of it, too. */
  void registered(String commonId, Set<String> servers) {
    state.registered(commonId, servers);
    tombstones.wanted(commonId);
  }

  /** A webhook is going to be destroyed. */
  void destroying(String commonId) {
    state.destroying(commonId);
  }

  /** That is over now; if it was done, these servers may have the webhook still. */
  void destroyed(String commonId, Set<String> missing) {
    state.destroyed(commonId, missing);
    if (!missing.isEmpty()) {
      tombstones.destroyed(commonId);
    }
  }

  /** Starts no round any more, and gives up a running one. */
  @Override
  public void close() {
    state.close();
    HookRound round = last;
    if (round != null) {
      round.cancel();
    }
  }
}
