package io.tinyscale.launcher.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** {@code events}. */
class EventsTest {

  private static final String FIRST =
      """
      {"events":[{"id":"b1-41","time":"2026-11-25T20:14:21Z","level":"WARN","name":"server.down",
      "fields":{"server":"bbb3","failures":2,"cause":"no \\"answer\\""}}]}""";

  private final FakeDoor door = FakeDoor.open().answer("GET /events?limit=1000", FIRST);
  private final TestConsole console = new TestConsole(door);

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
        .answer(
            "GET /events?limit=1000&after=b1-41",
            "{\"events\":[{\"id\":\"b1-42\",\"time\":\"2026-11-25T20:15:03Z\",\"level\":\"INFO\","
                + "\"name\":\"server.up\",\"fields\":{\"server\":\"bbb3\"}}]}");

    TestConsole.Result result = console.interruptedAfter(2).run("events", "--follow");

    assertThat(result.out().lines())
        .satisfiesExactly(
            first -> assertThat(first).contains("server.down"),
            second -> assertThat(second).isEqualTo("20:15:03 INFO  server.up server=bbb3"));
  }

  @Test
  void printsTheJsonUnchanged() {
    assertThat(console.run("events", "--json").out()).isEqualTo(FIRST + "\n");
  }
}
