package io.tinyscale.launcher.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.ZoneId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code drain}. */
class DrainTest {

  private static final String MESSAGE = "This room closes at 22:00 for maintenance.";

  private final FakeDoor door = FakeDoor.open();
  private final TestConsole console = new TestConsole(door).at("2026-11-25T20:30:58Z");

  private static String server(String state, int meetings, int users, String asOf, String drain) {
    return String.format(
        "{\"name\":\"bbb2\",\"state\":\"%s\",\"verdict\":\"up\",\"available\":false,"
            + "\"load\":{\"meetings\":%d,\"users\":%d,\"asOf\":\"2026-11-25T%sZ\"}%s}",
        state, meetings, users, asOf, drain);
  }

  private static String drain(String members) {
    return ",\"drain\":{\"since\":\"2026-11-25T20:30:58Z\"" + members + "}";
  }

  @AfterEach
  void close() {
    door.close();
  }

  @Test
  void drainsWithADeadlineAndAMessageAndWaits() {
    String drain = drain(",\"deadline\":\"2026-11-25T20:33:00Z\",\"end\":true");
    door.answer(
            "PUT /servers/bbb2/drain",
            server(
                "cordoned", 41, 873, "20:30:50", drain(",\"told\":38,\"rooms\":41,\"end\":true")))
        // An empty list of before the drain proves nothing.
        .answer("GET /servers/bbb2", server("cordoned", 0, 0, "20:30:50", drain))
        .answer("GET /servers/bbb2", server("cordoned", 29, 610, "20:31:00", drain));
    for (int i = 0; i < 40; i++) {
      door.answer("GET /servers/bbb2", server("cordoned", 2, 31, "20:31:10", drain));
    }
    for (int i = 0; i < 30; i++) {
      door.answer("GET /servers/bbb2", server("cordoned", 2, 31, "20:32:10", drain));
    }
    door.answer("GET /servers/bbb2", server("cordoned", 0, 0, "20:33:10", ""));
    door.answer(
        "GET /operations",
        "{\"operations\":[{\"id\":\"7\",\"kind\":\"end-meetings\",\"server\":\"bbb2\","
            + "\"state\":\"done\",\"total\":2,\"ended\":2,\"failed\":0,"
            + "\"startedAt\":\"2026-11-25T20:33:00Z\",\"finishedAt\":\"2026-11-25T20:33:01Z\"}]}");

    TestConsole.Result result =
        console.run(
            "drain", "bbb2", "--deadline", "20:33", "--end", "--message", MESSAGE, "--wait");

    assertThat(result.out().lines())
        .containsExactly(
            "bbb2: cordoned; 41 meetings, 873 people; 38 of 41 rooms were told",
            "20:31  29 meetings, 610 people",
            "20:32   2 meetings,  31 people",
            "20:33  deadline: ending 2 meetings ... 2 ended, 0 failed",
            "bbb2: empty. It stays cordoned; `tinyscale enable bbb2` brings it back.");
    assertThat(result.code()).isZero();
    assertThat(door.change().body())
        .isEqualTo(
            "{\"deadline\":\"2026-11-25T20:33:00Z\",\"end\":true,\"then\":\"cordoned\","
                + "\"message\":\""
                + MESSAGE
                + "\"}");
  }

  @Test
  void drainsAtTheDoorsOfSeveralBalancersAndTellsRoomsOnce() {
    try (FakeDoor other = FakeDoor.open()) {
      door.answer(
              "PUT /servers/bbb2/drain",
              server("cordoned", 2, 31, "20:30:50", drain(",\"told\":2,\"rooms\":2")))
          .answer("GET /servers/bbb2", server("cordoned", 1, 3, "20:31:00", drain("")))
          .answer("GET /servers/bbb2", server("cordoned", 0, 0, "20:31:10", ""));
      other
          .answer("PUT /servers/bbb2/drain", server("cordoned", 2, 31, "20:30:50", drain("")))
          .answer("GET /servers/bbb2", server("cordoned", 0, 0, "20:31:10", ""));

      TestConsole.Result result =
          console.run(
              "drain",
              "bbb2",
              "--message",
              MESSAGE,
              "--wait",
              "--url",
              door.url(),
              "--url",
              other.url());

      String empty = "bbb2: empty. It stays cordoned; `tinyscale enable bbb2` brings it back.";
      assertThat(result.out().lines())
          .containsExactly(
              door.url() + ":",
              "bbb2: cordoned; 2 meetings, 31 people; 2 of 2 rooms were told",
              other.url() + ":",
              "bbb2: cordoned; 2 meetings, 31 people",
              door.url() + ":",
              "20:30  1 meeting,  3 people",
              empty,
              other.url() + ":",
              empty);
      assertThat(result.code()).isZero();
      assertThat(door.change().body()).contains(MESSAGE);
      assertThat(other.change().body()).isEqualTo("{\"end\":false,\"then\":\"cordoned\"}");
    }
  }

  @Test
  void theNextDoorTellsTheRoomsIfTheFirstFails() {
    try (FakeDoor other = FakeDoor.open()) {
      door.answer("PUT /servers/bbb2/drain", 500, "oops");
      other
          .answer(
              "PUT /servers/bbb2/drain",
              server("cordoned", 2, 31, "20:30:50", drain(",\"told\":2,\"rooms\":2")))
          .answer("GET /servers/bbb2", server("cordoned", 0, 0, "20:31:10", ""));

      TestConsole.Result result =
          console.run(
              "drain",
              "bbb2",
              "--message",
              MESSAGE,
              "--wait",
              "--url",
              door.url(),
              "--url",
              other.url());

      assertThat(result.err()).contains("HTTP 500");
      assertThat(result.out()).contains("2 of 2 rooms were told", "bbb2: empty.");
      assertThat(result.code()).isEqualTo(4);
    }
  }

  @Test
  void waitsForTheRoomsToBeToldButNotForLong() {
    String telling = server("cordoned", 41, 873, "20:30:50", drain(""));
    door.answer("PUT /servers/bbb2/drain", telling)
        .answer("GET /servers/bbb2", telling)
        .answer(
            "GET /servers/bbb2",
            server("cordoned", 41, 873, "20:30:50", drain(",\"told\":38,\"rooms\":41")));
    assertThat(console.run("drain", "bbb2", "--message", MESSAGE).out())
        .isEqualToIgnoringNewLines(
            "bbb2: cordoned; 41 meetings, 873 people; 38 of 41 rooms were told");

    door.answer("PUT /servers/bbb3/drain", telling.replace("bbb2", "bbb3"))
        .answer("GET /servers/bbb3", telling.replace("bbb2", "bbb3"));
    assertThat(console.run("drain", "bbb3", "--message", MESSAGE).out())
        .isEqualToIgnoringNewLines(
            "bbb3: cordoned; 41 meetings, 873 people; its rooms are being told");
  }

  @Test
  void tellsTheEndOfMeetingsThatWereGoneBeforeItLooked() {
    door.answer(
            "PUT /servers/bbb2/drain",
            server("cordoned", 2, 31, "20:30:50", drain(",\"end\":true")))
        .answer("GET /servers/bbb2", server("cordoned", 0, 0, "20:33:10", ""))
        .answer(
            "GET /operations",
            "{\"operations\":[{\"id\":\"7\",\"kind\":\"end-meetings\",\"server\":\"bbb2\","
                + "\"state\":\"finished\",\"total\":2,\"ended\":2,\"failed\":0,"
                + "\"startedAt\":\"2026-11-25T20:33:00Z\","
                + "\"finishedAt\":\"2026-11-25T20:33:01Z\"}]}");

    TestConsole.Result result =
        console.run("drain", "bbb2", "--deadline", "20:33", "--end", "--wait");

    assertThat(result.out().lines())
        .containsExactly(
            "bbb2: cordoned; 2 meetings, 31 people",
            "20:30  deadline: ending 2 meetings ... 2 ended, 0 failed",
            "bbb2: empty. It stays cordoned; `tinyscale enable bbb2` brings it back.");
    assertThat(result.code()).isZero();
  }

  @Test
  void tellsThatTheServerCouldNotBeAskedAndThenWhatWasEnded() {
    String drain = drain(",\"deadline\":\"2026-11-25T20:31:00Z\",\"end\":true");
    String begun =
        "\"kind\":\"end-meetings\",\"server\":\"bbb2\",\"state\":\"finished\","
            + "\"startedAt\":\"2026-11-25T20:31:00Z\",\"finishedAt\":\"2026-11-25T20:31:08Z\",";
    String silent = "{" + begun + "\"id\":\"7\",\"total\":0,\"cause\":\"no answer in 8 s\"}";
    String ended = "{" + begun + "\"id\":\"8\",\"total\":2,\"ended\":2,\"cause\":null},";
    door.answer("PUT /servers/bbb2/drain", server("cordoned", 2, 31, "20:30:50", drain));
    for (int i = 0; i < 34; i++) {
      door.answer("GET /servers/bbb2", server("cordoned", 2, 31, "20:31:00", drain));
    }
    door.answer("GET /servers/bbb2", server("cordoned", 0, 0, "20:32:00", ""))
        .answer("GET /operations", "{\"operations\":[" + silent + "]}")
        .answer("GET /operations", "{\"operations\":[" + silent + "]}")
        .answer("GET /operations", "{\"operations\":[" + ended + silent + "]}");

    TestConsole.Result result =
        console.run("drain", "bbb2", "--deadline", "20:31", "--end", "--wait");

    assertThat(result.out().lines())
        .containsExactly(
            "bbb2: cordoned; 2 meetings, 31 people",
            "20:31  deadline: ending 0 meetings ... 0 ended, 0 failed; it may hold more meetings:"
                + " no answer in 8 s",
            "20:31  deadline: ending 2 meetings ... 2 ended, 0 failed",
            "bbb2: empty. It stays cordoned; `tinyscale enable bbb2` brings it back.");
    assertThat(result.code()).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "22:00, 2026-11-25T21:00:00Z",
    "21:00, 2026-11-26T20:00:00Z",
    "2h, 2h",
    "2026-11-26T05:00:00Z, 2026-11-26T05:00:00Z"
  })
  void sendsTheDeadlineThatTheCallersClockMeans(String typed, String sent) {
    door.answer("PUT /servers/bbb2/drain", server("cordoned", 0, 0, "20:30:50", ""));

    console.in(ZoneId.of("Europe/Berlin")).run("drain", "bbb2", "--deadline", typed);

    assertThat(door.change().body()).contains("\"deadline\":\"" + sent + "\"");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--deadline tomorrow",
        "--deadline 25:00",
        "--deadline 2",
        "--end",
        "--then enabled"
      })
  void refusesWhatItDoesNotUnderstand(String options) {
    TestConsole.Result result = console.run(("drain bbb2 " + options).split(" "));

    assertThat(result.code()).isEqualTo(2);
    assertThat(result.err()).startsWith(options.split(" ")[0] + ": ");
    assertThat(door.calls()).isEmpty();
  }

  @Test
  void tellsThatTheDeadlineHasPassed() {
    String drain = drain(",\"deadline\":\"2026-11-25T20:31:00Z\",\"end\":false");
    door.answer("PUT /servers/bbb2/drain", server("cordoned", 2, 31, "20:30:50", drain))
        .answer("GET /servers/bbb2", server("cordoned", 2, 31, "20:31:00", drain));

    TestConsole.Result result = console.run("drain", "bbb2", "--deadline", "20:31", "--wait");

    assertThat(result.out().lines())
        .containsExactly(
            "bbb2: cordoned; 2 meetings, 31 people",
            "20:31  deadline: 2 meetings, 31 people are left");
    assertThat(result.code()).isEqualTo(1);
  }

  @Test
  void waitsUntilTheServerIsDisabled() {
    door.answer("PUT /servers/bbb2/drain", server("cordoned", 1, 1, "20:30:50", drain("")))
        .answer("GET /servers/bbb2", server("cordoned", 0, 0, "20:31:10", drain("")))
        .answer("GET /servers/bbb2", server("disabled", 0, 0, "20:31:10", ""));

    TestConsole.Result result = console.run("drain", "bbb2", "--then", "disabled", "--wait");

    assertThat(result.out())
        .contains("bbb2: empty. It is disabled; `tinyscale enable bbb2` brings it back.");
    assertThat(result.code()).isZero();
  }

  @Test
  void givesUpIfTheEmptyServerDoesNotBecomeWhatItShould() {
    door.answer("PUT /servers/bbb2/drain", server("cordoned", 1, 1, "20:30:50", drain("")))
        .answer("GET /servers/bbb2", server("cordoned", 0, 0, "20:31:10", drain("")));

    TestConsole.Result result = console.run("drain", "bbb2", "--then", "disabled", "--wait");

    assertThat(result.err())
        .isEqualToIgnoringNewLines(
            "bbb2: empty, but not disabled: `tinyscale events` says why"
                + " (server.drain-unfinished).");
    assertThat(result.code()).isEqualTo(1);
    assertThat(console.instant()).isEqualTo("2026-11-25T20:31:58Z");
  }

  @Test
  void givesUpIfTheDrainIsTakenBackBeforeTheServerIsRemoved() {
    door.answer("PUT /servers/bbb2/drain", server("cordoned", 1, 1, "20:30:50", drain("")))
        .answer("GET /servers/bbb2", server("cordoned", 0, 0, "20:31:10", ""));

    TestConsole.Result result = console.run("drain", "bbb2", "--then", "removed", "--wait");

    assertThat(result.err())
        .isEqualToIgnoringNewLines("bbb2: empty, but not removed: the drain was given up.");
    assertThat(result.code()).isEqualTo(1);
  }

  @Test
  void anEmptyServerHasAMinuteToBecomeWhatItShould() {
    door.answer("PUT /servers/bbb2/drain", server("cordoned", 1, 1, "20:30:50", drain("")));
    for (int i = 0; i < 29; i++) {
      door.answer("GET /servers/bbb2", server("cordoned", 0, 0, "20:31:10", drain("")));
    }
    door.answer("GET /servers/bbb2", server("disabled", 0, 0, "20:31:10", ""));

    TestConsole.Result result = console.run("drain", "bbb2", "--then", "disabled", "--wait");

    assertThat(result.code()).isZero();
  }

  @Test
  void aServerIsEmptyOnceItsDrainIsOver() {
    door.answer("PUT /servers/bbb2/drain", server("cordoned", 0, 0, "20:30:50", drain("")))
        .answer("GET /servers/bbb2", server("cordoned", 0, 0, "20:30:59", drain("")))
        .answer("GET /servers/bbb2", server("cordoned", 1, 1, "20:31:09", drain("")))
        .answer("GET /servers/bbb2", server("cordoned", 0, 0, "20:31:19", ""));

    TestConsole.Result result = console.run("drain", "bbb2", "--wait");

    assertThat(door.calls()).filteredOn(call -> call.method().equals("GET")).hasSize(3);
    assertThat(result.out()).endsWith("brings it back.\n").contains("bbb2: empty.");
    assertThat(result.code()).isZero();
  }

  @Test
  void aServerDisabledByItsDrainWithinOneSecondIsEmpty() {
    door.answer("PUT /servers/bbb2/drain", server("cordoned", 0, 0, "20:30:50", drain("")))
        .answer("GET /servers/bbb2", server("disabled", 0, 0, "20:30:58", ""));

    TestConsole.Result result = console.run("drain", "bbb2", "--then", "disabled", "--wait");

    assertThat(result.err()).isEmpty();
    assertThat(result.out()).contains("bbb2: empty. It is disabled");
    assertThat(result.code()).isZero();
  }

  @Test
  void aSweepFromBeforeADrainThatWasTakenBackShowsNothing() {
    door.answer("PUT /servers/bbb2/drain", server("cordoned", 0, 0, "20:30:50", drain("")))
        .answer("GET /servers/bbb2", server("cordoned", 0, 0, "20:30:50", ""))
        .answer("GET /servers/bbb2", server("cordoned", 0, 0, "20:31:00", ""));

    TestConsole.Result result = console.run("drain", "bbb2", "--wait");

    assertThat(door.calls()).filteredOn(call -> call.method().equals("GET")).hasSize(2);
    assertThat(result.out()).contains("bbb2: empty. It stays cordoned");
    assertThat(result.code()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"cordoned", "disabled", "removed"})
  void givesUpIfSomebodyDisablesTheServerBeforeItIsSwept(String then) {
    door.answer("PUT /servers/bbb2/drain", server("cordoned", 0, 0, "20:30:50", drain("")))
        .answer("GET /servers/bbb2", server("disabled", 0, 0, "20:30:50", ""));

    TestConsole.Result result = console.run("drain", "bbb2", "--then", then, "--wait");

    assertThat(result.err())
        .isEqualToIgnoringNewLines("bbb2: disabled with 0 meetings; the drain was given up.");
    assertThat(result.code()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"cordoned", "disabled", "removed"})
  void givesUpIfSomebodyDisablesTheServer(String then) {
    door.answer("PUT /servers/bbb2/drain", server("cordoned", 4, 9, "20:30:50", drain("")))
        .answer("GET /servers/bbb2", server("disabled", 3, 7, "20:31:10", ""));

    TestConsole.Result result = console.run("drain", "bbb2", "--then", then, "--wait");

    assertThat(result.err())
        .isEqualToIgnoringNewLines("bbb2: disabled with 3 meetings; the drain was given up.");
    assertThat(result.code()).isEqualTo(1);
  }

  @Test
  void claimsNothingOfADisabledServerThatWasNeverSwept() {
    String disabled =
        "{\"name\":\"bbb2\",\"state\":\"disabled\",\"verdict\":\"unknown\",\"load\":null}";
    door.answer("PUT /servers/bbb2/drain", server("cordoned", 4, 9, "20:30:50", drain("")))
        .answer("GET /servers/bbb2", disabled);

    TestConsole.Result result = console.run("drain", "bbb2", "--then", "disabled", "--wait");

    assertThat(result.err())
        .isEqualToIgnoringNewLines("bbb2: disabled with an unknown number of meetings.");
    assertThat(result.code()).isEqualTo(1);
  }

  @Test
  void waitsUntilTheServerIsRemoved() {
    door.answer("PUT /servers/bbb2/drain", server("cordoned", 1, 1, "20:30:50", drain("")))
        .answer("GET /servers/bbb2", server("cordoned", 0, 0, "20:31:10", drain("")))
        .problem("GET /servers/bbb2", 404, "server-unknown", "");

    TestConsole.Result result = console.run("drain", "bbb2", "--then", "removed", "--wait");

    assertThat(result.out()).contains("bbb2: empty, and removed from the pool.");
    assertThat(result.code()).isZero();
  }

  @Test
  void tellsThatSomebodyGaveTheDrainUp() {
    door.answer("PUT /servers/bbb2/drain", server("cordoned", 1, 1, "20:30:50", drain("")))
        .answer("GET /servers/bbb2", server("enabled", 1, 1, "20:31:10", ""));

    TestConsole.Result result = console.run("drain", "bbb2", "--wait");

    assertThat(result.err())
        .isEqualToIgnoringNewLines("bbb2: gets new meetings again; the drain was given up.");
    assertThat(result.code()).isEqualTo(1);
  }

  @Test
  void waitsOnWhileTinyscaleRestarts() {
    door.answer("PUT /servers/bbb2/drain", server("cordoned", 1, 1, "20:30:50", drain("")))
        .problem("GET /servers/bbb2", 503, "stopping", "")
        .answer("GET /servers/bbb2", server("cordoned", 0, 0, "20:31:10", drain("")));

    assertThat(console.run("drain", "bbb2", "--wait").code()).isZero();
  }

  @Test
  void doesNotWaitForADoorThatStaysAway() {
    door.answer("PUT /servers/bbb2/drain", server("cordoned", 1, 1, "20:30:50", drain("")))
        .problem("GET /servers/bbb2", 503, "stopping", "");

    TestConsole.Result result = console.run("drain", "bbb2", "--wait");

    assertThat(result.code()).isEqualTo(4);
    assertThat(result.err()).isEqualToIgnoringNewLines("tinyscale is stopping.");
  }
}
