package io.tinyscale.config;

import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * One place that settings come from, such as the environment. Immutable; prints without its values,
 * for one of them is a secret.
 */
public final class ConfigSource {

  private static final String OPTION_PREFIX = "--";

  private final String name;
  private final Function<ConfigKey, String> naming;
  private final String prefix;
  private final Map<String, String> values;

  private ConfigSource(
      String name, Function<ConfigKey, String> naming, String prefix, Map<String, String> values) {
    this.name = name;
    this.naming = naming;
    this.prefix = prefix;
    this.values = new TreeMap<>(values);
    this.values.keySet().removeIf(key -> !key.startsWith(prefix));
  }

  /**
   * A place where keys are called {@code tinyscale.health.interval}.
   *
   * @param name what the place is called in messages, such as {@code the system properties}
   * @param values all of its settings, those of others too
   */
  public static ConfigSource properties(String name, Map<String, String> values) {
    return new ConfigSource(name, ConfigKey::property, ConfigKey.PROPERTY_PREFIX, values);
  }

  /** The environment, where keys are called {@code TINYSCALE_HEALTH_INTERVAL}. */
  public static ConfigSource environment(Map<String, String> variables) {
    return new ConfigSource(
        "the environment", ConfigKey::variable, ConfigKey.VARIABLE_PREFIX, variables);
  }

  /** Options of a command line, where keys are called {@code --host}. */
  public static ConfigSource options(Map<String, String> options) {
    return new ConfigSource(
        "the command line", key -> OPTION_PREFIX + key.key(), OPTION_PREFIX, options);
  }

  Optional<String> value(ConfigKey key) {
    return Optional.ofNullable(values.get(naming.apply(key)));
  }

  /** What the key is called here. */
  String nameOf(ConfigKey key) {
    return naming.apply(key);
  }

  /** Where the key stands, for messages. */
  String placeOf(ConfigKey key) {
    return nameOf(key) + ", " + name;
  }

  /** All settings with our prefix. */
  Map<String, String> values() {
    return values;
  }

  boolean isEnvironment() {
    return prefix.equals(ConfigKey.VARIABLE_PREFIX);
  }

  /** The place's name. */
  @Override
  public String toString() {
    return name;
  }
}
