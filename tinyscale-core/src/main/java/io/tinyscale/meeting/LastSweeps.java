package io.tinyscale.meeting;

import io.tinyscale.bbb.HeldMeeting;
import io.tinyscale.server.Server;
import io.tinyscale.server.ServerPool;
import io.tinyscale.tenant.MeetingId;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * The last complete sweep of each server. Follows a server's address, not its name: another server
 * of the same name has told nothing yet. Thread-safe.
 */
final class LastSweeps {

  private final ServerPool pool;
  private final ConcurrentHashMap<URI, LastSweep> byAddress = new ConcurrentHashMap<>();

  LastSweeps(ServerPool pool) {
    this.pool = pool;
  }

  /**
   * A complete sweep.
   *
   * @param begun when, on the scale of {@link System#nanoTime()}
   * @param newest when the youngest meeting of the list was made, in milliseconds since 1970 by the
   *     server's own clock; 0 if the server told no such time
   */
  record LastSweep(long begun, long newest) {}

  /** The last one of a server, if there was any. */
  Optional<LastSweep> of(Server server) {
    return Optional.ofNullable(byAddress.get(server.api()));
  }

  /** A server has told all its meetings. */
  void swept(Server server, Map<MeetingId, HeldMeeting> meetings, long begun) {
    long newest = meetings.values().stream().mapToLong(HeldMeeting::createTime).max().orElse(0);
    byAddress.put(server.api(), new LastSweep(begun, newest));
    if (byAddress.size() > pool.snapshot().size()) {
      byAddress
          .keySet()
          .retainAll(
              pool.snapshot().stream()
                  .map(status -> status.server().api())
                  .collect(Collectors.toSet()));
    }
  }
}
