package io.tinyscale.hook;

import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiPredicate;

/**
 * The webhooks that were destroyed while servers were away which may have them still; the oldest
 * are forgotten when there are too many. Not thread-safe.
 */
final class DestroyedHooks {

  private static final int MOST = 1_000;

  /** Common ids, each with the names of the servers. */
  private final Map<String, Set<String>> servers = new LinkedHashMap<>();

  void add(String commonId, Collection<String> away) {
    servers.put(commonId, new HashSet<>(away));
    if (servers.size() > MOST) {
      servers.remove(servers.keySet().iterator().next());
    }
  }

  boolean contains(String commonId) {
    return servers.containsKey(commonId);
  }

  /** Whether it was destroyed while this server was away. */
  boolean mayBeOn(String commonId, String server) {
    return servers.getOrDefault(commonId, Set.of()).contains(server);
  }

  /** It is wanted again. */
  void remove(String commonId) {
    servers.remove(commonId);
  }

  /**
   * Forgets those that are wanted again.
   *
   * @param wanted is given a common id and the names of the servers that may have it still
   */
  void removeIf(BiPredicate<String, Set<String>> wanted) {
    servers.entrySet().removeIf(entry -> wanted.test(entry.getKey(), entry.getValue()));
  }

  /** This server has it no more. */
  void removeFrom(String server, String commonId) {
    Set<String> away = servers.getOrDefault(commonId, Set.of());
    if (away.contains(server)) {
      away.remove(server);
      if (away.isEmpty()) {
        servers.remove(commonId);
      }
    }
  }

  /** This server has none but these. */
  void retainOn(String server, Set<String> commonIds) {
    List.copyOf(servers.keySet()).stream()
        .filter(id -> !commonIds.contains(id))
        .forEach(id -> removeFrom(server, id));
  }
}
