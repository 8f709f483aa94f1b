package io.tinyscale.store;

import io.tinyscale.server.Server;
import java.util.Optional;

/**
 * Where a create goes.
 *
 * @param server empty if the create must be refused: it belongs to a server that this balancer
 *     cannot use, and others can
 * @param sure whether all balancers have decided so. Otherwise the servers must be asked whether
 *     the meeting was made elsewhere, too
 */
public record Decided(Optional<Server> server, boolean sure) {

  static Decided on(Server server, boolean sure) {
    return new Decided(Optional.of(server), sure);
  }

  static Decided refused() {
    return new Decided(Optional.empty(), false);
  }
}
