package io.tinyscale.config;

import io.tinyscale.config.ConfigException.Problem;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The ranges of single values, the same for a configuration that is read and one that is made. */
final class Checks {

  /** A query is held in memory, and the container's request head must hold it too. */
  private static final long LARGEST_QUERY = 1 << 20;

  private static final long SMALLEST = 1 << 10;
  private static final long LARGEST_BODY = 1L << 40;
  private static final int HIGHEST_THRESHOLD = 1000;
  private static final int MOST_CALLS = 1_000_000;

  private Checks() {}

  static Optional<Problem> duration(ConfigKey key, Duration value) {
    return duration(key, value, Duration.ofMillis(1));
  }

  static Optional<Problem> duration(ConfigKey key, Duration value, Duration least) {
    if (value.compareTo(least) >= 0 && value.compareTo(Units.LONGEST) <= 0) {
      return Optional.empty();
    }
    return outside(key, Units.text(value), Units.text(least), Units.text(Units.LONGEST));
  }

  static Optional<Problem> threshold(ConfigKey key, long value) {
    if (value >= 1 && value <= HIGHEST_THRESHOLD) {
      return Optional.empty();
    }
    return outside(key, Long.toString(value), "1", Integer.toString(HIGHEST_THRESHOLD));
  }

  static Optional<Problem> bodyLimit(long value) {
    return size(ConfigKey.LIMIT_BODY, value, LARGEST_BODY);
  }

  static Optional<Problem> queryLimit(long value) {
    return size(ConfigKey.LIMIT_QUERY, value, LARGEST_QUERY);
  }

  static Optional<Problem> callLimit(ConfigKey key, long value) {
    if (value >= 1 && value <= MOST_CALLS) {
      return Optional.empty();
    }
    return outside(key, Long.toString(value), "1", Integer.toString(MOST_CALLS));
  }

  private static Optional<Problem> size(ConfigKey key, long value, long most) {
    if (value >= SMALLEST && value <= most) {
      return Optional.empty();
    }
    return outside(key, Units.text(value), Units.text(SMALLEST), Units.text(most));
  }

  private static Optional<Problem> outside(ConfigKey key, String value, String least, String most) {
    return Optional.of(
        Problem.of(
            key.key(),
            value,
            "from " + least + " to " + most,
            "Choose a value in this range; the default is "
                + key.defaultText().orElse("none")
                + "."));
  }

  /** Throws if there is anything to throw about. */
  static void refuse(List<Problem> problems) {
    if (!problems.isEmpty()) {
      throw new ConfigException(problems);
    }
  }
}
