package io.tinyscale.simulator.api;

import java.time.Duration;

/**
 * Shortens the waits between deliveries, so that tests need not wait for minutes.
 *
 * @param factor what each wait is multiplied by, 1 for the waits of a real server
 */
record Waits(double factor) {
  Duration of(Duration wait) {
    return Duration.ofNanos(Math.round(wait.toNanos() * factor));
  }
}
