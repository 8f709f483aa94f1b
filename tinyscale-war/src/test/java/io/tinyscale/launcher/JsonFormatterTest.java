package io.tinyscale.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.time.Instant;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;

class JsonFormatterTest {

  private final JsonFormatter formatter = new JsonFormatter();

  private static LogRecord record(String logger, Level level, String message) {
    LogRecord record = new LogRecord(level, message);
    record.setLoggerName(logger);
    record.setInstant(Instant.parse("2026-11-25T22:00:00.123456Z"));
    return record;
  }

  private JsonObject parsed(LogRecord record) {
    String line = formatter.format(record);
    assertThat(line).endsWith(System.lineSeparator());
    assertThat(line.strip()).doesNotContain("\n", "\r", "\u2028");
    return JsonParser.parseString(line).getAsJsonObject();
  }

  @Test
  void anEventIsItsFields() {
    assertThat(
            formatter.format(
                record(
                    "tinyscale",
                    Level.WARNING,
                    "call.failed call=end server=bbb1 cause=\"HTTP \\\"502\\\"\" request=42")))
        .isEqualTo(
            "{\"time\":\"2026-11-25T22:00:00.123Z\",\"level\":\"WARN\",\"event\":\"call.failed\","
                + "\"call\":\"end\",\"server\":\"bbb1\",\"cause\":\"HTTP \\\"502\\\"\","
                + "\"request\":\"42\"}"
                + System.lineSeparator());
  }

  @Test
  void whatIsCountedIsANumberAndAnIdIsNone() {
    assertThat(
            formatter.format(
                record("tinyscale.calls", Level.INFO, "call=create meeting=101 ms=12 out=0")))
        .endsWith(
            "\"event\":\"call\",\"call\":\"create\",\"meeting\":\"101\",\"ms\":12,\"out\":0}"
                + System.lineSeparator());
  }

  @Test
  void whatALibraryLogsIsItsMessage() {
    JsonObject line =
        parsed(record("org.eclipse.jetty", Level.FINE, "first\nsecond\r\u0000\u2028\t\"x\""));

    assertThat(line.get("level").getAsString()).isEqualTo("DEBUG");
    assertThat(line.get("event").getAsString()).isEqualTo("log");
    assertThat(line.get("logger").getAsString()).isEqualTo("org.eclipse.jetty");
    assertThat(line.get("message").getAsString()).isEqualTo("first\nsecond\r\u0000\u2028\t\"x\"");
    assertThat(line.has("stack")).isFalse();
  }

  @Test
  void aStackIsOneField() {
    LogRecord record = record("tinyscale", Level.SEVERE, "server.up server=bbb1");
    record.setThrown(new IllegalStateException("broken\n", new RuntimeException("cause")));

    JsonObject line = parsed(record);

    assertThat(line.get("level").getAsString()).isEqualTo("ERROR");
    assertThat(line.get("message").getAsString()).isEqualTo("server.up server=bbb1");
    assertThat(line.get("stack").getAsString())
        .contains("IllegalStateException: broken", "\tat ", "Caused by: java.lang.Runtime");
  }

  @Test
  void aLineWithoutALoggerOrAMessageIsWritten() {
    assertThat(parsed(record(null, Level.INFO, null)).get("message").getAsString())
        .isEqualTo("null");
  }
}
