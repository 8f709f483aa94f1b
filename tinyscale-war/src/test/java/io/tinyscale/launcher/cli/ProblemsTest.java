package io.tinyscale.launcher.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every problem of the admin API has an exit code and a message. */
class ProblemsTest {

  private final FakeDoor door = FakeDoor.open();
  private final TestConsole console = new TestConsole(door);

  @AfterEach
  void close() {
    door.close();
  }

  @ParameterizedTest
  @CsvSource({
    "401, token-missing, 5",
    "401, token-wrong, 5",
    "403, scope-too-small, 5",
    "403, host-not-allowed, 5",
    "403, origin-not-allowed, 5",
    "403, no-tokens-configured, 5",
    "404, not-found, 4",
    "404, server-unknown, 1",
    "404, meeting-absent, 1",
    "404, operation-unknown, 1",
    "405, method-not-allowed, 4",
    "409, server-has-meetings, 6",
    "409, last-server, 6",
    "409, last-enabled-server, 6",
    "409, address-taken, 6",
    "409, pool-read-only, 6",
    "409, pool-file-invalid, 6",
    "412, pool-changed, 6",
    "413, body-too-large, 2",
    "415, json-expected, 4",
    "422, invalid-body, 2",
    "422, invalid-server, 2",
    "422, server-check-failed, 3",
    "422, pool-file-invalid, 2",
    "429, too-many-failures, 5",
    "500, bug, 4",
    "502, server-refused, 3",
    "503, too-many-streams, 4",
    "503, meeting-unknown, 4",
    "503, stopping, 4",
    "504, not-yet-applied, 4"
  })
  void tellsTheProblemByItsExitCodeAndInWords(int status, String name, int code) {
    door.problem("GET /servers", status, name, "");

    TestConsole.Result result = console.run("servers", "--json");

    assertThat(result.code()).isEqualTo(code);
    assertThat(result.err()).isNotBlank().doesNotContain("urn:", "HTTP", TestConsole.TOKEN);
    assertThat(result.out()).isEmpty();
    assertThat(ProblemType.of("urn:tinyscale:problem:" + name)).isPresent();
  }

  @Test
  void noTypeHasTheUrnOfAnother() {
    assertThat(Arrays.stream(ProblemType.values()).map(ProblemType::urn)).doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @CsvSource({"401, 5", "403, 5", "418, 4", "409, 6", "412, 6", "422, 2", "500, 4", "502, 4"})
  void tellsAnUnknownProblemByItsStatus(int status, int code) {
    door.problem("GET /servers", status, "of-a-later-version", ",\"title\":\"Something else\"");

    TestConsole.Result result = console.run("servers");

    assertThat(result.code()).isEqualTo(code);
    assertThat(result.err())
        .isEqualToIgnoringNewLines(
            "The admin door answers with HTTP " + status + ": Something else");
  }

  @Test
  void saysWhatTheAnswerSays() {
    door.problem(
        "GET /servers",
        403,
        "scope-too-small",
        ",\"detail\":\"Not with this token.\",\"needs\":\"operate\"");
    door.problem("GET /status", 409, "pool-read-only", ",\"fix\":\"Mount the folder.\"");

    assertThat(console.run("servers").err())
        .isEqualToIgnoringNewLines(
            "Not with this token. This needs the scope operate. Use a token with more rights.");
    assertThat(console.run("status").err())
        .isEqualToIgnoringNewLines("The pool file cannot be written. Mount the folder.");
  }

  @Test
  void knowsAWrongTokenFromACallWithABody() {
    door.problem("PUT /servers/bbb1/state", 401, "token-wrong", "");

    TestConsole.Result result = console.run("cordon", "bbb1");

    assertThat(result.code()).isEqualTo(5);
    assertThat(result.err()).startsWith("The admin door does not know this token. A token comes");
    assertThat(door.calls()).hasSize(1);
  }

  @Test
  void saysWhereATokenComesFrom() {
    door.problem("GET /servers", 401, "token-missing", "");

    assertThat(console.without("TINYSCALE_TOKEN").run("servers").err())
        .isEqualToIgnoringNewLines(
            "The admin door wants a token. A token comes from --token-file, TINYSCALE_TOKEN,"
                + " TINYSCALE_TOKEN_FILE, or /etc/tinyscale/admin.token.");
  }
}
