package io.tinyscale.meeting;

import io.tinyscale.bbb.HeldMeeting;
import io.tinyscale.observe.GatewayObserver;
import io.tinyscale.server.Server;
import io.tinyscale.server.ServerPool;
import io.tinyscale.server.ServerStatus;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Finds servers that the pool file lists twice, under two addresses. An internal id belongs to one
 * run of a meeting on one server, but two servers may make one meeting in the same millisecond, and
 * give it the same id. So two entries of the pool are one server if their complete sweeps show two
 * equal internal ids, or one in two sweeps of the same entry in a row, and if at least half of the
 * ids of either are equal. Once they are not, the entries are two servers. Remembers addresses, not
 * names, and no server that the pool file lists no more. A sweep costs in proportion to the
 * meetings that it shows. Thread-safe.
 */
final class TwiceListed {

  private static final int ENOUGH = 2;

  private final ServerPool pool;
  private final GatewayObserver observer;

  /** The internal ids in the last complete sweep of each address; guarded by this. */
  private final Map<URI, Set<String>> runs = new HashMap<>();

  /** The addresses whose last complete sweep showed an internal id; guarded by this. */
  private final Map<String, Set<URI>> addressesOf = new HashMap<>();

  /** An address whose last sweep showed one internal id of the other address; guarded by this. */
  private final Set<Pair> suspects = new HashSet<>();

  /** Two addresses of one server, in both orders; changed under the lock of this. */
  private final Set<Pair> found = ConcurrentHashMap.newKeySet();

  private record Pair(URI swept, URI other) {

    Pair turned() {
      return new Pair(other, swept);
    }

    boolean isWithin(Set<URI> addresses) {
      return addresses.contains(swept) && addresses.contains(other);
    }
  }

  TwiceListed(ServerPool pool, GatewayObserver observer) {
    this.pool = pool;
    this.observer = observer;
  }

  /** Whether another entry of the pool is the same server. */
  boolean contains(Server server) {
    return found.stream().anyMatch(pair -> pair.swept().equals(server.api()));
  }

  /** Takes a complete sweep. */
  void swept(Server server, Collection<HeldMeeting> meetings) {
    Set<String> shown =
        meetings.stream()
            .map(HeldMeeting::internalId)
            .filter(id -> !id.isEmpty())
            .collect(Collectors.toUnmodifiableSet());
    Map<URI, Server> listed =
        pool.statuses(status -> status.inUse() && !status.leaving()).stream()
            .map(ServerStatus::server)
            .collect(Collectors.toMap(Server::api, other -> other, (first, second) -> first));
    for (URI other : take(server.api(), shown, listed.keySet())) {
      Server entry = listed.get(other);
      if (entry != null) {
        observer.serverListedTwice(server, entry);
      }
    }
  }

  /** Remembers a sweep, and returns the other addresses of its server that are news. */
  private synchronized List<URI> take(URI address, Set<String> shown, Set<URI> listed) {
    forgetAllBut(listed);
    if (!listed.contains(address)) {
      return List.of();
    }
    remember(address, shown);
    Map<URI, Integer> shared = shared(address, shown);
    shared.entrySet().removeIf(other -> !isMostOf(other.getValue(), shown, other.getKey()));
    suspects.removeIf(pair -> pair.swept().equals(address) && !shared.containsKey(pair.other()));
    found.removeIf(
        pair -> {
          URI other = pair.swept().equals(address) ? pair.other() : pair.swept();
          return (pair.swept().equals(address) || pair.other().equals(address))
              && !shared.containsKey(other)
              && !shown.isEmpty()
              && !runs.getOrDefault(other, Set.of()).isEmpty();
        });
    List<URI> news = new ArrayList<>(0);
    shared.forEach(
        (other, count) -> {
          Pair pair = new Pair(address, other);
          if ((count >= ENOUGH || !suspects.add(pair)) && found.add(pair)) {
            found.add(pair.turned());
            news.add(other);
          }
        });
    return news;
  }

  /** Whether so many equal ids are at least half of what either address shows. */
  private boolean isMostOf(int equal, Set<String> shown, URI other) {
    int fewer = Math.min(shown.size(), runs.getOrDefault(other, Set.of()).size());
    return 2 * equal >= fewer;
  }

  private void forgetAllBut(Set<URI> listed) {
    List<URI> gone = runs.keySet().stream().filter(address -> !listed.contains(address)).toList();
    gone.forEach(
        address -> {
          remember(address, Set.of());
          runs.remove(address);
        });
    suspects.removeIf(pair -> !pair.isWithin(listed));
    found.removeIf(pair -> !pair.isWithin(listed));
  }

  private void remember(URI address, Set<String> shown) {
    Set<String> before = runs.getOrDefault(address, Set.of());
    runs.put(address, shown);
    before.stream()
        .filter(id -> !shown.contains(id))
        .forEach(id -> addressesOf.computeIfPresent(id, (key, all) -> without(all, address)));
    shown.stream()
        .filter(id -> !before.contains(id))
        .forEach(id -> addressesOf.merge(id, Set.of(address), TwiceListed::union));
  }

  /** How many of these internal ids each other address showed. */
  private Map<URI, Integer> shared(URI address, Set<String> shown) {
    Map<URI, Integer> shared = new HashMap<>();
    for (String id : shown) {
      for (URI other : addressesOf.getOrDefault(id, Set.of())) {
        if (!other.equals(address)) {
          shared.merge(other, 1, Integer::sum);
        }
      }
    }
    return shared;
  }

  private static Set<URI> union(Set<URI> some, Set<URI> more) {
    Set<URI> all = new HashSet<>(some);
    all.addAll(more);
    return Set.copyOf(all);
  }

  /** The other addresses; null if there are none, so that the id is forgotten. */
  private static @Nullable Set<URI> without(Set<URI> all, URI address) {
    Set<URI> others = new HashSet<>(all);
    others.remove(address);
    return others.isEmpty() ? null : Set.copyOf(others);
  }
}
