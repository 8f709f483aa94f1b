package io.tinyscale.examples.extension;

import io.tinyscale.placement.PlacementPolicy;
import io.tinyscale.placement.PlacementRequest;
import io.tinyscale.server.Server;
import io.tinyscale.server.ServerStatus;
import io.tinyscale.tenant.MeetingId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Opens a meeting on the server that held it last, so that its recordings lie together. A new
 * meeting, and one whose server takes none now, goes where its id points. Thread-safe.
 */
public final class SameServerAgain implements PlacementPolicy {

  private static final int MOST_REMEMBERED = 10_000;

  private final Map<MeetingId, String> lastServer = new ConcurrentHashMap<>();

  /** For {@link java.util.ServiceLoader}. */
  public SameServerAgain() {}

  @Override
  public Optional<Server> choose(List<ServerStatus> candidates, PlacementRequest request) {
    if (candidates.isEmpty()) {
      return Optional.empty();
    }
    String last = lastServer.getOrDefault(request.meetingId(), "");
    int pointed = Math.floorMod(request.meetingId().text().hashCode(), candidates.size());
    return Optional.of(
        candidates.stream()
            .map(ServerStatus::server)
            .filter(server -> server.name().equals(last))
            .findFirst()
            .orElseGet(() -> candidates.get(pointed).server()));
  }

  @Override
  public void made(PlacementRequest request, Server server) {
    if (lastServer.size() < MOST_REMEMBERED) {
      lastServer.put(request.meetingId(), server.name());
    }
  }
}
