package io.tinyscale.placement;

import io.tinyscale.observe.GatewayObserver;
import io.tinyscale.observe.SweepObserver;
import io.tinyscale.server.Server;
import io.tinyscale.server.ServerPool;
import io.tinyscale.server.ServerStatus;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Asks the policy about the servers that take new meetings now, and tells it what became of its
 * choices. A policy may be somebody else's code: if it throws when it is told something, the
 * observer hears of that, and the call goes on. Thread-safe.
 */
public final class Placer {

  private final ServerPool pool;
  private final PlacementPolicy policy;
  private final GatewayObserver observer;

  /** Chooses among the servers of this pool. */
  public Placer(ServerPool pool, PlacementPolicy policy, GatewayObserver observer) {
    this.pool = pool;
    this.policy = policy;
    this.observer = observer;
  }

  /**
   * Chooses a server for a create; {@link #made}, {@link #unknown} or {@link #failed} must follow.
   * A server on trial is a candidate while no other create tries it. If no server takes new
   * meetings, candidates are the servers that are out because real calls to them failed, or that
   * are being tried, or of which it is in doubt whether they answer: to try one of them is better
   * than to refuse the create.
   *
   * @param not servers that are out of the question, such as those that were just tried in vain
   * @return empty if no server suits, or the policy chose one that is no candidate, of which the
   *     observer hears
   */
  public Optional<Server> choose(PlacementRequest request, Collection<Server> not) {
    List<ServerStatus> candidates = candidates(ServerStatus::takesNewMeetings, not);
    while (!candidates.isEmpty()) {
      Optional<Server> chosen = chosen(candidates, request);
      if (chosen.isEmpty() || pool.beginCreate(chosen.get())) {
        return chosen;
      }
      // Another create has just begun to try it.
      tell(() -> policy.failed(request, chosen.get()));
      candidates = candidates(ServerStatus::takesNewMeetings, not);
    }
    return chosen(candidates(ServerStatus::isLastResort, not), request);
  }

  /** What the policy chooses, unless that is no candidate. */
  private Optional<Server> chosen(List<ServerStatus> candidates, PlacementRequest request) {
    Optional<Server> chosen = policy.choose(candidates, request);
    if (chosen.isEmpty() || isAmong(candidates, chosen.get())) {
      return chosen;
    }
    tell(() -> policy.failed(request, chosen.get()));
    observer.observerFailed(
        policy.getClass(),
        new IllegalStateException("it chose " + chosen.get().name() + ", which is no candidate"));
    return Optional.empty();
  }

  private static boolean isAmong(List<ServerStatus> candidates, Server chosen) {
    for (ServerStatus candidate : candidates) {
      if (candidate.server() == chosen || candidate.server().equals(chosen)) {
        return true;
      }
    }
    return false;
  }

  private List<ServerStatus> candidates(Predicate<ServerStatus> wanted, Collection<Server> not) {
    return pool.statuses(status -> wanted.test(status) && !not.contains(status.server()));
  }

  /** Lets the policy count a call for a meeting or recording that no server holds. */
  public void passOver(PlacementRequest request) {
    tell(() -> policy.passOver(pool.statuses(ServerStatus::takesNewMeetings), request));
  }

  /** The server made the meeting. */
  public void made(PlacementRequest request, Server server) {
    pool.endCreate(server);
    tell(() -> policy.made(request, server));
  }

  /** Nobody knows whether the server made the meeting. */
  public void unknown(PlacementRequest request, Server server) {
    pool.endCreate(server);
    tell(() -> policy.unknown(request, server));
  }

  /** The server did not make the meeting. */
  public void failed(PlacementRequest request, Server server) {
    pool.endCreate(server);
    tell(() -> policy.failed(request, server));
  }

  /** What the policy hears of the sweep of a server; see {@link PlacementPolicy#sweep}. */
  public SweepObserver sweep(Server server, long asked) {
    try {
      return policy.sweep(server, asked);
    } catch (RuntimeException bug) {
      observer.observerFailed(policy.getClass(), bug);
      return SweepObserver.NONE;
    }
  }

  private void tell(Runnable event) {
    try {
      event.run();
    } catch (RuntimeException bug) {
      observer.observerFailed(policy.getClass(), bug);
    }
  }
}
