package io.tinyscale.admin;

import io.tinyscale.balancer.BalancerStatus;
import io.tinyscale.server.Drain;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/**
 * Who began the drains of servers, and when, as far as that was here: the pool file tells only what
 * is asked for. Thread-safe.
 */
final class Drainings {

  /** Whoever edits the pool file by hand. */
  private static final String BY_FILE = "pool file";

  /** An edit of the pool file takes effect sooner, or never. */
  private static final Duration EDITING = Duration.ofMinutes(1);

  /** The beginning of a drain. */
  record Begun(String by, Instant since, Drain drain) {}

  /** By the names of servers; guarded by this. */
  private final Map<String, Begun> begun = new HashMap<>();

  /** Somebody begins a drain. */
  synchronized void begin(String server, Drain drain, String by, Instant now) {
    begun.put(server, new Begun(by, now, drain));
  }

  /** The drains of now, with those that nobody began here. */
  synchronized Map<String, Begun> of(BalancerStatus status, Instant now) {
    Map<String, Begun> current = new HashMap<>();
    status
        .servers()
        .forEach(
            server -> {
              Drain drain = server.status().server().drain();
              String name = server.status().server().name();
              Begun known = begun.get(name);
              if (drain != null && known != null && known.drain().equals(drain)) {
                current.put(name, known);
              } else if (drain != null) {
                current.put(name, new Begun(BY_FILE, now, drain));
              }
            });
    // What an administrator has asked for may not be in the pool yet.
    begun
        .entrySet()
        .removeIf(
            asked ->
                current.containsKey(asked.getKey())
                    || asked.getValue().since().plus(EDITING).isBefore(now));
    begun.putAll(current);
    return Map.copyOf(current);
  }
}
