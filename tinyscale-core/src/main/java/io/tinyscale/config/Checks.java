package io.tinyscale.config;

import io.tinyscale.config.ConfigException.Finding;
import io.tinyscale.config.ConfigException.Problem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * The checks of one section of the configuration. A section runs them in its constructor, so they
 * hold for a section that is read and for one that a program makes. Gathers all problems; not
 * thread-safe.
 *
 * <pre>{@code
 * new Checks()
 *     .duration(ConfigKey.HEALTH_INTERVAL, interval)
 *     .duration(ConfigKey.HEALTH_TIMEOUT, timeout)
 *     .shorter(ConfigKey.HEALTH_TIMEOUT, timeout, ConfigKey.HEALTH_INTERVAL, interval)
 *     .refuse();
 * }</pre>
 */
public final class Checks {

  private final List<Finding> findings = new ArrayList<>();
  private final Set<ConfigKey> bad = EnumSet.noneOf(ConfigKey.class);

  /** Checks that have found nothing yet. */
  public Checks() {}

  /** A duration from 1 ms to 24 h. */
  public Checks duration(ConfigKey key, Duration value) {
    return duration(key, value, Duration.ofMillis(1));
  }

  /** A duration from {@code least} to 24 h. */
  public Checks duration(ConfigKey key, Duration value, Duration least) {
    boolean inside = value.compareTo(least) >= 0 && value.compareTo(Units.LONGEST) <= 0;
    return range(inside, key, Units.text(value), Units.text(least), Units.text(Units.LONGEST));
  }

  /** A number in a range. */
  public Checks number(ConfigKey key, long value, long least, long most) {
    boolean inside = value >= least && value <= most;
    return range(inside, key, Long.toString(value), Long.toString(least), Long.toString(most));
  }

  /** A number of bytes in a range. */
  public Checks size(ConfigKey key, long value, long least, long most) {
    boolean inside = value >= least && value <= most;
    return range(inside, key, Units.text(value), Units.text(least), Units.text(most));
  }

  /** A rule of the section's own for a value. */
  public Checks that(boolean holds, ConfigKey key, String value, String expected, String fix) {
    return holds ? this : found(Set.of(key), Problem.of(key.key(), value, expected, fix));
  }

  /** A duration that must be shorter than another one; not judged if one of them is bad. */
  public Checks shorter(ConfigKey key, Duration value, ConfigKey other, Duration longer) {
    return relation(
        value.compareTo(longer) < 0, key, value, "shorter than ", other, longer, "Lower", "raise");
  }

  /** A duration that must not be longer than another one; not judged if one of them is bad. */
  public Checks notLonger(ConfigKey key, Duration value, ConfigKey other, Duration longer) {
    return relation(
        value.compareTo(longer) <= 0,
        key,
        value,
        "not longer than ",
        other,
        longer,
        "Lower",
        "raise");
  }

  /** A duration that must not be shorter than another one; not judged if one of them is bad. */
  public Checks notShorter(ConfigKey key, Duration value, ConfigKey other, Duration shorter) {
    return relation(
        value.compareTo(shorter) >= 0,
        key,
        value,
        "not shorter than ",
        other,
        shorter,
        "Raise",
        "lower");
  }

  /**
   * A size that must leave room for what another size allows; not judged if one of them is bad.
   *
   * @param least bytes that the other size needs
   */
  public Checks roomFor(ConfigKey key, long value, ConfigKey other, long otherValue, long least) {
    if (value >= least || bad.contains(key) || bad.contains(other)) {
      return this;
    }
    return found(
        Set.of(key, other),
        Problem.of(
            key.key(),
            Units.text(value),
            "at least "
                + Units.text(least)
                + ", because "
                + other
                + " is "
                + Units.text(otherValue),
            "Raise " + key + " or lower " + other + "."));
  }

  /** Throws a {@link ConfigException} with all problems, if there are any. */
  public void refuse() {
    if (!findings.isEmpty()) {
      throw ConfigException.of(findings);
    }
  }

  /** A rule about several keys; not reported if the reading has a problem with one of them. */
  Checks found(Set<ConfigKey> keys, Problem problem) {
    findings.add(new Finding(problem, keys));
    bad.addAll(keys);
    return this;
  }

  private Checks range(boolean inside, ConfigKey key, String value, String least, String most) {
    String usual = key.defaultText().orElse("none");
    return that(
        inside,
        key,
        value,
        "from " + least + " to " + most,
        "Choose a value in this range; the default is " + usual + ".");
  }

  private Checks relation(
      boolean holds,
      ConfigKey key,
      Duration value,
      String relation,
      ConfigKey other,
      Duration otherValue,
      String first,
      String second) {
    if (holds || bad.contains(key) || bad.contains(other)) {
      return this;
    }
    return found(
        Set.of(key, other),
        Problem.of(
            key.key(),
            Units.text(value),
            relation + other + ", " + Units.text(otherValue),
            first + " " + key + " or " + second + " " + other + "."));
  }
}
