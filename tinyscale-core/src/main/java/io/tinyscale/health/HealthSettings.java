package io.tinyscale.health;

import io.tinyscale.config.Checks;
import io.tinyscale.config.ConfigKey;
import io.tinyscale.config.ConfigValues;
import java.time.Duration;

/**
 * How servers are swept, and how their verdict follows from that.
 *
 * @param interval time between two sweeps of a server
 * @param timeout how long a sweep may take; shorter than the interval
 * @param unhealthy failures in a row that take a server out
 * @param healthy passes in a row that bring it back
 * @param startupCheck what a server that is down at the start means
 */
public record HealthSettings(
    Duration interval, Duration timeout, int unhealthy, int healthy, StartupCheck startupCheck) {

  private static final Duration USUAL_TIMEOUT = Duration.ofSeconds(5);
  private static final int HIGHEST_THRESHOLD = 1000;

  /** Checks each value and how they relate. */
  public HealthSettings {
    new Checks()
        .duration(ConfigKey.HEALTH_INTERVAL, interval)
        .duration(ConfigKey.HEALTH_TIMEOUT, timeout)
        .number(ConfigKey.HEALTH_UNHEALTHY, unhealthy, 1, HIGHEST_THRESHOLD)
        .number(ConfigKey.HEALTH_HEALTHY, healthy, 1, HIGHEST_THRESHOLD)
        .shorter(ConfigKey.HEALTH_TIMEOUT, timeout, ConfigKey.HEALTH_INTERVAL, interval)
        .refuse();
  }

  /** What applies unless an operator says otherwise. */
  public static HealthSettings defaults() {
    return read(ConfigValues.defaults());
  }

  /** Reads the section. */
  public static HealthSettings read(ConfigValues values) {
    Duration interval = values.duration(ConfigKey.HEALTH_INTERVAL);
    return new HealthSettings(
        interval,
        values.duration(ConfigKey.HEALTH_TIMEOUT, usualTimeout(interval)),
        values.number(ConfigKey.HEALTH_UNHEALTHY),
        values.number(ConfigKey.HEALTH_HEALTHY),
        values.choice(ConfigKey.STARTUP_CHECK, StartupCheck.values()));
  }

  private static Duration usualTimeout(Duration interval) {
    Duration half = Duration.ofMillis(Math.max(1, interval.toMillis() / 2));
    return half.compareTo(USUAL_TIMEOUT) < 0 ? half : USUAL_TIMEOUT;
  }
}
