package io.tinyscale.admin;

import io.tinyscale.admin.Drainings.Begun;
import io.tinyscale.balancer.BalancerStatus;
import io.tinyscale.balancer.BalancerStatus.OfServer;
import io.tinyscale.meeting.KnownMeeting;
import io.tinyscale.server.AdminState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All that the status tells at one instant. Immutable, the tally and the history apart, which are
 * asked once.
 *
 * @param splits meetings in which people may meet in two places, some of them if there are many
 * @param drains who began the drains of servers
 * @param isPoolWritable whether the pool file can be edited
 * @param startedAt when the door was opened
 * @param staleAfter what a server told so long ago is old
 */
record Snapshot(
    Instant time,
    BalancerStatus status,
    Tally tally,
    History.Rates rates,
    List<KnownMeeting> splits,
    Map<String, Begun> drains,
    boolean isPoolWritable,
    Instant startedAt,
    Duration staleAfter) {

  /** The server of this name. */
  Optional<OfServer> server(String name) {
    return status.servers().stream()
        .filter(server -> server.status().server().name().equals(name))
        .findFirst();
  }

  /** People in all meetings. */
  long users() {
    return status.servers().stream().mapToLong(server -> Math.max(0, server.load().users())).sum();
  }

  /** Meetings of all servers. */
  long meetings() {
    return status.servers().stream().mapToLong(Snapshot::meetings).sum();
  }

  /** What a server said last, or what is remembered if that is more: its sweep may be old. */
  static long meetings(OfServer server) {
    return Math.max(server.meetings(), server.load().isKnown() ? server.load().meetings() : 0);
  }

  long enabled() {
    return status.servers().stream().filter(Snapshot::isEnabled).count();
  }

  static boolean isEnabled(OfServer server) {
    return server.status().server().state() == AdminState.ENABLED && !server.status().leaving();
  }

  /** The time of the slowest server below which 95 of 100 of its calls took; -1 if none had any. */
  long slowestMillis() {
    return status.servers().stream()
        .mapToLong(
            server -> tally.times(server.status().server().name()).percentileMillis(95).orElse(-1))
        .max()
        .orElse(-1);
  }
}
