package io.tinyscale.launcher.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code add}, {@code set}, {@code remove}, {@code reload} and {@code probe}. */
class ServerEditsTest {

  private static final String SECRET = "s3cretOfAServer-4711";

  @TempDir private Path folder;

  private final FakeDoor door = FakeDoor.open();
  private final TestConsole console = new TestConsole(door);

  private TestConsole.Result add(String... more) throws IOException {
    Path secret = Files.writeString(folder.resolve("secret"), SECRET + "\n");
    String[] arguments = {
      "add", "bbb5", "--host", "https://bbb5.example.org", "--secret-file", secret.toString()
    };
    return console.run(
        Stream.concat(Arrays.stream(arguments), Arrays.stream(more)).toArray(String[]::new));
  }

  @AfterEach
  void close() {
    door.close();
  }

  @Test
  void addsAServerWithASecretOutOfTheStandardInput() {
    door.answer(
            "PUT /servers/bbb5",
            201,
            "{\"name\":\"bbb5\",\"available\":true,\"bbbVersion\":\"3.0.4\","
                + "\"load\":{\"meetings\":0}}")
        .answer("GET /status", "{\"pool\":{\"file\":\"/var/lib/tinyscale/servers.json\"}}");

    TestConsole.Result result =
        console
            .typing(SECRET + "\n")
            .run("add", "bbb5", "--host", "https://bbb5.example.org", "--secret-file", "-");

    assertThat(result.out())
        .isEqualToIgnoringNewLines(
            "bbb5 answers (BigBlueButton 3.0.4, 0 meetings). Written to"
                + " /var/lib/tinyscale/servers.json; it gets new meetings now.");
    assertThat(result.code()).isZero();
    assertThat(door.change().body())
        .isEqualTo("{\"host\":\"https://bbb5.example.org\",\"secret\":\"" + SECRET + "\"}");
    assertThat(door.change().header("If-none-match")).contains("*");
  }

  @Test
  void addsAServerUnasked() throws IOException {
    door.answer("PUT /servers/bbb5?check=false", 201, "{\"available\":false}");

    TestConsole.Result result = add("--weight", "2", "--tag", "gpu", "--tag", "eu", "--no-check");

    assertThat(result.out())
        .isEqualToIgnoringNewLines("Written to the pool file; bbb5 gets no new meetings yet.");
    assertThat(door.change().body()).endsWith("\"weight\":2,\"tags\":[\"gpu\",\"eu\"]}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "unreachable; bbb5 does not answer.",
        "secret-refused; bbb5 refuses the secret: compare it with `bbb-conf --secret` there.",
        "not-bbb; bbb5 answers, but not as BigBlueButton does: compare the address."
      })
  void saysWhyTheCheckOfANewServerFailed(String cause, String text) throws IOException {
    door.problem("PUT /servers/bbb5", 422, "server-check-failed", ",\"cause\":\"" + cause + "\"");

    TestConsole.Result result = add();

    assertThat(result.code()).isEqualTo(3);
    assertThat(result.err())
        .isEqualToIgnoringNewLines(text + " Nothing was written; --no-check adds it all the same.");
  }

  @Test
  void makesThePoolFileForTheFirstServer() throws IOException {
    Path pool = folder.resolve("servers.json");

    TestConsole.Result first = add("--no-check", "--tag", "gpu", "--file", pool.toString());

    assertThat(first.code()).as(first.err()).isZero();
    assertThat(first.out())
        .isEqualToIgnoringNewLines(
            "Written to " + pool + "; a tinyscale that uses this file takes it in within seconds.");
    assertThat(Files.readString(pool))
        .isEqualTo(
            "[\n  {\"name\": \"bbb5\", \"host\": \"https://bbb5.example.org\", \"secret\": \""
                + SECRET
                + "\", \"tags\": [\"gpu\"]}\n]\n");
    assertThat(Files.getPosixFilePermissions(pool))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    assertThat(door.calls()).isEmpty();
  }

  @Test
  void addsToAPoolFileAndKeepsItsOtherBytes() throws IOException {
    String before =
        "[{\"name\":\"a\" , \"host\":\"https://a.example.org\",\"secret\":\"0123456789abcdef\"}]";
    Path pool = Files.writeString(folder.resolve("servers.json"), before);

    assertThat(add("--no-check", "--file", pool.toString()).code()).isZero();
    assertThat(Files.readString(pool))
        .startsWith(before.substring(0, before.length() - 1) + ",{")
        .contains("\"bbb5\"");
    TestConsole.Result again = add("--no-check", "--file", pool.toString());
    assertThat(again.code()).isEqualTo(6);
    assertThat(again.err()).contains("bbb5").doesNotContain(SECRET);
  }

  @Test
  void writesNothingIntoAPoolFileIfTheServerDoesNotAnswer() throws IOException {
    Path pool = folder.resolve("servers.json");
    String secret = Files.writeString(folder.resolve("secret"), SECRET).toString();

    TestConsole.Result result =
        console.run(
            "add",
            "bbb5",
            "--host",
            "http://127.0.0.1:1/bigbluebutton",
            "--secret-file",
            secret,
            "--file",
            pool.toString());

    assertThat(result.code()).isEqualTo(3);
    assertThat(result.err())
        .startsWith("bbb5 does not answer. (")
        .endsWith("Nothing was written; --no-check adds it all the same." + System.lineSeparator())
        .doesNotContain(SECRET);
    assertThat(pool).doesNotExist();
  }

  @Test
  void saysWhyAPoolFileCannotBeMade() throws IOException {
    TestConsole.Result nowhere = add("--no-check", "--file", folder + "/none/servers.json");
    assertThat(nowhere.code()).isEqualTo(6);
    assertThat(nowhere.err()).contains("/none/servers.json", "Make the folder");

    TestConsole.Result wrong =
        console.run(
            "add",
            "bb b",
            "--host",
            "https://b.example.org",
            "--secret-file",
            folder + "/secret",
            "--no-check",
            "--file",
            folder + "/new.json");
    assertThat(wrong.code()).isEqualTo(2);
    assertThat(wrong.err()).contains("name");
    assertThat(folder.resolve("new.json")).doesNotExist();
  }

  @Test
  void doesNotAddAServerTwice() throws IOException {
    door.problem("PUT /servers/bbb5", 412, "pool-changed", "");

    TestConsole.Result result = add();

    assertThat(result.code()).isEqualTo(6);
    assertThat(result.err())
        .isEqualToIgnoringNewLines("bbb5 is in the pool already: `tinyscale set` changes it.");
  }

  @Test
  void showsNoSecretEvenIfTheDoorRepeatsIt() throws IOException {
    door.problem(
        "PUT /servers/bbb5",
        422,
        "invalid-server",
        ",\"detail\":\"What is " + SECRET + " and " + TestConsole.TOKEN + "?\"");

    TestConsole.Result result = add();

    assertThat(result.err()).contains("What is *** and ***?");
    assertThat(result.code()).isEqualTo(2);
  }

  @Test
  void takesNoSecretThatIsMissing() throws IOException {
    assertThat(console.typing("\n").run("add", "x", "--host", "h", "--secret-file", "-").err())
        .startsWith("--secret-file: holds no secret.");
    assertThat(console.run("add", "x", "--host", "h", "--secret-file", folder + "/none").err())
        .startsWith("Cannot read " + folder + "/none: there is no such file.");
    assertThat(door.calls()).isEmpty();
  }

  @Test
  void setsFieldsAndBringsDefaultsBack() {
    door.answer("POST /servers/bbb2", "{}");

    TestConsole.Result result = console.run("set", "bbb2", "weight=2", "tags=a, b", "checksum=");

    assertThat(result.out()).isEqualToIgnoringNewLines("bbb2: weight, tags, checksum changed.");
    assertThat(door.change().body())
        .isEqualTo("{\"weight\":2,\"tags\":[\"a\",\"b\"],\"checksum\":null}");
    assertThat(door.change().header("Content-type")).contains("application/merge-patch+json");
  }

  @Test
  void movesAServerWithMeetingsOnlyByForce() {
    door.answer("POST /servers/bbb2", "{}");

    TestConsole.Result result =
        console.run("set", "bbb2", "host=https://new.example.org", "--force");

    assertThat(result.out()).isEqualToIgnoringNewLines("bbb2: host changed.");
    assertThat(door.change().body())
        .isEqualTo("{\"host\":\"https://new.example.org\",\"force\":true}");
  }

  @Test
  void setsASecretOutOfAFile() {
    door.answer("POST /servers/bbb2", "{}");

    TestConsole.Result result = console.typing(SECRET).run("set", "bbb2", "--secret-file", "-");

    assertThat(result.out()).isEqualToIgnoringNewLines("bbb2: secret changed.");
    assertThat(door.change().body()).isEqualTo("{\"secret\":\"" + SECRET + "\"}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "wieght=2; wieght: no field that can be set. Did you mean weight?",
        "weight=much; weight: not a whole number.",
        "weight; weight: write it with its value, such as weight=2.",
        "state=disabled; state: `tinyscale cordon`,",
        "secret=" + SECRET + "; secret: comes from --secret-file;",
        "secrte=" + SECRET + "; secrte: no field that can be set."
      })
  void refusesOtherFields(String change, String message) {
    TestConsole.Result result = console.run("set", "bbb2", change);

    assertThat(result.code()).isEqualTo(2);
    assertThat(result.err()).startsWith(message).doesNotContain(SECRET);
    assertThat(door.calls()).isEmpty();
  }

  @Test
  void wantsSomethingToSet() {
    assertThat(console.run("set", "bbb2").code()).isEqualTo(2);
  }

  @Test
  void removesAnEmptyServer() {
    door.answer("DELETE /servers/bbb5", 204, "");

    assertThat(console.run("remove", "bbb5").out()).isEqualToIgnoringNewLines("bbb5: removed.");
  }

  @Test
  void waitsUntilARemovedServerIsEmptyEvenIfTinyscaleRestarts() {
    door.answer("DELETE /servers/bbb5", 202, "{\"status\":\"leaving\",\"meetings\":3}")
        .answer("GET /servers/bbb5", "{\"name\":\"bbb5\",\"leaving\":true}")
        .problem("GET /servers/bbb5", 503, "stopping", "")
        .problem("GET /servers/bbb5", 404, "server-unknown", "");

    TestConsole.Result result = console.run("remove", "bbb5", "--wait");

    assertThat(result.out().lines())
        .containsExactly(
            "bbb5: removed from the pool file; it keeps its 3 meetings until the last has ended.",
            "bbb5: removed.");
    assertThat(result.code()).isZero();
  }

  @Test
  void readsThePoolFileAgain() {
    door.answer(
            "POST /pool/reload", "{\"added\":[\"bbb5\"],\"changed\":[],\"removed\":[\"a\",\"b\"]}")
        .answer("POST /pool/reload", "{}");

    assertThat(console.run("reload").out())
        .isEqualToIgnoringNewLines("The pool file was read: added bbb5; removed a, b.");
    assertThat(console.run("reload").out())
        .isEqualToIgnoringNewLines("The pool file was read: nothing has changed.");
  }

  @Test
  void listsTheMistakesOfThePoolFile() {
    door.problem(
        "POST /pool/reload",
        422,
        "pool-file-invalid",
        ",\"errors\":[\"servers[0].host: missing.\",\"servers[1].weight: much.\"]");

    TestConsole.Result result = console.run("reload");

    assertThat(result.code()).isEqualTo(2);
    assertThat(result.err().lines())
        .containsExactly(
            "The pool file has mistakes. Correct them first.",
            "servers[0].host: missing.",
            "servers[1].weight: much.");
  }

  @Test
  void probesAServer() {
    door.answer(
            "POST /servers/bbb2/probe", "{\"result\":\"complete\",\"millis\":12,\"meetings\":41}")
        .answer("POST /servers/bbb2/probe", "{\"result\":\"silent\",\"millis\":5000}");

    TestConsole.Result good = console.run("probe", "bbb2");
    TestConsole.Result bad = console.run("probe", "bbb2");

    assertThat(good.out()).isEqualToIgnoringNewLines("bbb2: complete after 12 ms, 41 meetings");
    assertThat(good.code()).isZero();
    assertThat(bad.out()).isEqualToIgnoringNewLines("bbb2: silent after 5000 ms");
    assertThat(bad.code()).isEqualTo(3);
  }
}
