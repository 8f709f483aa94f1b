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

  /**
   * The same settings for the checks: "a few" sweeps are five, and a busy machine gets two seconds.
   */
  static History.Settings settings() {
    return new History.Settings(
        SECOND / 2,
        SECOND / 2,
        2 * SECOND,
        4 * SECOND,
        3 * SECOND / 2,
        5 * 11 * SECOND / 10,
        2 * SECOND);
  }
}
