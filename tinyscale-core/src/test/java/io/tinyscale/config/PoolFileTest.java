package io.tinyscale.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tinyscale.bbb.ChecksumAlgorithm;
import io.tinyscale.bbb.Secret;
import io.tinyscale.server.AdminState;
import io.tinyscale.server.Drain;
import io.tinyscale.server.Server;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PoolFileTest {

  private static final String FILE = "/etc/tinyscale/servers.json";

  @Test
  void readsHostAndSecretAlone() {
    PoolFile.Content pool =
        PoolFile.parse(
            """
            [
              {"host": "https://bbb1.example.org/bigbluebutton/api", "secret": "one"},
              {"host": "https://bbb2.example.org/bigbluebutton/api", "secret": "two"}
            ]
            """,
            FILE);

    assertThat(pool.servers())
        .containsExactly(
            Server.of(
                "bbb1.example.org",
                URI.create("https://bbb1.example.org/bigbluebutton/api"),
                Secret.of("one")),
            Server.of(
                "bbb2.example.org",
                URI.create("https://bbb2.example.org/bigbluebutton/api"),
                Secret.of("two")));
  }

  @Test
  void readsEveryField() {
    PoolFile.Content pool =
        PoolFile.parse(
            """
            [{"host": "http://10.0.0.7:8090", "secret": "s", "name": "bbb-7", "weight": 1000,
              "tags": ["gpu", "eu"], "state": "cordoned", "checksum": "sha512"},
             {"host": "https://bbb2.example.org", "secret": "s"}]
            """,
            FILE);

    assertThat(pool.servers().get(0))
        .isEqualTo(
            new Server(
                "bbb-7",
                URI.create("http://10.0.0.7:8090/bigbluebutton/api"),
                Secret.of("s"),
                ChecksumAlgorithm.SHA512,
                1000,
                Set.of("gpu", "eu"),
                AdminState.CORDONED));
  }

  @ParameterizedTest
  @CsvSource({
    "https://bbb.example.org, https://bbb.example.org/bigbluebutton/api",
    "https://bbb.example.org/, https://bbb.example.org/bigbluebutton/api",
    "https://bbb.example.org/bigbluebutton, https://bbb.example.org/bigbluebutton/api",
    "https://bbb.example.org/bigbluebutton/, https://bbb.example.org/bigbluebutton/api",
    "https://bbb.example.org/bigbluebutton/api, https://bbb.example.org/bigbluebutton/api",
    "https://bbb.example.org/bigbluebutton/api/, https://bbb.example.org/bigbluebutton/api",
    "HTTPS://BBB.Example.org:443, https://bbb.example.org/bigbluebutton/api",
    "http://bbb.example.org:80/, http://bbb.example.org/bigbluebutton/api",
    "http://127.0.0.1:8091, http://127.0.0.1:8091/bigbluebutton/api",
    "https://[2001:db8::7]:8443, https://[2001:db8::7]:8443/bigbluebutton/api",
    "https://bbb.example.org/School/a%20b, https://bbb.example.org/School/a%20b/bigbluebutton/api",
    "https://bbb.example.org/school/bigbluebutton, https://bbb.example.org/school/bigbluebutton/api",
    "https://bbb.example.org/c/7/bigbluebutton/api/, https://bbb.example.org/c/7/bigbluebutton/api",
    "https://bbb.example.org/api//, https://bbb.example.org/api/bigbluebutton/api",
    "https://bbb.example.org/mybigbluebutton, https://bbb.example.org/mybigbluebutton/bigbluebutton/api",
  })
  void findsTheApiBehindEverySpellingOfAHost(String host, String api) {
    Server server = PoolFile.parse(pool(host), FILE).servers().get(0);

    assertThat(server.api()).isEqualTo(URI.create(api));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "bbb.example.org | bbb.example.org | Write https://bbb.example.org.",
        "bbb.example.org/bigbluebutton/api | bbb.example.org/bigbluebutton/api | Write https://",
        "bbb:8090 | *** | Put https:// in front",
        "localhost:8090 | localhost:8090 | Write https://localhost:8090.",
        "ftp://bbb.example.org | *** | Put https:// in front",
        "https:bbb.example.org | *** | Put https:// in front",
        "https:// | https:// | Remove the characters",
        "https://bbb_1.example.org | https://bbb_1.example.org | Correct the host's name",
        "https://bbb.example.org:0 | https://bbb.example.org:0 | Correct the port",
        "https://bbb.example.org:65536 | https://bbb.example.org:65536 | Correct the port",
        "https://bbb.example.org: | https://bbb.example.org: | Correct the port",
        "https://user:hush@bbb.example.org | https://*** | Remove what stands before the @.",
        "https://bbb.example.org?secret=hush | https://*** | Remove it and what follows.",
        "https://bbb.example.org#hush | https://*** | Remove it and what follows.",
        "https://bbb .example.org | https://bbb .example.org | Remove the characters",
        "https://b.example.org/bigbluebutton/api/create | https://b.example.org/bigbluebutton/api/create |"
            + " Write https://b.example.org/bigbluebutton/api.",
        "https://b.example.org/c/7/bigbluebutton/api//join/ | https://b.example.org/c/7/bigbluebutton/api//join/ |"
            + " Write https://b.example.org/c/7/bigbluebutton/api.",
      })
  void refusesInvalidAddresses(String host, String shown, String fix) {
    ConfigException refused = refused(pool(host));

    assertThat(refused.problems()).hasSize(1);
    assertThat(refused).hasMessageStartingWith("servers[0].host: " + shown);
    assertThat(refused).hasMessageContaining(" in " + FILE).hasMessageContaining(fix);
    assertThat(refused.getMessage()).doesNotContain("hush");
  }

  @Test
  void doesNotShowASecretThatStandsInTheHostField() {
    ConfigException refused =
        refused("[{\"host\": \"hKq8sFk2pZ\", \"secret\": \"https://bbb.example.org\"}]");

    assertThat(refused).hasMessageStartingWith("servers[0].host: *** in ");
  }

  @Test
  void namesAServerByHostAndPortIfTheHostHasSeveral() {
    List<Server> servers =
        PoolFile.parse(
                """
                [{"host": "http://127.0.0.1:8091", "secret": "s"},
                 {"host": "http://127.0.0.1", "secret": "s"},
                 {"host": "https://bbb.example.org", "secret": "s"},
                 {"host": "https://[::1]", "secret": "s"}]
                """,
                FILE)
            .servers();

    assertThat(servers)
        .extracting(Server::name)
        .containsExactly("127.0.0.1-8091", "127.0.0.1-80", "bbb.example.org", "--1");
  }

  @Test
  void namesServersOfOneHostAndPortByTheirPath() {
    List<Server> servers =
        PoolFile.parse(
                """
                [{"host": "https://bbb.example.org/school/7/bigbluebutton/api", "secret": "s"},
                 {"host": "https://bbb.example.org/School/7", "secret": "s"},
                 {"host": "https://bbb.example.org", "secret": "s"},
                 {"host": "http://bbb.example.org/school", "secret": "s"}]
                """,
                FILE)
            .servers();

    assertThat(servers)
        .extracting(Server::name)
        .containsExactly(
            "bbb.example.org-443-school-7",
            "bbb.example.org-443-School-7",
            "bbb.example.org-443",
            "bbb.example.org-80");
  }

  @Test
  void saysTheLineOfEachProblem() {
    ConfigException refused =
        refused(
            """
            [
              {
                "host": "https://bbb.example.org",
                "secret": "s",
                "tags": [
                  "gpu",
                  7
                ],
                "wieght": 2
              },
              {
                "host": "https://bbb.example.org"
              },
              "https://bbb.example.org"
            ]
            """);

    assertThat(refused.problems())
        .extracting(problem -> problem.key() + " " + problem.place().substring(FILE.length()))
        .containsExactly(
            "servers[0].tags[1] , line 5",
            "servers[0].wieght , line 9",
            "servers[1].secret , line 11",
            "servers[2] , line 14",
            "servers[1].host , line 12");
  }

  @Test
  void avoidsTheNameThatAnotherServerWasGiven() {
    List<Server> servers =
        PoolFile.parse(
                """
                [{"host": "https://bbb1.example.org", "secret": "s"},
                 {"host": "https://bbb2.example.org", "secret": "s", "name": "bbb1.example.org"}]
                """,
                FILE)
            .servers();

    assertThat(servers)
        .extracting(Server::name)
        .containsExactly("bbb1.example.org-443", "bbb1.example.org");
  }

  @Test
  void refusesTheSameServerTwice() {
    ConfigException refused =
        refused(
            """
            [{"host": "https://bbb.example.org", "secret": "s", "name": "a"},
             {"host": "https://BBB.example.org:443/bigbluebutton/api/", "secret": "s", "name": "b"}]
            """);

    assertThat(refused)
        .hasMessage(
            "servers[1].host: the same server as servers[0] in "
                + FILE
                + ", line 2 (expected: every server once). Remove one of the two.");
  }

  @Test
  void refusesTheSameNameTwice() {
    ConfigException refused =
        refused(
            """
            [{"host": "https://bbb1.example.org", "secret": "s", "name": "a"},
             {"host": "https://bbb2.example.org", "secret": "s", "name": "a"}]
            """);

    assertThat(refused).hasMessageStartingWith("servers[1].name: a in " + FILE);
    assertThat(refused).hasMessageContaining("but servers[0] has the same");
  }

  @Test
  void saysWhereToFindAMissingSecret() {
    ConfigException refused = refused("[{\"host\": \"https://bbb3.example.org\"}]");

    assertThat(refused)
        .hasMessage(
            "servers[0].secret: missing in "
                + FILE
                + ", line 1. Copy it from `bbb-conf --secret` on bbb3.example.org.");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'\"secret\": \"s\"' | servers[0].host: missing",
        "'\"secret\": \"s\", \"host\": null' | servers[0].host: null",
        "'\"secret\": \"s\", \"host\": \" \"' | servers[0].host: empty",
        "'\"secret\": \"s\", \"host\": 7' | servers[0].host: a number",
        "'\"secret\": \"s\", \"host\": [\"x\"]' | servers[0].host: an array",
        "'\"host\": \"http://h\"' | servers[0].secret: missing",
        "'\"host\": \"http://h\", \"secret\": null' | servers[0].secret: missing",
        "'\"host\": \"http://h\", \"secret\": \"\"' | servers[0].secret: empty",
        "'\"host\": \"http://h\", \"secret\": \"  \"' | servers[0].secret: empty",
        "'\"host\": \"http://h\", \"secret\": 4711' | servers[0].secret: a number",
        "'\"host\": \"http://h\", \"secret\": \" 4711\"' | servers[0].secret: ***",
        "'\"host\": \"http://h\", \"secret\": \"47\\u200b11\"' | servers[0].secret: ***",
        "'\"host\": \"http://h\", \"secret\": \"4711\\n\"' | servers[0].secret: ***",
      })
  void refusesAMissingOrEmptyValueOrAWrongType(String fields, String problem) {
    ConfigException refused = refused("[{" + fields + "}]");

    assertThat(refused.problems()).hasSize(1);
    assertThat(refused).hasMessageStartingWith(problem + " in " + FILE);
    assertThat(refused.getMessage()).doesNotContain("4711");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'\"name\": \"\"' | name: empty",
        "'\"name\": \"b b\"' | name: b b",
        "'\"name\": \"b=b\"' | name: b=b",
        "'\"name\": null' | name: null",
        "'\"weight\": 0' | weight: 0",
        "'\"weight\": -1' | weight: -1",
        "'\"weight\": 1001' | weight: 1001",
        "'\"weight\": 1.5' | weight: 1.5",
        "'\"weight\": 1e2' | weight: 1e2",
        "'\"weight\": 99999999999999999999' | weight: 99999999999999999999",
        "'\"weight\": \"2\"' | weight: a text",
        "'\"weight\": true' | weight: true or false",
        "'\"tags\": \"gpu\"' | tags: a text",
        "'\"tags\": [\"gpu\", \" \"]' | tags[1]: empty",
        "'\"tags\": [7]' | tags[0]: a number",
        "'\"tags\": [\"gpu\", \"none\"]' | tags[1]: none",
        "'\"tags\": [\"*\"]' | tags[0]: *",
        "'\"tags\": [\"a;b\"]' | tags[0]: a;b",
        "'\"tags\": [\"a!\"]' | tags[0]: a!",
        "'\"tags\": [\" a\"]' | tags[0]:  a",
        "'\"tags\": [\"café\"]' | tags[0]: café",
        "'\"state\": \"off\"' | state: off",
        "'\"state\": \"ENABLED\"' | state: ENABLED",
        "'\"state\": 1' | state: a number",
        "'\"checksum\": \"md5\"' | checksum: md5",
        "'\"secret\": \"s\"' | secret: given twice",
      })
  void refusesABadOptionalField(String field, String problem) {
    ConfigException refused =
        refused("[{\"host\": \"https://bbb.example.org\", \"secret\": \"s\", " + field + "}]");

    assertThat(refused.problems()).hasSize(1);
    assertThat(refused).hasMessageStartingWith("servers[0]." + problem + " in " + FILE);
  }

  @Test
  void saysWhatATagMayBe() {
    ConfigException refused =
        refused("[{\"host\": \"https://b\", \"secret\": \"s\", \"tags\": [\"a\", \"none\"]}]");

    assertThat(refused)
        .hasMessage(
            "servers[0].tags[1]: none in "
                + FILE
                + ", line 1 (expected: letters, digits, dot, hyphen, underscore; not none, which"
                + " means no tag). Correct it, or remove it.");
  }

  @Test
  void takesEveryCharacterThatATagMayHave() {
    Server server =
        PoolFile.parse(
                "[{\"host\": \"https://b\", \"secret\": \"s\","
                    + " \"tags\": [\"A-z_0.9\", \"None\", \"none-2\", \"A-z_0.9\"]}]",
                FILE)
            .servers()
            .get(0);

    assertThat(server.tags()).containsExactlyInAnyOrder("A-z_0.9", "None", "none-2");
  }

  @Test
  void findsAllProblemsAtOnce() {
    ConfigException refused =
        refused(
            """
            [{"host": "bbb1.example.org", "secret": "", "weight": 0},
             "https://bbb2.example.org",
             {"host": "https://bbb3.example.org", "secret": "s", "state": "off", "tags": {}}]
            """);

    assertThat(refused.problems())
        .extracting(ConfigException.Problem::key)
        .containsExactly(
            "servers[0].host",
            "servers[0].secret",
            "servers[0].weight",
            "servers[1]",
            "servers[2].tags",
            "servers[2].state");
    assertThat(refused.getMessage().lines()).hasSize(6);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"host\": \"https://bbb.example.org\", \"secret\": \"s\"} | servers: an object",
        "\"hello\" | servers: a text",
        "null | servers: null",
        "[] | servers: empty array",
        "[null] | servers[0]: null",
        "[[]] | servers[0]: an array",
      })
  void refusesAFileThatIsNoArrayOfServers(String text, String problem) {
    assertThat(refused(text)).hasMessageStartingWith(problem + " in " + FILE);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'' | line 1, column 1",
        "'[{\"host\": \"https://h\" \"secret\": \"topsecret\"}]' | line 1, column 2",
        "'[{\"host\": \"https://h\",\n \"secret\": \"topsecret}]' | line 2, column ",
        "'[{\"host\": \"https://h\", \"secret\": topsecret}]' | line 1, column ",
        "'[{\"host\": \"https://h\", \"secret\": ''topsecret''}]' | line 1, column ",
        "'[{host: \"https://h\", \"secret\": \"topsecret\"}]' | line 1, column ",
        "'[{\"host\": \"https://h\", \"secret\": \"topsecret\"},]' | line 1, column ",
        "'[{\"host\": \"https://h\", \"secret\": \"topsecret\"}] []' | line 1, column ",
        "'[{\"host\": \"https://h\", \"secret\": \"topsecret\"}]\n// eof' | line 2, column ",
        "'[{\"host\": \"https://h\", \"secret\": \"topsecret\"}' | line 1, column ",
        "'[{\"tags\": [01]}]' | line 1, column ",
      })
  void saysWhereTheJsonIsBroken(String text, String position) {
    ConfigException refused = refused(text);

    assertThat(refused.getMessage())
        .contains("servers: broken JSON at " + position)
        .contains(FILE)
        .doesNotContain("topsecret");
  }

  @Test
  void refusesAPoolInWhichEverythingIsDisabled() {
    ConfigException refused =
        refused("[{\"host\": \"https://h.example\", \"secret\": \"s\", \"state\": \"disabled\"}]");

    assertThat(refused).hasMessageStartingWith("servers: all disabled in " + FILE);
  }

  @Test
  void refusesUnknownFieldsByName() {
    ConfigException refused =
        refused(
            """
            [{"host": "https://bbb.example.org", "secret": "s", "wieght": 3,
              "comment\\n": {"deep": [{"secret": "topsecret"}]}}]
            """);

    assertThat(refused)
        .hasMessage(
            "servers[0].wieght: unknown field in "
                + FILE
                + ", line 1. Did you mean weight?\n"
                + "servers[0].comment\\u000a: unknown field in "
                + FILE
                + ", line 2. Remove it, or put _ in front of its name to keep it as a note.");
  }

  @Test
  void ignoresNotes() {
    PoolFile.Content pool =
        PoolFile.parse(
            """
            [{"host": "https://bbb.example.org", "secret": "s", "_": [1], "_weight": {"x": 0}}]
            """,
            FILE);

    assertThat(pool.servers())
        .containsExactly(
            Server.of(
                "bbb.example.org",
                URI.create("https://bbb.example.org/bigbluebutton/api"),
                Secret.of("s")));
  }

  @Test
  void warnsOfShortSecrets() {
    PoolFile.Content pool =
        PoolFile.parse(
            """
            [{"host": "https://bbb1.example.org", "secret": "4711-89abcdef-16"},
             {"host": "https://bbb2.example.org", "secret": "4711-89abcdef-1"}]
            """,
            FILE);

    assertThat(pool.warnings())
        .extracting(PoolFile.Warning::text)
        .containsExactly(
            "servers[1].secret: shorter than 16 characters in "
                + FILE
                + ", line 2. Change the secret of the server with `bbb-conf --setsecret`.");
  }

  @Test
  void warnsOfAFileThatOthersMayRead(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("servers.json");
    Files.writeString(
        file, "[{\"host\": \"https://bbb.example.org\", \"secret\": \"4711-89abcdef-16\"}]");

    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
    assertThat(PoolFile.read(file).warnings())
        .extracting(PoolFile.Warning::text)
        .containsExactly(
            "servers: "
                + file
                + " is readable for every user of this machine. Run chmod o-r on it.");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
    assertThat(PoolFile.read(file).warnings()).isEmpty();
  }

  @Test
  void toleratesAByteOrderMark(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("servers.json");
    Files.writeString(file, "\uFEFF" + pool("https://bbb.example.org"));

    assertThat(PoolFile.read(file).servers()).hasSize(1);
  }

  @Test
  void refusesAFileThatIsNotThere(@TempDir Path folder) {
    Path file = folder.resolve("servers.json");

    ConfigException refused =
        catchThrowableOfType(ConfigException.class, () -> PoolFile.read(file));

    assertThat(refused).hasMessageStartingWith("servers: " + file);
    assertThat(refused).hasMessageContaining("no such file");
  }

  @Test
  void refusesAFolder(@TempDir Path folder) {
    ConfigException refused =
        catchThrowableOfType(ConfigException.class, () -> PoolFile.read(folder));

    assertThat(refused).hasMessageContaining("a directory");
  }

  @Test
  void refusesAFileThatIsNotInUtf8(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("servers.json");
    Files.write(file, "[{\"name\": \"Zürich\"}]".getBytes(StandardCharsets.ISO_8859_1));

    ConfigException refused =
        catchThrowableOfType(ConfigException.class, () -> PoolFile.read(file));

    assertThat(refused).hasMessageContaining("not in UTF-8");
  }

  @Test
  void refusesAHugeFileWithoutReadingItAll(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("servers.json");
    Files.writeString(file, " ".repeat((1 << 20) + 1));

    ConfigException refused =
        catchThrowableOfType(ConfigException.class, () -> PoolFile.read(file));

    assertThat(refused).hasMessageContaining("larger than 1MiB");
  }

  @ParameterizedTest
  @ValueSource(strings = {"[", "{"})
  void survivesDeepNesting(String bracket) {
    String open = bracket.equals("[") ? "[" : "{\"a\":";

    ConfigException refused = refused("[{\"x\":" + open.repeat(50_000));

    assertThat(refused).hasMessageContaining("broken JSON");
  }

  private static String pool(String host) {
    return "[{\"host\": \"" + host + "\", \"secret\": \"s\"}]";
  }

  private static ConfigException refused(String text) {
    ConfigException refused =
        catchThrowableOfType(ConfigException.class, () -> PoolFile.parse(text, FILE));
    assertThat(refused).as("refused: " + text).isNotNull();
    return refused;
  }

  private static List<Server> withDrain(String state, String drain) {
    return PoolFile.parse(
            """
            [{"host": "https://bbb1.example.org", "secret": "s", "state": "%s", "drain": %s},
             {"host": "https://bbb2.example.org", "secret": "s"}]
            """
                .formatted(state, drain),
            FILE)
        .servers();
  }

  @Test
  void readsADrain() {
    assertThat(
            withDrain(
                    "cordoned",
                    """
                    {"deadline": "2026-11-25T23:00:00+01:00", "end": true, "then": "removed",
                     "message": "Bye.", "_note": "asked by anna"}
                    """)
                .get(0)
                .drain())
        .isEqualTo(
            new Drain(Instant.parse("2026-11-25T22:00:00Z"), true, Drain.Then.REMOVED, "Bye."));
    assertThat(withDrain("cordoned", "{}").get(0).drain())
        .isEqualTo(new Drain(null, false, Drain.Then.CORDONED, ""));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "enabled | {} | servers[0].drain: on a server that is enabled",
        "disabled | {} | servers[0].drain: on a server that is disabled",
        "cordoned | 7 | servers[0].drain: a number",
        "cordoned | null | servers[0].drain: null",
        "cordoned | {\"deadline\": \"22:00\"} | servers[0].drain.deadline: 22:00",
        "cordoned | {\"deadline\": \"2026-11-25T22:00:00\"} | servers[0].drain.deadline: 2026",
        "cordoned | {\"end\": true} | servers[0].drain.end: without a deadline",
        "cordoned | {\"end\": \"true\"} | servers[0].drain.end: a text",
        "cordoned | {\"deadline\": 5, \"end\": true} | servers[0].drain.deadline: a number",
        "cordoned | {\"then\": \"enabled\"} | servers[0].drain.then: enabled",
        "cordoned | {\"than\": \"removed\"} | servers[0].drain.than: unknown field"
      })
  void refusesAWrongDrain(String state, String drain, String problem) {
    ConfigException refused =
        catchThrowableOfType(ConfigException.class, () -> withDrain(state, drain));

    assertThat(refused.problems()).singleElement().asString().startsWith(problem);
  }

  @Test
  void refusesAMessageThatNoServerTakes() {
    ConfigException refused =
        catchThrowableOfType(
            ConfigException.class,
            () -> withDrain("cordoned", "{\"message\": \"" + "x".repeat(501) + "\"}"));

    assertThat(refused).hasMessageContaining("servers[0].drain.message: 501 characters");
  }
}
