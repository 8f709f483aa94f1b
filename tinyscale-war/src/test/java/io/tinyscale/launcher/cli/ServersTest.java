package io.tinyscale.launcher.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** {@code servers} and {@code server}. */
class ServersTest {

  private static final String POOL =
      """
      {"servers":[
      {"name":"bbb1","state":"enabled","verdict":"up","available":true,"weight":1,
       "load":{"meetings":44,"users":902,"largest":120,"video":96,"asOf":"2026-11-25T20:15:00Z"}},
      {"name":"bbb2","state":"cordoned","verdict":"up","available":false,"weight":2,
       "api":"https://bbb2.example.org/bigbluebutton/api","bbbVersion":"3.0.4","tags":["gpu","eu"],
       "checksum":"sha256","reasons":["cordoned"],"calls":{"inFlight":3,"max":2000,
       "failedLast5m":0,"p50Millis":11,"p95Millis":48},
       "load":{"meetings":3,"users":41,"largest":30,"video":4,"asOf":"2026-11-25T20:14:57Z"},
       "drain":{"deadline":"2026-11-25T22:00:00Z","end":true,"then":"cordoned"}},
      {"name":"bbb3","state":"enabled","verdict":"down","available":false,"weight":1,
       "since":"2026-11-25T20:14:21Z","cause":"no answer in 5 s","reasons":["down"],
       "load":{"meetings":12,"users":240,"largest":88,"video":7,"asOf":"2026-11-25T20:14:11Z"}},
      {"name":"bbb4","state":"enabled","verdict":"up","available":true,"weight":1,
       "cause":"HTTP 500","ejectedUntil":"2026-11-25T20:15:10Z","calls":{"failedLast5m":3},
       "load":{"meetings":31,"users":655,"largest":212,"video":70,"asOf":"2026-11-25T20:15:01Z"}}
      ]}
      """;

  private final FakeDoor door = FakeDoor.open().answer("GET /servers", POOL);
  private final TestConsole console = new TestConsole(door);

  @AfterEach
  void close() {
    door.close();
  }

  @Test
  void listsTheServersWithTheirNotesBeside() {
    TestConsole.Result result = console.with("COLUMNS", "120").run("servers");

    assertThat(result.out().lines())
        .containsExactly(
            "NAME   STATE     VERDICT   MEETINGS  USERS  LARGEST  VIDEO  LOAD/W  SEEN  NOTE",
            "bbb1   enabled   up              44    902      120     96     902    2s",
            "bbb2   cordoned  up               3     41       30      4      20    5s  draining"
                + " until 22:00, then end",
            "bbb3   enabled   DOWN 41s        12    240       88      -       -   51s  no answer"
                + " in 5 s",
            "bbb4   enabled   ejected         31    655      212     70     655    1s  3 calls"
                + " failed (HTTP 500), back in 8 s",
            "TOTAL  4         2 available     90   1838");
    assertThat(result.err()).isEmpty();
    assertThat(result.code()).isZero();
  }

  @Test
  void fitsEightyColumnsByPuttingNotesBelow() {
    TestConsole.Result result = console.run("servers");

    assertThat(result.out().lines()).allMatch(line -> line.length() <= 80);
    assertThat(result.out().lines())
        .containsSubsequence(
            "bbb3   enabled   DOWN 41s        12    240       88      -       -   51s",
            "       no answer in 5 s",
            "bbb4   enabled   ejected         31    655      212     70     655    1s");
  }

  @Test
  void leavesColumnsOutForLongNamesAndCutsNoneOfThem() {
    String name = "bbb-of-the-university.example.org";
    door.close();
    try (FakeDoor other =
        FakeDoor.open().answer("GET /servers", POOL.replace("\"bbb1\"", '"' + name + '"'))) {
      TestConsole.Result result = new TestConsole(other).run("servers");

      assertThat(result.out().lines()).allMatch(line -> line.length() <= 80);
      assertThat(result.out())
          .contains(name + "  enabled   up              44    902")
          .doesNotContain("LOAD/W");
    }
  }

  @Test
  void showsEverythingIfItMayBeWide() {
    TestConsole.Result result = console.run("servers", "--wide");

    assertThat(result.out())
        .contains("WEIGHT", "P95", "BBB", "TAGS", "ADDRESS", "NOTE")
        .containsPattern(
            "bbb2 .* 2  48ms  3\\.0\\.4  gpu,eu  https://bbb2\\.example\\.org  draining until");
  }

  @Test
  void showsAServerThatWasNotAskedYet() {
    String fresh =
        "{\"name\":\"bbb5\",\"state\":\"enabled\",\"verdict\":\"unknown\",\"available\":false,"
            + "\"cause\":null,\"reasons\":[],\"load\":null,\"calls\":{\"inFlight\":0,\"max\":2000,"
            + "\"failedLast5m\":0,\"p50Millis\":null,\"p95Millis\":null},\"drain\":null}";
    try (FakeDoor other =
        FakeDoor.open()
            .answer("GET /servers", "{\"servers\":[" + fresh + "]}")
            .answer("GET /servers/bbb5", fresh)) {
      TestConsole asked = new TestConsole(other);

      assertThat(asked.run("servers").out().lines())
          .contains("bbb5   enabled  unknown         -      -        -      -       -     -");
      assertThat(asked.run("server", "bbb5").out())
          .contains("verdict        unknown")
          .doesNotContain("answers");
    }
  }

  @Test
  void printsTheJsonUnchanged() {
    TestConsole.Result result = console.run("servers", "--json");

    assertThat(result.out()).isEqualTo(POOL);
    assertThat(result.err()).isEmpty();
  }

  @Test
  void coloursABadServerOnATerminalOnly() {
    assertThat(console.run("servers").out()).doesNotContain("\u001B");
    assertThat(console.terminal().run("servers").out()).contains("\u001B[31mbbb3 ");
    assertThat(console.with("NO_COLOR", "1").run("servers").out()).doesNotContain("\u001B");
  }

  @Test
  void showsOneServer() {
    String server =
        POOL.substring(POOL.indexOf("{\"name\":\"bbb2\""), POOL.indexOf(",\n{\"name\":\"bbb3\""));
    door.answer("GET /servers/bbb2", server);

    TestConsole.Result result = console.run("server", "bbb2");

    assertThat(result.out().lines())
        .containsExactly(
            "name           bbb2",
            "address        https://bbb2.example.org",
            "state          cordoned",
            "verdict        up",
            "note           draining until 22:00, then end",
            "new meetings   no",
            "weight         2",
            "tags           gpu, eu",
            "checksum       sha256",
            "BigBlueButton  3.0.4",
            "meetings       3 meetings, 41 people",
            "largest        30",
            "video          4",
            "seen           5s",
            "calls          3 in flight, at most 2000",
            "failed         0 in the last 5 minutes",
            "answers        half in 11 ms, 95 % in 48 ms");
  }

  @Test
  void saysThatAServerIsUnknown() {
    door.problem("GET /servers/bbb%209%2F", 404, "server-unknown", "");

    TestConsole.Result result = console.run("server", "bbb 9/");

    assertThat(result.code()).isEqualTo(1);
    assertThat(result.out()).isEmpty();
    assertThat(result.err())
        .isEqualToIgnoringNewLines(
            "The pool has no such server. `tinyscale servers` lists the names.");
  }

  @Test
  void takesControlCharactersOutOfNames() {
    door.close();
    try (FakeDoor hostile =
        FakeDoor.open()
            .answer(
                "GET /servers",
                POOL.replace("no answer in 5 s", "\\u001b[2Jgone\\u202e \\u009b"))) {
      TestConsole.Result result = new TestConsole(hostile).run("servers");

      assertThat(result.out())
          .contains("\uFFFD[2Jgone\uFFFD \uFFFD")
          .doesNotContain("\u001B", "\u202E", "\u009B");
    }
  }
}
