package io.tinyscale.config;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Quantities as text: a number and its unit, without a blank between them. */
public final class Units {

  static final Duration LONGEST = Duration.ofHours(24);

  private static final Pattern QUANTITY = Pattern.compile("([0-9]{1,12})([A-Za-z]*)");
  private static final Map<String, Duration> TIMES =
      Map.of(
          "ms", Duration.ofMillis(1),
          "s", Duration.ofSeconds(1),
          "m", Duration.ofMinutes(1),
          "h", Duration.ofHours(1));
  private static final Map<String, Long> SIZES =
      Map.of("", 1L, "B", 1L, "KiB", 1L << 10, "MiB", 1L << 20, "GiB", 1L << 30);

  private Units() {}

  /** Such as {@code 500ms}, {@code 20s}, {@code 2m} or {@code 0}; empty for any other text. */
  public static Optional<Duration> duration(String text) {
    if (text.equals("0")) {
      return Optional.of(Duration.ZERO);
    }
    Matcher quantity = QUANTITY.matcher(text);
    if (!quantity.matches() || !TIMES.containsKey(quantity.group(2))) {
      return Optional.empty();
    }
    // 12 digits of hours are far below what a Duration holds.
    return Optional.of(
        TIMES.get(quantity.group(2)).multipliedBy(Long.parseLong(quantity.group(1))));
  }

  /** Such as {@code 64MiB}, {@code 64KiB} or {@code 65536}; empty for any other text. */
  static Optional<Long> bytes(String text) {
    Matcher quantity = QUANTITY.matcher(text);
    if (!quantity.matches() || !SIZES.containsKey(quantity.group(2))) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          Math.multiplyExact(SIZES.get(quantity.group(2)), Long.parseLong(quantity.group(1))));
    } catch (ArithmeticException e) {
      return Optional.of(Long.MAX_VALUE);
    }
  }

  /** A duration in the largest unit that holds it exactly. */
  public static String text(Duration duration) {
    long millis = duration.toMillis();
    if (millis == 0) {
      return "0";
    }
    if (millis % 1000 != 0) {
      return millis + "ms";
    }
    long seconds = millis / 1000;
    if (seconds % 3600 == 0) {
      return seconds / 3600 + "h";
    }
    return seconds % 60 == 0 ? seconds / 60 + "m" : seconds + "s";
  }

  /** A size in the largest unit that holds it exactly. */
  static String text(long bytes) {
    if (bytes == 0 || bytes % 1024 != 0) {
      return bytes + "B";
    }
    long kibibytes = bytes >> 10;
    if (kibibytes % 1024 != 0) {
      return kibibytes + "KiB";
    }
    long mebibytes = kibibytes >> 10;
    return mebibytes % 1024 == 0 ? (mebibytes >> 10) + "GiB" : mebibytes + "MiB";
  }
}
