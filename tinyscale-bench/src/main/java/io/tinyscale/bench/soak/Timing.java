package io.tinyscale.bench.soak;

import java.util.Map;

/** The times that tinyscale is told, short ones: many a server must die and return in a minute. */
final class Timing {

  /** How long a meeting that was told to end still answers. */
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
        "TINYSCALE_CACHE_TTL", "500ms");
  }

  /** The same for those who judge. Five sweeps are a few; two seconds are for busy machines. */
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
