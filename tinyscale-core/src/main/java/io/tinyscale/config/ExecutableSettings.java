package io.tinyscale.config;

import java.util.Locale;
import java.util.Optional;

/**
 * What only the executable needs to know; a container has its own settings for it.
 *
 * @param host the name or address to listen on; empty for all addresses of the machine
 * @param logLevel the least important events that are logged
 */
public record ExecutableSettings(String host, LogLevel logLevel) {

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

  /** Checks the host's characters. */
  public ExecutableSettings {
    new Checks()
        .that(
            host.isEmpty() || host.matches(HOST),
            ConfigKey.HOST,
            host,
            "a name or an address of this machine",
            "Correct it, or remove it to listen on all addresses.")
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
        values.choice(ConfigKey.LOG_LEVEL, LogLevel.values()));
  }
}
