package io.tinyscale.health;

import io.tinyscale.observe.GatewayObserver;
import io.tinyscale.server.PoolChange;
import io.tinyscale.server.Server;
import io.tinyscale.server.ServerPool;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;

/** Puts other servers into the pool while calls go on. Thread-safe. */
public final class PoolReplacement {

  private final ServerPool pool;
  private final Sweeper sweeper;
  private final Verdicts verdicts;
  private final GatewayObserver observer;

  /**
   * Replaces the servers of this pool.
   *
   * @param sweeper sweeps new servers before they join the pool, and from then on
   */
  public PoolReplacement(
      ServerPool pool, Sweeper sweeper, Verdicts verdicts, GatewayObserver observer) {
    this.pool = pool;
    this.sweeper = sweeper;
    this.verdicts = verdicts;
    this.observer = observer;
  }

  /**
   * Replaces the pool. New servers are swept first, as at the start; otherwise lookups would answer
   * "unknown" until their first sweep.
   *
   * @return done when the change has taken effect
   */
  CompletionStage<Void> replace(List<Server> servers) {
    return sweeper
        .firstSweepOf(pool.newcomers(servers))
        .thenAccept(newcomers -> replace(servers, newcomers));
  }

  private void replace(List<Server> servers, List<Sweep> newcomers) {
    if (sweeper.isClosed()) {
      return;
    }
    Set<String> answering =
        newcomers.stream()
            .filter(sweep -> !verdicts.isDown(sweep))
            .map(sweep -> sweep.server().name())
            .collect(Collectors.toUnmodifiableSet());
    PoolChange change = pool.replace(servers, answering);
    if (change.isEmpty()) {
      observer.poolUnchanged();
    } else {
      observer.poolChanged(change);
    }
    sweeper.judgeFirst(newcomers);
    verdicts.reportUnknown(newcomers.stream().map(Sweep::server).toList());
    sweeper.start();
  }
}
