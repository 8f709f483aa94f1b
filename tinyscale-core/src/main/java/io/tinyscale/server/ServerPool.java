package io.tinyscale.server;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * Every server with its current status: the one place where that changes. Thread-safe; readers get
 * immutable snapshots in the order of the pool file.
 */
public final class ServerPool {

  private final AtomicReference<Map<String, ServerStatus>> statuses;
  private final int unhealthyThreshold;
  private final int healthyThreshold;

  /**
   * A pool of these servers. All begin up, so that the first failures are counted like any others.
   *
   * @param unhealthyThreshold failures in a row that make a server down
   * @param healthyThreshold passes in a row that make it up again
   */
  public ServerPool(List<Server> servers, int unhealthyThreshold, int healthyThreshold) {
    Map<String, ServerStatus> byName = new LinkedHashMap<>();
    for (Server server : servers) {
      byName.put(server.name(), new ServerStatus(server, Health.UP, false));
    }
    this.statuses = new AtomicReference<>(byName);
    this.unhealthyThreshold = unhealthyThreshold;
    this.healthyThreshold = healthyThreshold;
  }

  /** All servers. */
  public List<ServerStatus> snapshot() {
    return List.copyOf(statuses.get().values());
  }

  /** Those servers whose status is as asked. */
  public List<Server> servers(Predicate<ServerStatus> wanted) {
    return statuses.get().values().stream().filter(wanted).map(ServerStatus::server).toList();
  }

  /** The server with this name, if it is in the pool. */
  public Optional<ServerStatus> status(String name) {
    return Optional.ofNullable(statuses.get().get(name));
  }

  /**
   * Notes that a server has told us all its meetings.
   *
   * @return whether that made it up
   */
  public boolean passed(Server server) {
    return change(
        server,
        status ->
            new ServerStatus(status.server(), status.health().afterPass(healthyThreshold), true));
  }

  /**
   * Notes that a server failed a check.
   *
   * @return whether that made it down
   */
  public boolean failed(Server server) {
    return change(
        server,
        status ->
            new ServerStatus(
                status.server(), status.health().afterFailure(unhealthyThreshold), status.swept()));
  }

  /** Makes a server down at once: the very first check of it failed. */
  public void startsDown(Server server) {
    change(server, status -> new ServerStatus(status.server(), Health.DOWN, status.swept()));
  }

  private boolean change(Server server, UnaryOperator<ServerStatus> change) {
    Map<String, ServerStatus> before =
        statuses.getAndUpdate(
            current -> {
              ServerStatus status = current.get(server.name());
              if (status == null) {
                return current;
              }
              Map<String, ServerStatus> next = new LinkedHashMap<>(current);
              next.put(server.name(), change.apply(status));
              return next;
            });
    ServerStatus status = before.get(server.name());
    return status != null && change.apply(status).health().state() != status.health().state();
  }
}
