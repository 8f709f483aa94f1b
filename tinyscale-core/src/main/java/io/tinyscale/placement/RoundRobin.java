package io.tinyscale.placement;

import io.tinyscale.bbb.ApiCall;
import io.tinyscale.server.Server;
import io.tinyscale.server.ServerStatus;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One server after the other, in proportion to their weights, spread as evenly as the weights
 * allow: each choice adds to every candidate its weight, takes the one with the highest credit and
 * subtracts the sum of all weights from it. With equal weights this is plain turn-taking.
 *
 * <p>The cursor (the credits) moves on every {@code create}; in loose mode also on every other call
 * that is not for a known meeting or recording. Thread-safe.
 */
public final class RoundRobin implements PlacementPolicy {

  /** The name in the configuration. */
  public static final String NAME = "round-robin";

  private final boolean strict;

  /**
   * Server to what it is owed. All credits sum up to 0; a server that is away keeps its own, which
   * is less than a turn or two, or the others' would drift away from it each time it goes.
   */
  private final Map<String, Credit> credits = new HashMap<>();

  /** What one server is owed. */
  private static final class Credit {
    private long owed;
  }

  /**
   * A cursor at the first server.
   *
   * @param strict whether only {@code create} moves it
   */
  public RoundRobin(boolean strict) {
    this.strict = strict;
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public synchronized Optional<Server> choose(
      List<ServerStatus> candidates, PlacementRequest request) {
    Optional<Server> next = next(candidates);
    if (moves(request)) {
      next.ifPresent(server -> move(candidates, server));
    }
    return next;
  }

  @Override
  public synchronized void passOver(List<ServerStatus> candidates, PlacementRequest request) {
    if (moves(request)) {
      next(candidates).ifPresent(server -> move(candidates, server));
    }
  }

  private boolean moves(PlacementRequest request) {
    return !strict || request.call().equals(ApiCall.CREATE);
  }

  private Optional<Server> next(List<ServerStatus> candidates) {
    Server best = null;
    for (ServerStatus candidate : candidates) {
      Server server = candidate.server();
      if (best == null || creditWithWeight(server) > creditWithWeight(best)) {
        best = server;
      }
    }
    return Optional.ofNullable(best);
  }

  private void move(List<ServerStatus> candidates, Server chosen) {
    long sum = 0;
    for (ServerStatus candidate : candidates) {
      Server server = candidate.server();
      credit(server).owed += server.weight();
      sum += server.weight();
    }
    credit(chosen).owed -= sum;
  }

  private long creditWithWeight(Server server) {
    return credit(server).owed + server.weight();
  }

  private Credit credit(Server server) {
    return credits.computeIfAbsent(server.name(), name -> new Credit());
  }
}
