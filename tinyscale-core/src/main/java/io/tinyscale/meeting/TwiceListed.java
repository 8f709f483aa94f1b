package io.tinyscale.meeting;

import io.tinyscale.bbb.HeldMeeting;
import io.tinyscale.observe.GatewayObserver;
import io.tinyscale.server.Server;
import io.tinyscale.server.ServerPool;
import io.tinyscale.server.ServerStatus;
import java.net.URI;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * Finds servers that the pool file lists twice, under two addresses. An internal id belongs to one
 * run of a meeting on one server. So two entries of the pool are one server if their complete
 * sweeps show two equal internal ids, or one equal internal id in two sweeps of the same entry in a
 * row; two servers may have made one meeting in the same millisecond. Remembers addresses, not
 * names, and no server that the pool file lists no more. Thread-safe.
 */
final class TwiceListed {

  private static final int ENOUGH = 2;

  private final ServerPool pool;
  private final GatewayObserver observer;

  /** The internal ids in the last complete sweep of each address. */
  private final Map<URI, Set<String>> runs = new ConcurrentHashMap<>();

  /** An address whose last sweep showed one internal id of the other address. */
  private final Set<Pair> suspects = ConcurrentHashMap.newKeySet();

  /** Two addresses of one server, in both orders. */
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
    List<Server> listed =
        pool.statuses(status -> status.inUse() && !status.leaving()).stream()
            .map(ServerStatus::server)
            .toList();
    Set<URI> addresses = listed.stream().map(Server::api).collect(Collectors.toSet());
    forgetAllBut(addresses);
    if (addresses.contains(server.api())) {
      runs.put(server.api(), shown);
      listed.stream()
          .filter(other -> !other.api().equals(server.api()))
          .forEach(other -> compare(server, other, shown));
    }
  }

  private void forgetAllBut(Set<URI> addresses) {
    runs.keySet().retainAll(addresses);
    suspects.removeIf(pair -> !pair.isWithin(addresses));
    found.removeIf(pair -> !pair.isWithin(addresses));
  }

  private void compare(Server server, Server other, Set<String> shown) {
    Set<String> there = runs.getOrDefault(other.api(), Set.of());
    long shared = shown.stream().filter(there::contains).limit(ENOUGH).count();
    Pair pair = new Pair(server.api(), other.api());
    if (shared == 0) {
      suspects.remove(pair);
    } else if (shared >= ENOUGH || !suspects.add(pair)) {
      report(pair, server, other);
    }
  }

  private void report(Pair pair, Server server, Server other) {
    boolean isNews;
    synchronized (this) {
      isNews = found.add(pair);
      found.add(pair.turned());
    }
    if (isNews) {
      observer.serverListedTwice(server, other);
    }
  }
}
