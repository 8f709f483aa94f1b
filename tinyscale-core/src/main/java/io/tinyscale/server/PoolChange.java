package io.tinyscale.server;

import java.util.List;

/**
 * What a new pool file changes, as names of servers.
 *
 * @param changed those with another secret, weight, state or the like
 */
public record PoolChange(List<String> added, List<String> removed, List<String> changed) {

  /** Copies the lists. */
  public PoolChange {
    added = List.copyOf(added);
    removed = List.copyOf(removed);
    changed = List.copyOf(changed);
  }

  /** Whether everything stays as it is. */
  public boolean isEmpty() {
    return added.isEmpty() && removed.isEmpty() && changed.isEmpty();
  }
}
