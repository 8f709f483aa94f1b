package io.tinyscale.observe;

import io.tinyscale.config.Checks;
import io.tinyscale.config.ConfigKey;
import io.tinyscale.config.ConfigValues;
import io.tinyscale.config.Units;
import io.tinyscale.http.TrustedProxies;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/**
 * How calls are told apart, and which of them the log tells of.
 *
 * @param trusted the proxies whose word about a request counts
 * @param calls which calls are logged
 * @param slow calls that take longer are logged, too; zero for none
 */
public record LogSettings(TrustedProxies trusted, Calls calls, Duration slow) {

  private static final String OFF = "off";

  /** Which calls are logged. */
  public enum Calls {
    /** None, however slow. */
    OFF,
    /** Those that failed. */
    FAILED,
    /** All. */
    ALL;

    /** The name in configuration. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Checks the time. */
  public LogSettings {
    new Checks().duration(ConfigKey.LOG_SLOW, slow, Duration.ZERO).refuse();
  }

  /** What applies unless an operator says otherwise. */
  public static LogSettings defaults() {
    return read(ConfigValues.defaults());
  }

  /** Reads the section. */
  public static LogSettings read(ConfigValues values) {
    return new LogSettings(
        values.value(
            ConfigKey.PROXY_TRUSTED,
            TrustedProxies::parse,
            "addresses, or ranges such as 10.20.0.0/16, separated by commas; or none"),
        values.choice(ConfigKey.LOG_CALLS, Calls.values()),
        values
            .optional(
                ConfigKey.LOG_SLOW,
                text -> text.equals(OFF) ? Optional.of(Duration.ZERO) : Units.duration(text),
                "a number with its unit, such as 500ms, 5s or 1m, or off")
            .orElseGet(() -> Units.duration(slowByDefault()).orElseThrow()));
  }

  private static String slowByDefault() {
    return ConfigKey.LOG_SLOW.defaultText().orElseThrow();
  }
}
