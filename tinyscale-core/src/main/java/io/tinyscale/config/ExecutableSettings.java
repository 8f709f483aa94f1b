package io.tinyscale.config;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What only the executable needs to know; a container has its own settings for it.
 *
 * @param host the name or address to listen on; empty for all addresses of the machine
 * @param logLevel the least important events that are logged
 * @param logFormat how they are written
 * @param stopWait how long new calls are still taken after the process was told to stop
 * @param warnings what an operator has set without effect
 */
public record ExecutableSettings(
    String host, LogLevel logLevel, LogFormat logFormat, Duration stopWait, List<String> warnings) {

  private static final String HOST = "[A-Za-z0-9._:%\\[\\]-]+";

  /** How important an event is, the most important first. */
  public enum LogLevel {
    /** An operator must act. */
    ERROR,
    /** Something got worse, or a request failed. */
    WARN,
    /** A state changed. */
    INFO,
    /** A request was answered. */
    DEBUG;

    /** The name in configuration. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** How events are written. */
  public enum LogFormat {
    /** A line for people: time, level, event and fields. */
    TEXT,
    /** A JSON object in each line. */
    JSON;

    /** The name in configuration. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Copies the list and checks the host's characters and the time. */
  public ExecutableSettings {
    warnings = List.copyOf(warnings);
    new Checks()
        .that(
            host.isEmpty() || host.matches(HOST),
            ConfigKey.HOST,
            host,
            "a name or an address of this machine",
            "Correct it, or remove it to listen on all addresses.")
        .duration(ConfigKey.STOP_WAIT, stopWait, Duration.ZERO)
        .refuse();
  }

  /** What applies unless an operator says otherwise. */
  public static ExecutableSettings defaults() {
    return read(ConfigValues.defaults());
  }

  /** Reads the section. */
  public static ExecutableSettings read(ConfigValues values) {
    return new ExecutableSettings(
        values.value(
            ConfigKey.HOST,
            text -> Optional.of(text).filter(given -> !given.isEmpty()),
            "a name or an address of this machine",
            ""),
        values.choice(ConfigKey.LOG_LEVEL, LogLevel.values()),
        values.choice(ConfigKey.LOG_FORMAT, LogFormat.values()),
        values.duration(ConfigKey.STOP_WAIT),
        List.of());
  }

  /**
   * The section where something else listens and logs: the defaults, whatever the values are, and a
   * warning for each key that an operator has set.
   */
  public static ExecutableSettings unused(ConfigValues values) {
    ExecutableSettings defaults = defaults();
    List<String> warnings =
        Stream.of(
                unused(
                    values, ConfigKey.HOST, "Set the address in the web server's configuration."),
                unused(values, ConfigKey.LOG_LEVEL, "Set the level in the web server's log."),
                unused(values, ConfigKey.LOG_FORMAT, "Set the format in the web server's log."),
                unused(
                    values,
                    ConfigKey.STOP_WAIT,
                    "The web server decides when a web application stops."))
            .flatMap(Optional::stream)
            .toList();
    return new ExecutableSettings(
        defaults.host, defaults.logLevel, defaults.logFormat, defaults.stopWait, warnings);
  }

  private static Optional<String> unused(ConfigValues values, ConfigKey key, String fix) {
    return values.withoutEffect(key, "Only the executable uses it. " + fix);
  }
}
