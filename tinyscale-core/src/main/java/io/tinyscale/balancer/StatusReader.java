package io.tinyscale.balancer;

import io.tinyscale.callback.CallbackRelay;
import io.tinyscale.callback.CallbackStatus;
import io.tinyscale.server.Server;
import io.tinyscale.server.ServerStatus;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads from the parts of a balancer what it knows now. Thread-safe. */
final class StatusReader {

  private final BalancerParts parts;

  StatusReader(BalancerParts parts) {
    this.parts = parts;
  }

  /** What the balancer knows of itself and its servers now. */
  BalancerStatus read() {
    Map<String, Integer> meetings = parts.directory.meetingsByServer();
    CallbackRelay relay = parts.relay;
    return new BalancerStatus(
        parts.pool.snapshot().stream()
            .map(status -> server(status, meetings.getOrDefault(status.server().name(), 0)))
            .toList(),
        parts.placement,
        parts.directory.caution(),
        parts.directory.size(),
        parts.config.meetings().most(),
        parts.directory.splits(),
        parts.gateway.callsInFlight(),
        parts.config.calls().calls(),
        relay == null ? CallbackStatus.NONE : relay.status(),
        parts.placer.tagFallbacks(),
        parts.shared.status());
  }

  private BalancerStatus.OfServer server(ServerStatus status, int meetings) {
    Server server = status.server();
    return new BalancerStatus.OfServer(
        status,
        meetings,
        parts.bounded.callsTo(server),
        parts.config.transport().callsPerServer(),
        parts.versions.of(server),
        parts.seen.of(server),
        parts.placer.expectedLoad(server).orElse(-1),
        parts.directory.sinceSweep(server).orElse(null),
        ejectedFor(status));
  }

  private @Nullable Duration ejectedFor(ServerStatus status) {
    return status.health().isEjected()
        ? Duration.ofNanos(
            Math.max(0, status.health().ejectedUntil() - parts.threads.nanoClock().getAsLong()))
        : null;
  }
}
