package io.tinyscale.store;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a balancer sees in the store.
 *
 * @param others the other balancers that have told of themselves lately
 * @param young whether the store may have lost claims: it is empty, or another one, for less than
 *     {@link StoreSettings#ttl}
 * @param detached the meetings whose copies a server may bring back, by the server's name; servers
 *     without any may be missing
 * @param decisions a number that rises with each decision of an administrator; it may begin anew
 */
public record StoreView(
    List<Peer> others, boolean young, Map<String, Set<StoreKey>> detached, long decisions) {

  /** Copies what it is given. */
  public StoreView {
    others = List.copyOf(others);
    detached = Map.copyOf(detached);
  }

  /** The meetings whose copies this server may bring back. */
  Set<StoreKey> detachedFrom(String server) {
    return detached.getOrDefault(server, Set.of());
  }
}
