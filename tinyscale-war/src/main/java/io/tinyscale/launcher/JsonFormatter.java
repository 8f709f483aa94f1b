package io.tinyscale.launcher;

import com.google.gson.stream.JsonWriter;
import io.tinyscale.observe.EventLine;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.logging.Formatter;
import java.util.logging.LogRecord;
import org.jspecify.annotations.Nullable;

/**
 * One JSON object in each line: {@code time}, {@code level}, {@code event} and the event's fields.
 * What is no event of tinyscale has the event {@code log}, and {@code logger}, {@code message} and
 * {@code stack}.
 */
final class JsonFormatter extends Formatter {

  private static final String EVENTS = "tinyscale";

  @Override
  public String format(LogRecord record) {
    String logger = String.valueOf(record.getLoggerName());
    String message = String.valueOf(formatMessage(record));
    boolean isOurs = logger.equals(EVENTS) || logger.startsWith(EVENTS + ".");
    Optional<EventLine> event =
        isOurs && record.getThrown() == null ? EventLine.parse(message) : Optional.empty();
    return line(
        record.getInstant(),
        LineLog.level(record.getLevel()),
        json -> {
          if (event.isPresent()) {
            write(json, event.get());
          } else {
            json.name("event").value("log");
            json.name("logger").value(logger);
            json.name("message").value(message);
            writeStack(json, record.getThrown());
          }
        });
  }

  /** Writes the members of an object that come behind the time and the level. */
  @FunctionalInterface
  interface Members {
    void write(JsonWriter json) throws IOException;
  }

  /** A line of a log that consists of such lines. */
  static String line(Instant time, String level, Members members) {
    StringWriter line = new StringWriter();
    try (JsonWriter json = new JsonWriter(line)) {
      json.beginObject();
      json.name("time").value(time.truncatedTo(ChronoUnit.MILLIS).toString());
      json.name("level").value(level);
      members.write(json);
      json.endObject();
    } catch (IOException e) {
      throw new UncheckedIOException("a text in memory cannot be written", e);
    }
    return line + System.lineSeparator();
  }

  private static void write(JsonWriter json, EventLine event) throws IOException {
    json.name("event").value(event.event());
    for (EventLine.Field field : event.fields()) {
      json.name(field.name());
      if (field.isNumber()) {
        json.value(Long.parseLong(field.value()));
      } else {
        json.value(field.value());
      }
    }
  }

  private static void writeStack(JsonWriter json, @Nullable Throwable thrown) throws IOException {
    if (thrown != null) {
      StringWriter stack = new StringWriter();
      thrown.printStackTrace(new PrintWriter(stack, true));
      json.name("stack").value(stack.toString());
    }
  }
}
