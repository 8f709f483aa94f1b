package io.tinyscale.placement;

import io.tinyscale.bbb.ApiRequest;
import io.tinyscale.server.Server;
import java.util.List;
import java.util.Optional;

/**
 * Chooses servers for calls that no known meeting or recording ties to one: above all for new
 * meetings. Called from many threads at once; must not block.
 */
public interface PlacementPolicy {

  /**
   * Chooses a server.
   *
   * @param candidates those that take new meetings now, in the order of the pool file
   * @param request what it is for: a {@code create}, or a call unknown to us
   * @return empty if no candidate suits
   */
  Optional<Server> choose(List<Server> candidates, ApiRequest request);

  /**
   * Notes a call for a meeting or recording that no server holds: nothing is to be chosen for it,
   * but a policy may count it.
   *
   * @param candidates as for {@link #choose}
   */
  default void passOver(List<Server> candidates, ApiRequest request) {}
}
