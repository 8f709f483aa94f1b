package io.tinyscale.meeting;

import io.tinyscale.server.Server;
import io.tinyscale.server.ServerPool;
import io.tinyscale.server.ServerStatus;
import io.tinyscale.tenant.MeetingId;
import java.util.List;
import java.util.Optional;

/** Finds the servers of meetings in what is remembered, and asks nobody. Thread-safe. */
final class RememberedHolders {

  private final MeetingTable table;
  private final ServerPool pool;
  private final Servers servers;

  RememberedHolders(MeetingTable table, ServerPool pool, Servers servers) {
    this.table = table;
    this.pool = pool;
    this.servers = servers;
  }

  /** The server that calls for a meeting go to, unless it is out of use. */
  Optional<Server> find(MeetingId meetingId) {
    return table.find(meetingId).flatMap(whereabouts -> inUse(whereabouts.server()));
  }

  /** Where a meeting is; empty if it is not remembered, or its server is out of use. */
  Optional<Location> locate(MeetingId meetingId) {
    return table
        .find(meetingId)
        .flatMap(
            whereabouts ->
                inUse(whereabouts.server())
                    .map(server -> new Location.Found(server, fallbacks(whereabouts))));
  }

  private List<Server> fallbacks(Whereabouts whereabouts) {
    // Nearly always there are none: this is on the way of every call for a meeting.
    List<String> names = whereabouts.fallbacks(servers);
    return names.isEmpty()
        ? List.of()
        : names.stream().flatMap(name -> server(name).stream()).toList();
  }

  /** Where a meeting was just seen, whether there was room to remember it or not. */
  Optional<Location> locate(HolderSearch.Result seen) {
    return seen.sightings().stream()
        .map(HolderSearch.Sighting::copy)
        .min(CopyChoice.order(servers))
        .flatMap(copy -> server(copy.server()))
        .map(Location.Found::new);
  }

  /**
   * The servers that another balancer may know better, for a join: the one where a create may have
   * made the meeting; all others, if its server is down and another balancer may have made it anew.
   */
  List<Server> doubtful(MeetingId meetingId) {
    boolean isOnServerThatIsDown =
        find(meetingId).filter(server -> !servers.reachable(server.name())).isPresent();
    return isOnServerThatIsDown
        ? pool.statuses(ServerStatus::tells).stream().map(ServerStatus::server).toList()
        : table.find(meetingId).map(Whereabouts::placedOn).orElse(List.of()).stream()
            .filter(servers::reachable)
            .flatMap(name -> server(name).stream())
            .toList();
  }

  /** The server with this name, if it is in the pool. */
  Optional<Server> server(String name) {
    return pool.status(name).map(ServerStatus::server);
  }

  /** The server with this name, if it is in the pool and may hold meetings. */
  Optional<Server> inUse(String name) {
    return pool.status(name).filter(ServerStatus::inUse).map(ServerStatus::server);
  }
}
