package io.tinyscale.launcher.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** {@code meetings}, {@code find} and {@code end}. */
class MeetingsTest {

  private static final String MATH =
      """
      {"meetingID":"math-101","internalMeetingID":"a94a-1795636800000","server":"bbb2",
      "certainty":"certain","users":37,"createdAt":"2026-11-25T20:00:00Z","copies":[]}""";

  private final FakeDoor door = FakeDoor.open();
  private final TestConsole console = new TestConsole(door);

  @AfterEach
  void close() {
    door.close();
  }

  @Test
  void saysWhereAMeetingIs() {
    door.answer("GET /meetings/find?id=math-101", MATH)
        .answer("GET /servers/bbb2", "{\"api\":\"https://bbb2.example.org/bigbluebutton/api\"}");

    TestConsole.Result result = console.run("find", "math-101");

    assertThat(result.out())
        .isEqualToIgnoringNewLines(
            "math-101 is on bbb2 (https://bbb2.example.org), 37 people, since 20:00");
    assertThat(result.code()).isZero();
  }

  @Test
  void namesTheCopiesAndDoubtsOfAMeeting() {
    door.answer(
        "GET /meetings/find?id=a%2Fb%3B%25+c",
        MATH.replace("\"certain\"", "\"remembered\"")
            .replace("[]", "[{\"server\":\"bbb1\",\"standing\":\"rival\"}]"));

    TestConsole.Result result = console.run("find", "a/b;% c");

    assertThat(result.out())
        .isEqualToIgnoringNewLines(
            "math-101 is on bbb2, 37 people, since 20:00 (remembered); copy on bbb1 (rival)");
  }

  @Test
  void takesAnyTextForAnId() {
    for (String id : new String[] {"@math", "-math", "${HOME}", "a=b", "\"math\""}) {
      console.run("find", "--", id);
    }

    assertThat(door.calls())
        .map(FakeDoor.Call::path)
        .containsExactly(
            "/meetings/find?id=%40math",
            "/meetings/find?id=-math",
            "/meetings/find?id=%24%7BHOME%7D",
            "/meetings/find?id=a%3Db",
            "/meetings/find?id=%22math%22");
  }

  @Test
  void saysThatAMeetingIsNowhere() {
    door.problem("GET /meetings/find?id=x", 404, "meeting-absent", "");

    TestConsole.Result result = console.run("find", "x");

    assertThat(result.code()).isEqualTo(1);
    assertThat(result.err()).isEqualToIgnoringNewLines("x is on no server.");
    assertThat(result.out()).isEmpty();
  }

  @Test
  void saysWhichServerMayHaveAMeeting() {
    door.problem("GET /meetings/find?id=x", 503, "meeting-unknown", ",\"silent\":[\"bbb3\"]");

    TestConsole.Result result = console.run("find", "x");

    assertThat(result.code()).isEqualTo(4);
    assertThat(result.err()).isEqualToIgnoringNewLines("x is not known: bbb3 does not answer.");
  }

  @Test
  void listsAllPagesOfMeetings() {
    String second =
        MATH.replace("math-101", "a room with a very long name of its own " + "x".repeat(60));
    door.answer("GET /meetings?limit=1000", "{\"meetings\":[" + MATH + "],\"next\":\"math 101\"}")
        .answer("GET /meetings?limit=1000&after=math+101", "{\"meetings\":[" + second + "]}");

    TestConsole.Result result = console.run("meetings");

    assertThat(result.out().lines())
        .allMatch(line -> line.length() <= 80)
        .satisfiesExactly(
            head -> assertThat(head).startsWith("MEETING").contains("SERVER  USERS  SINCE"),
            first -> assertThat(first).startsWith("math-101 ").endsWith("bbb2       37  20:00"),
            cut -> assertThat(cut).startsWith("a room with ").contains("x…  bbb2       37  20:00"));
  }

  @Test
  void asksForTheMeetingsOfAServer() {
    door.answer("GET /meetings?limit=1000&server=bbb2", "{\"meetings\":[]}");

    TestConsole.Result result = console.run("meetings", "--server", "bbb2");

    assertThat(result.out()).isEmpty();
    assertThat(result.err()).isEqualToIgnoringNewLines("No meetings.");
    assertThat(result.code()).isZero();
  }

  @Test
  void asksADoorThatRepeatsAPageOnlyOnceMore() {
    door.answer("GET /meetings?limit=1000", "{\"meetings\":[" + MATH + "],\"next\":\"m\"}")
        .answer("GET /meetings?limit=1000&after=m", "{\"meetings\":[" + MATH + "],\"next\":\"m\"}");

    assertThat(console.run("meetings", "--json").code()).isZero();
    assertThat(door.calls()).hasSize(2);
  }

  @Test
  void endsAMeeting() {
    door.answer("POST /meetings/end", "{}");

    TestConsole.Result all = console.run("end", "math-101");
    TestConsole.Result one = console.run("end", "math-101", "--server", "bbb1");

    assertThat(all.out()).isEqualToIgnoringNewLines("math-101: ended.");
    assertThat(one.out()).isEqualToIgnoringNewLines("math-101 on bbb1: ended.");
    assertThat(door.calls())
        .map(FakeDoor.Call::body)
        .containsExactly(
            "{\"meetingID\":\"math-101\"}", "{\"meetingID\":\"math-101\",\"server\":\"bbb1\"}");
    assertThat(door.change().header("Content-type")).contains("application/json");
  }

  @Test
  void tellsThatAServerRefusesToEndAMeeting() {
    door.problem("POST /meetings/end", 502, "server-refused", ",\"detail\":\"bbb1 says no.\"");

    TestConsole.Result result = console.run("end", "math-101");

    assertThat(result.code()).isEqualTo(3);
    assertThat(result.err()).isEqualToIgnoringNewLines("bbb1 says no.");
  }
}
