package io.tinyscale.bench.soak;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;

/** Formats the times of a run as the logs do. */
final class Clock {

  private static final DateTimeFormatter FORMAT =
      DateTimeFormatter.ofPattern("HH:mm:ss.SSS").withZone(ZoneOffset.UTC);

  private Clock() {}

  /** Microseconds since 1970 as a time of day, UTC as in the logs. */
  static String text(long micros) {
    return micros == Span.OPEN
        ? "the end"
        : FORMAT.format(Instant.EPOCH.plus(micros, ChronoUnit.MICROS));
  }

  static String text(Span span) {
    return text(span.from()) + ".." + text(span.to());
  }
}
