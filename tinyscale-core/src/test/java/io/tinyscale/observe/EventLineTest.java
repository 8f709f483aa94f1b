package io.tinyscale.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.bbb.ApiCall;
import io.tinyscale.bbb.Secret;
import io.tinyscale.observe.EventLine.Field;
import io.tinyscale.server.Server;
import io.tinyscale.tenant.MeetingId;
import io.tinyscale.trace.RequestTrace;
import java.lang.reflect.Method;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EventLineTest {

  private static final String COUNT = "4711";
  private static final String TEXT = "123";
  private static final Server SERVER =
      Server.of("bbb1", URI.create("https://bbb1.example.org/api"), Secret.of("sesame"));

  private final Logger logger = Logger.getLogger("tinyscale");
  private final List<String> lines = new ArrayList<>();
  private final Handler handler =
      new Handler() {
        @Override
        public void publish(LogRecord line) {
          lines.add(line.getMessage());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
      };

  @BeforeEach
  void listen() {
    logger.addHandler(handler);
    logger.setUseParentHandlers(false);
    logger.setLevel(Level.ALL);
  }

  @AfterEach
  void stopListening() {
    logger.removeHandler(handler);
    logger.setUseParentHandlers(true);
    logger.setLevel(null);
  }

  private static Optional<Object> sample(Class<?> type) {
    if (type == int.class) {
      return Optional.of(4711);
    } else if (type == long.class) {
      return Optional.of(4711L);
    } else if (type == boolean.class) {
      return Optional.of(true);
    } else if (type == String.class) {
      return Optional.of(TEXT);
    } else if (type == List.class) {
      return Optional.of(List.of(TEXT));
    } else if (type == Server.class) {
      return Optional.of(SERVER);
    } else if (type == MeetingId.class) {
      return Optional.of(new MeetingId(TEXT));
    } else if (type == ApiCall.class) {
      return Optional.of(ApiCall.END);
    } else if (type == Duration.class) {
      return Optional.of(Duration.ofSeconds(4711));
    } else if (type == RequestTrace.class) {
      return Optional.of(new RequestTrace(TEXT, null));
    }
    return type.isEnum() ? Optional.of(type.getEnumConstants()[0]) : Optional.empty();
  }

  /** Whatever is an int, a long or a duration in Java is a number, and no text is. */
  @Test
  void numbersAreThoseOfTheEvents() throws Exception {
    EventLog log = new EventLog();
    for (Method event : GatewayObserver.class.getMethods()) {
      List<Optional<Object>> arguments =
          Arrays.stream(event.getParameterTypes()).map(EventLineTest::sample).toList();
      if (arguments.stream().allMatch(Optional::isPresent)) {
        event.invoke(log, arguments.stream().map(Optional::get).toArray());
      }
    }

    assertThat(lines).hasSizeGreaterThan(30);
    for (String line : lines) {
      EventLine event = EventLine.parse(line).orElseThrow(() -> new AssertionError(line));
      assertThat(line).startsWith(event.event());
      assertThat(event.fields())
          .as(line)
          .allSatisfy(
              field -> {
                boolean isCount = field.value().equals(COUNT) || field.name().equals("ms");
                assertThat(field.isNumber()).as(field.name()).isEqualTo(isCount);
              });
    }
  }

  @Test
  void valuesAreThoseThatWereLogged() {
    new EventLog()
        .callFailed(ApiCall.END, SERVER, "a \\ \"b\" = c", new RequestTrace("id-12345", null));
    new EventLog().adminChanged("", "back\\slash", "a=b", "ok");

    assertThat(EventLine.parse(lines.get(0)).orElseThrow())
        .isEqualTo(
            new EventLine(
                "call.failed",
                List.of(
                    new Field("call", "end"),
                    new Field("server", "bbb1"),
                    new Field("cause", "a \\ \"b\" = c"),
                    new Field("request", "id-12345"))));
    assertThat(EventLine.parse(lines.get(1)).orElseThrow().fields())
        .containsExactly(
            new Field("who", ""),
            new Field("from", "back\\slash"),
            new Field("what", "a=b"),
            new Field("result", "ok"));
  }

  @Test
  void aLineOfACallIsAnEvent() {
    assertThat(EventLine.parse("call=end meeting=4711 ms=12").orElseThrow())
        .isEqualTo(
            new EventLine(
                "call",
                List.of(
                    new Field("call", "end"),
                    new Field("meeting", "4711"),
                    new Field("ms", "12"))));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "Something went wrong",
        "Started @512ms",
        "server.up and more",
        "server.up server=\"bbb1",
        "server.up =bbb1",
        "server.up Server=bbb1"
      })
  void otherLinesAreNoEvents(String line) {
    assertThat(EventLine.parse(line)).isEmpty();
  }
}
