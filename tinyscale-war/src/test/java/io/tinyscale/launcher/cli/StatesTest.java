package io.tinyscale.launcher.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** {@code cordon}, {@code enable}, {@code disable}, {@code end-all} and {@code panic}. */
class StatesTest {

  private final FakeDoor door = FakeDoor.open();
  private final TestConsole console = new TestConsole(door);

  private static String server(String name, String state, boolean available) {
    return String.format(
        "{\"name\":\"%s\",\"state\":\"%s\",\"verdict\":\"up\",\"available\":%s,"
            + "\"load\":{\"meetings\":41,\"users\":873,\"asOf\":\"2026-11-25T20:15:00Z\"}}",
        name, state, available);
  }

  @AfterEach
  void close() {
    door.close();
  }

  @Test
  void cordonsServers() {
    door.answer("PUT /servers/bbb1/state", server("bbb1", "cordoned", false))
        .answer("PUT /servers/bbb2/state", server("bbb2", "cordoned", false));

    TestConsole.Result result = console.run("cordon", "bbb1", "bbb2");

    assertThat(result.out().lines())
        .containsExactly(
            "bbb1: cordoned; 41 meetings, 873 people", "bbb2: cordoned; 41 meetings, 873 people");
    assertThat(door.calls())
        .allMatch(call -> call.body().equals("{\"state\":\"cordoned\"}"))
        .allMatch(
            call ->
                call.header("Authorization").equals(Optional.of("Bearer " + TestConsole.TOKEN)));
  }

  @Test
  void goesOnWithTheOtherServersIfOneIsRefused() {
    door.problem("PUT /servers/bbb1/state", 409, "last-enabled-server", "")
        .answer("PUT /servers/bbb2/state", server("bbb2", "cordoned", false));

    TestConsole.Result result = console.run("cordon", "bbb1", "bbb2");

    assertThat(result.out()).contains("bbb2: cordoned");
    assertThat(result.err())
        .isEqualToIgnoringNewLines(
            "bbb1: It is the last server that takes new meetings. Enable another server first;"
                + " `cordon` and `disable` take --force.");
    assertThat(result.code()).isEqualTo(6);
  }

  @Test
  void cordonsAtTheDoorsOfSeveralBalancers() {
    try (FakeDoor other = FakeDoor.open()) {
      door.answer("PUT /servers/bbb1/state", server("bbb1", "cordoned", false));
      other.answer("PUT /servers/bbb1/state", server("bbb1", "cordoned", false));

      TestConsole.Result result =
          console.run("cordon", "bbb1", "--url", door.url(), "--url", other.url());

      assertThat(result.out().lines())
          .containsExactly(
              door.url() + ":",
              "bbb1: cordoned; 41 meetings, 873 people",
              other.url() + ":",
              "bbb1: cordoned; 41 meetings, 873 people");
      assertThat(result.code()).isZero();
      assertThat(other.change().body()).isEqualTo("{\"state\":\"cordoned\"}");
    }
  }

  @Test
  void goesOnWithTheOtherDoorIfOneFails() {
    try (FakeDoor other = FakeDoor.open()) {
      door.answer("PUT /servers/bbb1/state", 500, "oops");
      other.answer("PUT /servers/bbb1/state", server("bbb1", "enabled", true));

      TestConsole.Result result =
          console.run("enable", "bbb1", "--url", door.url(), "--url", other.url());

      assertThat(result.out()).contains("bbb1: enabled; it gets new meetings now.");
      assertThat(result.err()).contains("HTTP 500");
      assertThat(result.code()).isEqualTo(4);
    }
  }

  @Test
  void enablesUnderBothNames() {
    door.answer("PUT /servers/bbb1/state", server("bbb1", "enabled", true))
        .answer("PUT /servers/bbb1/state", server("bbb1", "enabled", false));

    assertThat(console.run("enable", "bbb1").out())
        .isEqualToIgnoringNewLines("bbb1: enabled; it gets new meetings now.");
    assertThat(console.run("uncordon", "bbb1").out())
        .isEqualToIgnoringNewLines("bbb1: enabled; it gets no new meetings yet.");
  }

  @Test
  void explainsWhyAServerWithMeetingsIsNotDisabled() {
    door.problem(
        "PUT /servers/bbb1/state", 409, "server-has-meetings", ",\"meetings\":44,\"users\":902");

    TestConsole.Result result = console.run("disable", "bbb1");

    assertThat(result.err().lines())
        .containsExactly(
            "bbb1 holds 44 meetings with 902 people, which would be taken for gone. Drain it first:",
            "  tinyscale drain bbb1",
            "or add --force.");
    assertThat(result.out()).isEmpty();
    assertThat(result.code()).isEqualTo(6);
  }

  @Test
  void disablesByForce() {
    door.answer("PUT /servers/bbb1/state", server("bbb1", "disabled", false));

    assertThat(console.run("disable", "bbb1", "--force").out())
        .isEqualToIgnoringNewLines("bbb1: disabled");
    assertThat(door.change().body()).isEqualTo("{\"state\":\"disabled\",\"force\":true}");
  }

  @Test
  void endsAllMeetingsAfterAYesAtTheTerminal() {
    door.answer("GET /servers/bbb2", server("bbb2", "enabled", true))
        .answer(
            "POST /servers/bbb2/end-meetings",
            202,
            "{\"id\":\"7\",\"state\":\"running\",\"total\":41,\"ended\":0,\"failed\":0}")
        .answer("GET /operations/7", "{\"id\":\"7\",\"state\":\"running\",\"ended\":20}")
        .answer(
            "GET /operations/7",
            "{\"id\":\"7\",\"state\":\"done\",\"ended\":40,\"failed\":1,\"failures\":"
                + "[{\"meetingID\":\"math-101\",\"cause\":\"no answer in 8 s\"}],"
                + "\"finishedAt\":\"2026-11-25T20:16:00Z\"}");

    TestConsole.Result result = console.terminal().typing("y\n").run("end-all", "bbb2");

    assertThat(result.err())
        .startsWith("End 41 meetings with 873 people on bbb2? [y/N] ")
        .contains("math-101: no answer in 8 s");
    assertThat(result.out()).isEqualToIgnoringNewLines("bbb2: 40 ended, 1 failed");
    assertThat(result.code()).isEqualTo(1);
    assertThat(door.change().body()).isEqualTo("{}");
  }

  @Test
  void waitsForTheEndThroughADoorThatIsAwayForAMoment() {
    door.answer("POST /servers/bbb2/end-meetings", 202, "{\"id\":\"7\",\"state\":\"running\"}")
        .problem("GET /operations/7", 429, "too-many-failures", "")
        .answer("GET /operations/7", "{\"id\":\"7\",\"state\":\"done\",\"ended\":41}");
    assertThat(console.run("end-all", "bbb2", "--yes").code()).as("not allowed").isEqualTo(5);

    door.answer("POST /servers/bbb3/end-meetings", 202, "{\"id\":\"8\",\"state\":\"running\"}")
        .problem("GET /operations/8", 503, "stopping", "")
        .answer("GET /operations/8", "{\"id\":\"8\",\"state\":\"done\",\"ended\":41}");
    assertThat(console.run("end-all", "bbb3", "--yes").out())
        .isEqualToIgnoringNewLines("bbb3: 41 ended, 0 failed");
  }

  @Test
  void tellsThatARestartedTinyscaleEndsNoMore() {
    door.answer("POST /servers/bbb2/end-meetings", 202, "{\"id\":\"7\",\"state\":\"running\"}")
        .problem("GET /operations/7", 404, "operation-unknown", "");

    TestConsole.Result result = console.run("end-all", "bbb2", "--yes");

    assertThat(result.err())
        .isEqualToIgnoringNewLines(
            "bbb2: tinyscale was restarted before all meetings were ended. Run this again.");
    assertThat(result.code()).isEqualTo(4);
  }

  @Test
  void tellsThatAServerCouldNotBeAskedForTheMeetingsToEnd() {
    door.answer(
        "POST /servers/bbb2/end-meetings",
        202,
        "{\"id\":\"7\",\"state\":\"finished\",\"total\":0,\"ended\":0,\"failed\":0,"
            + "\"cause\":\"no answer in 8 s\",\"finishedAt\":\"2026-11-25T20:16:00Z\"}");

    TestConsole.Result result = console.run("end-all", "bbb2", "--yes");

    assertThat(result.out())
        .isEqualToIgnoringNewLines(
            "bbb2: 0 ended, 0 failed; it may hold more meetings: no answer in 8 s");
    assertThat(result.code()).isEqualTo(4);
  }

  @Test
  void aMeetingThatCouldNotBeEndedCountsMoreThanAListWithGaps() {
    door.answer(
        "POST /servers/bbb2/end-meetings",
        202,
        "{\"id\":\"7\",\"state\":\"finished\",\"total\":2,\"ended\":1,\"failed\":1,"
            + "\"cause\":\"its list is cut off\",\"finishedAt\":\"2026-11-25T20:16:00Z\"}");

    TestConsole.Result result = console.run("end-all", "bbb2", "--yes");

    assertThat(result.out()).contains("1 ended, 1 failed; it may hold more meetings");
    assertThat(result.code()).isEqualTo(1);
  }

  @Test
  void doesNothingWithoutAYes() {
    door.answer("GET /servers/bbb2", server("bbb2", "enabled", true));

    TestConsole.Result result = console.terminal().typing("\n").run("panic", "bbb2");

    assertThat(result.err()).contains("[y/N] Nothing was done.");
    assertThat(result.code()).isEqualTo(1);
    assertThat(door.calls()).allMatch(call -> call.method().equals("GET"));
  }

  @Test
  void asksNobodyWhereThereIsNoTerminal() {
    door.answer("GET /servers/bbb2", server("bbb2", "enabled", true));

    TestConsole.Result result = console.typing("y\n").run("end-all", "bbb2");

    assertThat(result.code()).isEqualTo(2);
    assertThat(result.err()).contains("add --yes if you mean it");
    assertThat(door.calls()).allMatch(call -> call.method().equals("GET"));
  }

  @Test
  void disablesAtOnceInAPanic() {
    door.answer(
        "PUT /servers/bbb2/state",
        server("bbb2", "disabled", false).replaceFirst("\\{", "{\"operation\":{\"id\":\"7\"},"));

    TestConsole.Result result = console.run("panic", "--yes", "bbb2");

    assertThat(result.out())
        .isEqualToIgnoringNewLines(
            "bbb2: disabled; its meetings are being ended in the background (operation 7).");
    assertThat(door.change().body())
        .isEqualTo("{\"state\":\"disabled\",\"force\":true,\"endMeetings\":true}");
  }
}
