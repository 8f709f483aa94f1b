package io.tinyscale.launcher.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** {@code events}. */
class EventsTest {

  private static final String FIRST =
      """
      {"events":[{"id":"b1-41","time":"2026-11-25T20:14:21Z","level":"WARN","name":"server.down",
      "fields":{"server":"bbb3","failures":2,"cause":"no \\"answer\\""}}]}""";

  private static final String UP =
      "{\"events\":[{\"id\":\"b1-42\",\"time\":\"2026-11-25T20:15:03Z\",\"level\":\"INFO\","
          + "\"name\":\"server.up\",\"fields\":{\"server\":\"bbb3\"}}]}";

  private static final String AFTER_UP = "GET /events?limit=1000&after=b1-42";

  private final FakeDoor door = FakeDoor.open().answer("GET /events?limit=1000", FIRST);
  private final TestConsole console = new TestConsole(door);
  private int pauses;

  @AfterEach
  void close() {
    door.close();
  }

  @Test
  void printsWhatHasHappened() {
    TestConsole.Result result = console.run("events");

    assertThat(result.out())
        .isEqualToIgnoringNewLines(
            "20:14:21 WARN  server.down server=bbb3 failures=2 cause=\"no \\\"answer\\\"\"");
    assertThat(result.code()).isZero();
  }

  @Test
  void followsFromTheLastEventOn() {
    door.answer("GET /events?limit=1000&after=b1-41", "{\"events\":[]}")
        .answer("GET /events?limit=1000&after=b1-41", UP);

    TestConsole.Result result = console.interruptedAfter(2).run("events", "--follow");

    assertThat(result.out().lines())
        .satisfiesExactly(
            first -> assertThat(first).contains("server.down"),
            second -> assertThat(second).isEqualTo("20:15:03 INFO  server.up server=bbb3"));
  }

  @Test
  void followsOnWhileTheDoorIsBusyAndNoLonger() {
    String next = "GET /events?limit=1000&after=b1-41";
    door.problem(next, 503, "stopping", "").answer(next, UP).problem(AFTER_UP, 503, "stopping", "");

    TestConsole.Result result = console.run("events", "--follow");

    assertThat(result.out().lines())
        .satisfiesExactly(
            first -> assertThat(first).contains("server.down"),
            second -> assertThat(second).contains("server.up"));
    assertThat(result.err()).isEqualToIgnoringNewLines("tinyscale is stopping.");
    assertThat(result.code()).isEqualTo(4);
    // Two pauses until the last answer, and then more than a minute.
    assertThat(console.instant()).isEqualTo("2026-11-25T20:16:08Z");
  }

  @Test
  void followsTheNextProcessFromItsFirstEventOn() {
    int port = door.port();
    List<FakeDoor> next = new ArrayList<>();
    Runnable restart =
        () -> {
          door.close();
          // The door is closed at the first look, and open at the second.
          if (++pauses == 2) {
            next.add(FakeDoor.open(port).answer("GET /events?limit=1000&after=0", UP));
          }
        };

    TestConsole.Result result =
        console.meanwhile(restart).interruptedAfter(2).run("events", "--follow");

    next.forEach(FakeDoor::close);
    assertThat(result.out().lines())
        .satisfiesExactly(
            first -> assertThat(first).contains("server.down"),
            second -> assertThat(second).contains("server.up"));
  }

  @Test
  void printsTheJsonUnchanged() {
    assertThat(console.run("events", "--json").out()).isEqualTo(FIRST + "\n");
  }
}
