package io.tinyscale.bench.balancers;

import io.tinyscale.store.Claim;
import io.tinyscale.store.Notice;
import io.tinyscale.store.Peer;
import io.tinyscale.store.SharedState;
import io.tinyscale.store.StoreKey;
import io.tinyscale.store.StoreView;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A store that exists only in memory and does what the scripts of a real one do, each in one step.
 * It has held data for longer than claims stand when a run begins. What a real store keeps for a
 * day and more is kept to the end of the run. Not thread-safe.
 */
final class VirtualStore {

  private final VirtualTime time;
  private final long ttl;
  private final Map<StoreKey, Claimed> claims = new HashMap<>();
  private final Map<String, Told> peers = new LinkedHashMap<>();
  private final Map<String, SharedState> states = new LinkedHashMap<>();
  private final Map<String, Set<StoreKey>> copies = new LinkedHashMap<>();
  private final Set<StoreKey> hooks = new HashSet<>();
  private final List<Consumer<Notice>> listeners = new ArrayList<>();
  private long decisions;
  private boolean isNew;
  private long youngUntil;

  /** A claim, and until when it stands. */
  private record Claimed(String server, long uses, long until) {}

  /** What a balancer told of itself, and until when that is kept. */
  private record Told(Peer peer, long until) {}

  /**
   * A store without claims.
   *
   * @param ttl how long a claim stands
   */
  VirtualStore(VirtualTime time, Duration ttl) {
    this.time = time;
    this.ttl = ttl.toNanos();
  }

  /** Loses all that it holds. */
  void lose() {
    claims.clear();
    peers.clear();
    states.clear();
    copies.clear();
    hooks.clear();
    decisions = 0;
    isNew = true;
  }

  /** The first who looks after a loss makes it young for all, for as long as a claim stands. */
  private boolean isYoung() {
    if (isNew) {
      isNew = false;
      youngUntil = time.now() + ttl;
    }
    return time.now() < youngUntil;
  }

  Claim claim(StoreKey meeting, String want, Collection<String> givenUp) {
    Claimed was = standing(meeting);
    Claimed now =
        was == null || givenUp.contains(was.server)
            ? new Claimed(want, 1, time.now() + ttl)
            : new Claimed(was.server, was.uses + 1, time.now() + ttl);
    claims.put(meeting, now);
    return new Claim(now.server, now.uses, was == null ? "" : was.server, isYoung());
  }

  private @Nullable Claimed standing(StoreKey meeting) {
    Claimed claimed = claims.get(meeting);
    return claimed == null || claimed.until <= time.now() ? null : claimed;
  }

  boolean move(StoreKey meeting, String from, String to) {
    Claimed was = standing(meeting);
    if (was == null || !was.server.equals(from) || was.uses != 1) {
      return false;
    }
    claims.put(meeting, new Claimed(to, 1, time.now() + ttl));
    return true;
  }

  StoreView beat(Peer self) {
    peers.put(member(self), new Told(self, time.now() + Peer.FORGOTTEN.toNanos()));
    peers.values().removeIf(told -> told.until <= time.now());
    List<Peer> others = new ArrayList<>();
    peers.forEach(
        (member, told) -> {
          if (!member.equals(member(self))) {
            others.add(told.peer);
          }
        });
    return new StoreView(others, isYoung(), copiesOf(self.pool().keySet()), decisions);
  }

  private static String member(Peer peer) {
    return peer.id() + "~" + peer.instance();
  }

  /** Copies in the order of their coming: the order of other sets differs from JVM to JVM. */
  private Map<String, Set<StoreKey>> copiesOf(Set<String> servers) {
    Map<String, Set<StoreKey>> some = new HashMap<>();
    copies.forEach(
        (server, meetings) -> {
          if (servers.contains(server) && !meetings.isEmpty()) {
            some.put(server, Collections.unmodifiableSet(new LinkedHashSet<>(meetings)));
          }
        });
    return some;
  }

  void leave(Peer self) {
    peers.remove(member(self));
  }

  void decide(String server, SharedState state) {
    states.put(server, state);
    decisions++;
    tell(new Notice.States());
  }

  Map<String, SharedState> decisions() {
    return new LinkedHashMap<>(states);
  }

  void detached(String server, StoreKey meeting) {
    copies.computeIfAbsent(server, first -> new LinkedHashSet<>()).add(meeting);
  }

  void gone(String server, StoreKey meeting) {
    copies.getOrDefault(server, new HashSet<>()).remove(meeting);
  }

  void destroyed(StoreKey hook) {
    hooks.add(hook);
  }

  void wanted(StoreKey hook) {
    hooks.remove(hook);
  }

  Set<StoreKey> destroyed(Collection<StoreKey> asked) {
    Set<StoreKey> destroyed = new LinkedHashSet<>(asked);
    destroyed.retainAll(hooks);
    return destroyed;
  }

  /** Gives everybody a notice, also the balancer that it comes from. */
  void tell(Notice notice) {
    listeners.forEach(listener -> listener.accept(notice));
  }

  /** Somebody wants to hear notices. */
  void listen(Consumer<Notice> listener) {
    listeners.add(listener);
  }
}
