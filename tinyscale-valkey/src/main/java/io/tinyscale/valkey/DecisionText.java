package io.tinyscale.valkey;

import io.tinyscale.store.SharedState;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Decisions of administrators as the store keeps them: {@code state by at}. */
final class DecisionText {

  private static final Pattern DECISION =
      Pattern.compile("(?<state>[a-z-]+) (?<by>.*) (?<at>[^ ]+)", Pattern.DOTALL);

  private DecisionText() {}

  static String of(SharedState decision) {
    return decision.state() + " " + decision.by() + " " + decision.at();
  }

  /** Reads a decision; empty if it is none. */
  static Optional<SharedState> read(String text) {
    Matcher matcher = DECISION.matcher(text);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new SharedState(
              matcher.group("state"), matcher.group("by"), Instant.parse(matcher.group("at"))));
    } catch (DateTimeParseException noTime) {
      return Optional.empty();
    }
  }
}
