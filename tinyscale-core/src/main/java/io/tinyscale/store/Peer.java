package io.tinyscale.store;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;

/**
 * What a balancer tells the others of itself.
 *
 * @param id what the others call it, {@code balancers.id}
 * @param instance tells two balancers apart that have the same id by mistake, and a balancer from
 *     itself before its restart
 * @param version of its release
 * @param formula number of the formula that it chooses servers by; other numbers choose otherwise
 * @param started when it started, by its clock
 * @param pool a digest of each server by the server's name: of name, address, weight and tags,
 *     without secret and state
 * @param down names of the servers that do not answer it
 */
public record Peer(
    String id,
    String instance,
    String version,
    int formula,
    Instant started,
    Map<String, String> pool,
    Set<String> down) {

  /** How long a balancer that tells no more counts as there. */
  public static final Duration FORGOTTEN = Duration.ofSeconds(15);

  /** Copies what it is given. */
  public Peer {
    pool = Map.copyOf(pool);
    down = Set.copyOf(down);
  }
}
