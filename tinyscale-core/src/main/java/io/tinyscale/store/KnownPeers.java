package io.tinyscale.store;

import io.tinyscale.observe.GatewayObserver;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * The other balancers that have told of themselves: reports who came and went, and whose pool or
 * formula is another one. Thread-safe.
 */
final class KnownPeers {

  private static final long BETWEEN_REPORTS = Duration.ofMinutes(1).toNanos();

  private final long patience;
  private final GatewayObserver observer;
  private final LongSupplier nanoClock;

  // All below is guarded by this.
  private Set<String> seen = Set.of();

  /** When it was reported last that another balancer differs. */
  private final Map<String, Long> reported = new HashMap<>();

  /** The balancers that tell of themselves no more, and since when. */
  private final Map<String, Long> missing = new HashMap<>();

  /**
   * Knows nobody yet.
   *
   * @param patience how long a balancer that is gone counts as missing
   */
  KnownPeers(Duration patience, GatewayObserver observer, LongSupplier nanoClock) {
    this.patience = patience.toNanos();
    this.observer = observer;
    this.nanoClock = nanoClock;
  }

  /** These are all who tell of themselves now. */
  void told(Peer own, List<Peer> others) {
    Set<String> there = new HashSet<>();
    for (Peer other : others) {
      there.add(other.id());
      if (!wasSeen(other.id())) {
        observer.balancerSeen(other.id(), other.version());
      }
      List<String> differences = differences(own, other);
      if (!differences.isEmpty() && isDue(other.id())) {
        observer.poolDiffers(other.id(), differences);
      }
    }
    Set<String> gone;
    synchronized (this) {
      gone = new HashSet<>(seen);
      gone.removeAll(there);
      reported.keySet().retainAll(there);
      seen = Set.copyOf(there);
      missing.keySet().removeAll(there);
      gone.forEach(id -> missing.put(id, nanoClock.getAsLong()));
    }
    gone.forEach(observer::balancerGone);
  }

  /** Whether a balancer tells of itself no more, and has not been gone for long. */
  synchronized boolean isOneMissing() {
    long now = nanoClock.getAsLong();
    missing.values().removeIf(since -> now - since >= patience);
    return !missing.isEmpty();
  }

  /** In what another balancer differs so that it chooses other servers: names, or the formula. */
  static List<String> differences(Peer own, Peer other) {
    return own.formula() == other.formula()
        ? PoolDigest.differences(own.pool(), other.pool())
        : List.of("formula " + other.formula() + " instead of " + own.formula());
  }

  private synchronized boolean wasSeen(String id) {
    return seen.contains(id);
  }

  private synchronized boolean isDue(String id) {
    long now = nanoClock.getAsLong();
    Long last = reported.get(id);
    if (last != null && now - last < BETWEEN_REPORTS) {
      return false;
    }
    reported.put(id, now);
    return true;
  }
}
