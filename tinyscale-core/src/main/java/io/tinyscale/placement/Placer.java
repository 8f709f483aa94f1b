package io.tinyscale.placement;

import io.tinyscale.bbb.ApiError;
import io.tinyscale.observe.GatewayObserver;
import io.tinyscale.observe.OnceAMinute;
import io.tinyscale.observe.ServerScore;
import io.tinyscale.observe.SweepObserver;
import io.tinyscale.server.Server;
import io.tinyscale.server.ServerPool;
import io.tinyscale.server.ServerStatus;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/**
 * Asks the policy about the servers that take new meetings now and have the tags that a create asks
 * for, and tells it what became of its choices. A policy may be somebody else's code: if it throws
 * when it is told something, the observer hears of that, and the call goes on. Thread-safe.
 */
public final class Placer {

  private final ServerPool pool;
  private final PlacementPolicy policy;
  private final GatewayObserver observer;
  private final OnceAMinute fallbackReports;
  private final AtomicLong tagFallbacks = new AtomicLong();
  private boolean wasAllTagged;

  /** Chooses among the servers of this pool. */
  public Placer(ServerPool pool, PlacementPolicy policy, GatewayObserver observer) {
    this(pool, policy, observer, System::nanoTime);
  }

  /**
   * Chooses among the servers of this pool.
   *
   * @param nanoClock as {@link System#nanoTime()}
   */
  public Placer(
      ServerPool pool, PlacementPolicy policy, GatewayObserver observer, LongSupplier nanoClock) {
    this.pool = pool;
    this.policy = policy;
    this.observer = observer;
    this.fallbackReports = new OnceAMinute(nanoClock);
  }

  /**
   * Whether every enabled server of a pool has tags. Creates without a tag use all servers then, as
   * if there were no tags.
   */
  public static boolean isAllTagged(Collection<Server> servers) {
    return WantedTags.areEverywhere(servers);
  }

  /**
   * Looks whether every enabled server has tags now. The observer hears of it each time that it
   * becomes true: tags then keep no meeting away from a server.
   */
  public synchronized void checkTags() {
    boolean isNow = isAllTagged(pool.servers(ServerStatus::inUse));
    if (isNow && !wasAllTagged) {
      observer.allServersTagged();
    }
    wasAllTagged = isNow;
  }

  /**
   * Chooses a server for a create; {@link #made}, {@link #unknown} or {@link #failed} must follow.
   * Candidates have a tag that the create asks for. If no such server takes new meetings, and the
   * create does not require the tag, it goes where creates without a tag go: to servers without
   * tags. Other calls go to any server.
   *
   * <p>A server on trial is a candidate while no other create tries it. If no candidate takes new
   * meetings, candidates are the servers that are out because real calls to them failed, or that
   * are being tried, or of which it is in doubt whether they answer: to try one of them is better
   * than to refuse the create.
   *
   * @param not servers that are out of the question, such as those that were just tried in vain
   * @return empty if no server suits, or the policy chose one that is no candidate, of which the
   *     observer hears
   */
  public Optional<Server> choose(PlacementRequest request, Collection<Server> not) {
    List<ServerStatus> candidates = candidates(ServerStatus::takesNewMeetings, request, not);
    while (!candidates.isEmpty()) {
      Optional<Server> chosen = chosen(candidates, request);
      if (chosen.isEmpty() || pool.beginCreate(chosen.get())) {
        return chosen;
      }
      // Another create has just begun to try it.
      tell(() -> policy.failed(request, chosen.get()));
      candidates = candidates(ServerStatus::takesNewMeetings, request, not);
    }
    return chosen(candidates(ServerStatus::isLastResort, request, not), request);
  }

  /**
   * Why {@link #choose} found no server for a create.
   *
   * @param not as it was given there
   */
  public ApiError refusal(PlacementRequest create, Collection<Server> not) {
    boolean lacksTag =
        WantedTags.of(create).required()
            && candidates(ServerStatus::takesNewMeetings, create, not).isEmpty()
            && candidates(ServerStatus::isLastResort, create, not).isEmpty();
    return lacksTag ? ApiError.SERVER_TAG_UNAVAILABLE : ApiError.NO_SERVER;
  }

  /** How many new meetings went to a server without a tag that their creates asked for. */
  public long tagFallbacks() {
    return tagFallbacks.get();
  }

  /**
   * The servers of a pool that {@link #choose} offers to the policy; chooses none.
   *
   * @param pool all servers at one instant
   */
  public static List<ServerStatus> candidates(PlacementRequest request, List<ServerStatus> pool) {
    Statuses statuses = open -> pool.stream().filter(open).toList();
    List<ServerStatus> open =
        candidates(statuses, ServerStatus::takesNewMeetings, request, List.of());
    return open.isEmpty()
        ? candidates(statuses, ServerStatus::isLastResort, request, List.of())
        : open;
  }

  /** How well each candidate would suit a create now; see {@link PlacementPolicy#weigh}. */
  public List<ServerScore> weigh(List<ServerStatus> candidates, PlacementRequest request) {
    try {
      return policy.weigh(candidates, request);
    } catch (RuntimeException bug) {
      observer.observerFailed(policy.getClass(), bug);
      return List.of();
    }
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

  /** The servers of a pool, in its order, of which something holds. */
  private interface Statuses {
    List<ServerStatus> that(Predicate<ServerStatus> holds);
  }

  private List<ServerStatus> candidates(
      Predicate<ServerStatus> open, PlacementRequest request, Collection<Server> not) {
    return candidates(pool::statuses, open, request, not);
  }

  private static List<ServerStatus> candidates(
      Statuses pool,
      Predicate<ServerStatus> open,
      PlacementRequest request,
      Collection<Server> not) {
    if (!WantedTags.matterTo(request)) {
      return candidates(pool, open, server -> true, not);
    }
    WantedTags wanted = WantedTags.of(request);
    List<ServerStatus> matching = candidates(pool, open, wanted::match, not);
    if (!matching.isEmpty() || wanted.required()) {
      return matching;
    }
    List<Server> inUse = pool.that(ServerStatus::inUse).stream().map(ServerStatus::server).toList();
    return isAllTagged(inUse)
        ? candidates(pool, open, server -> true, not)
        : candidates(pool, open, WantedTags.NONE::match, not);
  }

  private static List<ServerStatus> candidates(
      Statuses pool,
      Predicate<ServerStatus> open,
      Predicate<Server> suits,
      Collection<Server> not) {
    return pool.that(
        status ->
            open.test(status) && suits.test(status.server()) && !not.contains(status.server()));
  }

  /** Lets the policy count a call for a meeting or recording that no server holds. */
  public void passOver(PlacementRequest request) {
    tell(() -> policy.passOver(pool.statuses(ServerStatus::takesNewMeetings), request));
  }

  /** The server made the meeting. */
  public void made(PlacementRequest request, Server server) {
    pool.endCreate(server);
    count(request, server);
    tell(() -> policy.made(request, server));
  }

  /** Nobody knows whether the server made the meeting. */
  public void unknown(PlacementRequest request, Server server) {
    pool.endCreate(server);
    tell(() -> policy.unknown(request, server));
  }

  /** A create counts once, when its meeting was made, however many servers it was meant for. */
  private void count(PlacementRequest create, Server server) {
    WantedTags wanted = WantedTags.of(create);
    if (!wanted.areMissingOn(server)) {
      return;
    }
    tagFallbacks.incrementAndGet();
    long fallbacks = fallbackReports.count();
    if (fallbacks > 0) {
      observer.tagFallback(create.tenant(), wanted.text(), server, fallbacks);
    }
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

  /** Lets the policy write down what it wants to know after a restart; may block. */
  void keep() {
    tell(policy::keep);
  }

  /** What the policy expects a server to carry; empty if the policy does not measure. */
  public OptionalDouble expectedLoad(Server server) {
    try {
      return policy.expectedLoad(server);
    } catch (RuntimeException bug) {
      observer.observerFailed(policy.getClass(), bug);
      return OptionalDouble.empty();
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
