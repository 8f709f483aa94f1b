package io.tinyscale.launcher.cli;

import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Optional;

/** Writes and reads times as the caller's clock shows them. */
record Times(Clock clock) {

  private static final DateTimeFormatter MINUTES =
      DateTimeFormatter.ofPattern("HH:mm", Locale.ROOT);
  private static final DateTimeFormatter SECONDS =
      DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT);
  private static final DateTimeFormatter DAY =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm", Locale.ROOT);

  /** The time of the day; with the date unless it is today's. */
  String clockTime(Instant time) {
    ZonedDateTime there = time.atZone(clock.getZone());
    boolean isToday = there.toLocalDate().equals(ZonedDateTime.now(clock).toLocalDate());
    return (isToday ? MINUTES : DAY).format(there);
  }

  String now() {
    return MINUTES.format(ZonedDateTime.now(clock));
  }

  String seconds(Instant time) {
    return SECONDS.format(time.atZone(clock.getZone()));
  }

  /** How long ago, shortly, such as {@code 41s}; a dash if unknown. */
  String ago(Optional<Instant> time) {
    return time.map(then -> shortly(Duration.between(then, clock.instant()))).orElse(Table.NONE);
  }

  /** How many seconds from now on, at least none. */
  long secondsUntil(Instant time) {
    return Math.max(0, Duration.between(clock.instant(), time).toSeconds());
  }

  static String shortly(Duration duration) {
    long seconds = Math.max(0, duration.toSeconds());
    if (seconds < 120) {
      return seconds + "s";
    }
    if (seconds < 2 * 3600) {
      return seconds / 60 + "m";
    }
    return seconds < 2 * 86_400 ? seconds / 3600 + "h" : seconds / 86_400 + "d";
  }

  /**
   * The deadline that a caller means, as the admin door takes it: a length of time as it is, a time
   * of the day as the next such time in the caller's zone.
   */
  String deadline(String text) {
    if (text.matches("[1-9][0-9]{0,8}(s|m|h)")) {
      return text;
    }
    try {
      return (text.matches("[0-9]{2}:[0-9]{2}") ? next(LocalTime.parse(text)) : Instant.parse(text))
          .toString();
    } catch (DateTimeException e) {
      throw CommandException.wrong(
          "--deadline: neither a time of the day, such as 22:00, nor a length of time, such as 2h.");
    }
  }

  private Instant next(LocalTime time) {
    ZonedDateTime now = ZonedDateTime.now(clock);
    ZonedDateTime today = now.with(time).truncatedTo(ChronoUnit.MINUTES);
    return (today.isAfter(now)
            ? today
            : now.toLocalDate().plusDays(1).atTime(time).atZone(now.getZone()))
        .toInstant();
  }
}
