package io.tinyscale.placement;

import io.tinyscale.observe.ServerScore;
import io.tinyscale.observe.SweepObserver;
import io.tinyscale.server.Server;
import io.tinyscale.server.ServerStatus;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * Chooses servers for calls that no known meeting or recording ties to one: above all for new
 * meetings. Called from many threads at once; must neither block nor throw.
 *
 * <p>A policy that only looks at the candidates has one method:
 *
 * <pre>{@code
 * PlacementPolicy heaviest =
 *     (candidates, request) ->
 *         candidates.stream()
 *             .map(ServerStatus::server)
 *             .max(Comparator.comparingInt(Server::weight));
 * }</pre>
 *
 * <p>A policy that counts also hears, by the other methods, what sweeps find and what became of the
 * creates that it chose a server for. Embedders hand a policy to the filter or to the balancer; a
 * webapp that drops the WAR into a container offers it by {@link java.util.ServiceLoader} and names
 * its class in {@code placement}.
 */
@FunctionalInterface
public interface PlacementPolicy {

  /**
   * Chooses a server.
   *
   * @param candidates the servers that take new meetings now, or, if there are none, those that are
   *     out because real calls to them failed; for a create only those with a tag that it asks for,
   *     or without tags; in the order of the pool file
   * @param request what the server is for: a {@code create}, or a call that tinyscale does not know
   * @return empty if no candidate suits
   */
  Optional<Server> choose(List<ServerStatus> candidates, PlacementRequest request);

  /**
   * Notes a call for a meeting or recording that no server holds: nothing is to be chosen for it,
   * but a policy may count it.
   *
   * @param candidates all servers that take new meetings now
   */
  default void passOver(List<ServerStatus> candidates, PlacementRequest request) {}

  /** The server made the meeting, or already had it. Follows a {@link #choose} for a create. */
  default void made(PlacementRequest request, Server server) {}

  /** Nobody knows whether the server made the meeting: the create had no usable answer. */
  default void unknown(PlacementRequest request, Server server) {}

  /** The server did not make the meeting. */
  default void failed(PlacementRequest request, Server server) {}

  /**
   * A server is asked for its meetings. The policy hears each of them while the list is read.
   *
   * @param asked when the server was asked, on the scale of {@link System#nanoTime()}: creates that
   *     were sent later need not show up
   */
  default SweepObserver sweep(Server server, long asked) {
    return SweepObserver.NONE;
  }

  /**
   * How well each candidate would suit a create now, for people who want to know why. Changes
   * nothing.
   *
   * @param candidates as for {@link #choose}
   * @return the best first; empty if the policy does not measure
   */
  default List<ServerScore> weigh(List<ServerStatus> candidates, PlacementRequest request) {
    return List.of();
  }

  /**
   * What a server is expected to carry now, in users without cameras; empty if the policy does not
   * measure, or does not know because the server has not told its meetings lately.
   */
  default OptionalDouble expectedLoad(Server server) {
    return OptionalDouble.empty();
  }

  /**
   * Writes down what the policy wants to know after a restart. Called every few minutes, and when
   * the balancer stops; may block.
   */
  default void keep() {}

  /** What status pages and {@code --check} call the policy; its class unless it says otherwise. */
  default String name() {
    return getClass().getName();
  }
}
