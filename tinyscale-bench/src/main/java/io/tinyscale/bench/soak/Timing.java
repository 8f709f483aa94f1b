package io.tinyscale.bench.soak;

import java.util.Map;

/**
 * The time settings of tinyscale. They are short, because many servers must die and return in a
 * minute.
 */
final class Timing {

  /** How long a server still answers about an ended meeting. */
  static final long END_DELAY_MILLIS = 300;

  private static final long SECOND = 1_000_000;

  private Timing() {}

  static Map<String, String> environment() {
    return Map.of(
        "TINYSCALE_HEALTH_INTERVAL", "1s",
        "TINYSCALE_HEALTH_TIMEOUT", "900ms",
        "TINYSCALE_TIMEOUT_CONNECT", "500ms",
        "TINYSCALE_TIMEOUT_ANSWER", "2s",
        "TINYSCALE_TIMEOUT_CREATE", "4s",
        "TINYSCALE_TIMEOUT_LIST", "1500ms",
        "TINYSCALE_TIMEOUT_RECORDINGS", "1500ms",
        "TINYSCALE_CACHE_TTL", "500ms",
        // Less than most servers are stopped for: they come back with people in rooms that were
        // made anew.
        "TINYSCALE_MEETING_PATIENCE", "3500ms");
  }

  /** The settings of balancers that share a store. */
  static Map<String, String> storeEnvironment() {
    return Map.of(
        // The least that is allowed, twice the timeout of a create: checks need a store that has
        // been well for so long.
        "TINYSCALE_BALANCERS_STORE_TTL", "8s",
        // A busy machine is not taken for a store that does not work.
        "TINYSCALE_BALANCERS_STORE_TIMEOUT", "1s");
  }

  /**
   * The same settings for the checks: "a few" sweeps are five, a beat takes five seconds, and a
   * busy machine gets two seconds.
   */
  static History.Settings settings() {
    return new History.Settings(
        SECOND / 2,
        SECOND / 2,
        2 * SECOND,
        4 * SECOND,
        3 * SECOND / 2,
        5 * 11 * SECOND / 10,
        8 * SECOND,
        5 * SECOND,
        2 * SECOND);
  }
}
