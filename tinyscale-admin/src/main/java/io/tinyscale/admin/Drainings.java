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

  /** What was asked for and is not in the pool yet, by the names of servers; guarded by this. */
  private final Map<String, Begun> asked = new HashMap<>();

  /** The drains of the pool when it was last looked at; guarded by this. */
  private Map<String, Begun> current = Map.of();

  /** Somebody begins a drain, perhaps in the place of another one. */
  synchronized void begin(String server, Drain drain, String by, Instant now) {
    asked.put(server, new Begun(by, now, drain));
  }

  /** The drains of now, with those that nobody began here. */
  synchronized Map<String, Begun> of(BalancerStatus status, Instant now) {
    Map<String, Begun> found = new HashMap<>();
    status
        .servers()
        .forEach(
            server -> {
              Drain drain = server.status().server().drain();
              if (drain != null) {
                String name = server.status().server().name();
                found.put(name, begun(name, drain, now));
              }
            });
    asked.values().removeIf(begun -> begun.since().plus(EDITING).isBefore(now));
    current = Map.copyOf(found);
    return current;
  }

  /** A drain that is asked for in the place of another one takes nothing from that one before. */
  private Begun begun(String name, Drain drain, Instant now) {
    Begun wanted = asked.get(name);
    if (wanted != null && wanted.drain().equals(drain)) {
      asked.remove(name);
      return wanted;
    }
    Begun before = current.get(name);
    return before != null && before.drain().equals(drain) ? before : new Begun(BY_FILE, now, drain);
  }
}
