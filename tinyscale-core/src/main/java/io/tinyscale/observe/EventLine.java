package io.tinyscale.observe;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A line of {@link EventLog}, taken apart: for a log that does not consist of such lines.
 *
 * @param event the name of the event; {@code call} for a line of {@code tinyscale.calls}
 * @param fields in their order
 */
public record EventLine(String event, List<Field> fields) {

  private static final String CALL = "call";

  /** The one event that has a text instead of fields. */
  private static final String WARNING = "config.warning";

  /** The fields that count something. All others are text, whatever they look like. */
  private static final Set<String> NUMBERS =
      Set.of(
          "asked",
          "destroyed",
          "ended",
          "failed",
          "fallbacks",
          "in",
          "kept-people",
          "left",
          "meetings",
          "missing",
          "most",
          "ms",
          "other-people",
          "out",
          "refused",
          "registered",
          "rooms",
          "seconds",
          "servers",
          "told",
          "tries",
          "up",
          "users");

  /** Copies the list. */
  public EventLine {
    fields = List.copyOf(fields);
  }

  /** A name and a value, without the quotes that the line needs. */
  public record Field(String name, String value) {

    /** Whether the value is a whole number that counts something. */
    public boolean isNumber() {
      return NUMBERS.contains(name) && value.matches("-?[0-9]{1,18}");
    }
  }

  /** Takes a line apart; empty if {@link EventLog} writes no such line. */
  public static Optional<EventLine> parse(String line) {
    int end = line.indexOf(' ');
    String first = end < 0 ? line : line.substring(0, end);
    boolean isCall = first.startsWith(CALL + "=");
    if (!isCall && !first.matches("[a-z.-]+")) {
      return Optional.empty();
    }
    if (first.equals(WARNING)) {
      String warning = line.substring(Math.min(end + 1, line.length()));
      return Optional.of(new EventLine(first, List.of(new Field("warning", warning))));
    }
    Reader reader = new Reader(line, isCall ? 0 : first.length());
    List<Field> fields = new ArrayList<>();
    while (!reader.isAtEnd()) {
      Field field = reader.next();
      if (field == null) {
        return Optional.empty();
      }
      fields.add(field);
    }
    return Optional.of(new EventLine(isCall ? CALL : first, fields));
  }

  /** Reads one field after the other. */
  private static final class Reader {

    private final String line;
    private int at;

    Reader(String line, int from) {
      this.line = line;
      this.at = from;
    }

    boolean isAtEnd() {
      return at >= line.length();
    }

    @Nullable Field next() {
      if (line.charAt(at) == ' ') {
        at++;
      }
      int equals = line.indexOf('=', at);
      if (equals < 0) {
        return null;
      }
      String name = line.substring(at, equals);
      at = equals + 1;
      boolean quoted = at < line.length() && line.charAt(at) == '"';
      if (quoted) {
        at++;
      }
      StringBuilder value = new StringBuilder();
      char end = quoted ? '"' : ' ';
      while (at < line.length() && line.charAt(at) != end) {
        if (line.charAt(at) == '\\' && at + 1 < line.length()) {
          at++;
        }
        value.append(line.charAt(at++));
      }
      if (quoted && at++ >= line.length() || !name.matches("[a-z-]+")) {
        return null;
      }
      return new Field(name, value.toString());
    }
  }
}
