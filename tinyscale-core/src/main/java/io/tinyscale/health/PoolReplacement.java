package io.tinyscale.health;

import io.tinyscale.body.Stages;
import io.tinyscale.observe.GatewayObserver;
import io.tinyscale.server.PoolChange;
import io.tinyscale.server.Server;
import io.tinyscale.server.ServerPool;
import io.tinyscale.server.ServerStatus;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Puts other servers into the pool while calls go on. What is said of servers that are in the pool
 * takes effect at once. New servers are swept first, as at the start: otherwise lookups would
 * answer "unknown" until their first sweep. Servers that go stay until the new ones have come, so
 * that somebody takes new meetings meanwhile. Thread-safe.
 */
public final class PoolReplacement {

  private final ServerPool pool;
  private final Sweeper sweeper;
  private final Verdicts verdicts;
  private final GatewayObserver observer;

  /** What the pool is to be; guarded by this. */
  private List<Server> wanted = List.of();

  /** Those of the wanted servers that are not in the pool; guarded by this. */
  private final Map<Server, Newcomer> newcomers = new LinkedHashMap<>();

  /**
   * A server on its way into the pool.
   *
   * @param joined done when it is there
   */
  private record Newcomer(CompletableFuture<Sweep> firstSweep, CompletableFuture<Void> joined) {}

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

  /** Replaces the pool; done when all of the change has taken effect. */
  CompletionStage<Void> replace(List<Server> servers) {
    return replace(servers, name -> true);
  }

  /**
   * Replaces the pool. When this returns, servers that were in the pool are as they shall be.
   *
   * @param matters for which servers the caller waits, by name
   * @return done when what is said of those servers has taken effect: at once if none of them is
   *     new
   */
  CompletionStage<Void> replace(List<Server> servers, Predicate<String> matters) {
    List<Newcomer> begun = new ArrayList<>();
    List<Newcomer> awaited = begin(servers, matters, begun);
    settle(true);
    begun.forEach(newcomer -> newcomer.firstSweep().whenComplete((found, bug) -> join(newcomer)));
    return CompletableFuture.allOf(
        awaited.stream().map(Newcomer::joined).toArray(CompletableFuture<?>[]::new));
  }

  private void join(Newcomer newcomer) {
    try {
      settle(false);
    } catch (RuntimeException | Error bug) {
      observer.poolReloadFailed(bug);
    } finally {
      newcomer.joined().complete(null);
    }
  }

  /**
   * Begins to sweep what is new.
   *
   * @param begun gets the newcomers that are new now
   * @return those that the caller waits for
   */
  private synchronized List<Newcomer> begin(
      List<Server> servers, Predicate<String> matters, List<Newcomer> begun) {
    wanted = List.copyOf(servers);
    List<Server> fresh = pool.newcomers(wanted);
    newcomers.keySet().retainAll(fresh);
    for (Server server : fresh) {
      if (!newcomers.containsKey(server)) {
        Newcomer newcomer = new Newcomer(firstSweep(server), new CompletableFuture<>());
        newcomers.put(server, newcomer);
        begun.add(newcomer);
      }
    }
    boolean isWaitingForAll = going().anyMatch(going -> matters.test(going.name()));
    return newcomers.entrySet().stream()
        .filter(newcomer -> isWaitingForAll || matters.test(newcomer.getKey().name()))
        .map(Map.Entry::getValue)
        .toList();
  }

  /** Never completed exceptionally: a mistake of ours says nothing of the server. */
  private CompletableFuture<Sweep> firstSweep(Server server) {
    return Stages.started(() -> sweeper.firstSweepOf(List.of(server)))
        .thenApply(found -> found.get(0))
        .exceptionally(
            bug -> {
              observer.poolReloadFailed(bug);
              return new Sweep.Unasked(server);
            })
        .toCompletableFuture();
  }

  /** The servers of the pool that are wanted no more. */
  private Stream<Server> going() {
    Set<String> names = wanted.stream().map(Server::name).collect(Collectors.toSet());
    return pool
        .statuses(status -> !status.leaving() && !names.contains(status.server().name()))
        .stream()
        .map(ServerStatus::server);
  }

  /**
   * Puts into the pool what can be there now.
   *
   * @param isNews whether other servers are wanted than before; else newcomers may have come
   */
  private void settle(boolean isNews) {
    List<Sweep> come;
    PoolChange change;
    boolean isAll;
    synchronized (this) {
      come = come();
      if (sweeper.isClosed() || come.isEmpty() && !isNews) {
        return;
      }
      isAll = newcomers.isEmpty();
      change = pool.replace(present(), answering(come));
    }
    if (!change.isEmpty()) {
      observer.poolChanged(change);
    } else if (isAll) {
      observer.poolUnchanged();
    }
    sweeper.judgeFirst(come);
    verdicts.reportUnknown(come.stream().map(Sweep::server).toList());
    sweeper.start();
  }

  /** Takes the newcomers that have been swept. */
  private List<Sweep> come() {
    List<Sweep> come = new ArrayList<>();
    newcomers
        .values()
        .removeIf(
            newcomer -> {
              boolean isDone = newcomer.firstSweep().isDone();
              if (isDone) {
                come.add(newcomer.firstSweep().join());
              }
              return isDone;
            });
    return come;
  }

  private Set<String> answering(List<Sweep> come) {
    return come.stream()
        .filter(sweep -> !verdicts.isDown(sweep))
        .map(sweep -> sweep.server().name())
        .collect(Collectors.toUnmodifiableSet());
  }

  /**
   * What stands for a newcomer of the same name until it has come. A server that moves stays where
   * it is, and everything else that is said of it holds at once: a drain that was called off ends
   * nothing at the old address.
   */
  private static Server until(ServerStatus before, Server newcomer) {
    Server old = before.server();
    return before.inUse()
        ? new Server(
            old.name(),
            old.api(),
            old.secret(),
            old.algorithm(),
            newcomer.weight(),
            newcomer.tags(),
            newcomer.state(),
            newcomer.drain())
        : old;
  }

  /** The wanted servers without the newcomers, and those that stay until these have come. */
  private List<Server> present() {
    List<Server> present = new ArrayList<>();
    for (Server server : wanted) {
      if (newcomers.containsKey(server)) {
        pool.status(server.name())
            .filter(before -> !before.leaving())
            .ifPresent(before -> present.add(until(before, server)));
      } else {
        present.add(server);
      }
    }
    if (!newcomers.isEmpty()) {
      going().forEach(present::add);
    }
    return present;
  }
}
