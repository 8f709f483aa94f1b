package io.tinyscale.launcher.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.config.PoolFile;
import io.tinyscale.server.AdminState;
import io.tinyscale.server.Server;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code convert scalelite}. */
class ConvertTest {

  private static final String SECRET = "8cd8ef52e8e101574e400365b55e11a6";
  private static final String OTHER = "0b21fcaf34673a8c3ec8ed877d76ae34";

  /** An answer to getServers, in the form of Scalelite's server_to_json. */
  private static final String ANSWER =
      """
      [{"id":"9f3c","url":"https://bbb1.example.org/bigbluebutton/api","secret":"%1$s","tag":"",\
      "bbb_version":"3.0.4","state":"enabled","load":21.0,"load_multiplier":"1.0",\
      "online":"online"},
      {"id":"77aa","url":"https://bbb2.example.org/bigbluebutton/api/","secret":"%2$s",\
      "tag":"gpu","bbb_version":"","state":"cordoned","load":"unavailable",\
      "load_multiplier":"2.0","online":"offline"},
      {"id":"1b2d","url":"https://bbb3.example.org/bigbluebutton/api","secret":"%2$s","tag":"",\
      "bbb_version":"","state":"disabled","load":"unavailable","load_multiplier":1.0,\
      "online":"online"}]"""
          .formatted(SECRET, OTHER);

  /** The same servers as {@code rake servers} prints them. */
  private static final String LINES =
      """
      id: 9f3c
      \turl: https://bbb1.example.org/bigbluebutton/api
      \tsecret: %1$s
      \tenabled
      \tload: 21.0
      \tload multiplier: 1.0
      \tbbb version: 3.0.4
      \ttag:\s
      \tonline
      id: 77aa
      \turl: https://bbb2.example.org/bigbluebutton/api/
      \tsecret: %2$s
      \tcordoned
      \tload: unavailable
      \tload multiplier: 2.0
      \tbbb version:\s
      \ttag: gpu
      \toffline
      id: 1b2d
      \turl: https://bbb3.example.org/bigbluebutton/api
      \tsecret: %2$s
      \tdisabled
      \tload: unavailable
      \tload multiplier: 1.0
      \tonline
      """
          .formatted(SECRET, OTHER);

  private static final String POOL =
      """
      [
        {"name": "bbb1.example.org", "host": "https://bbb1.example.org/bigbluebutton/api", \
      "secret": "%1$s", "weight": 2},
        {"name": "bbb2.example.org", "host": "https://bbb2.example.org/bigbluebutton/api/", \
      "secret": "%2$s", "tags": ["gpu"], "state": "cordoned"},
        {"name": "bbb3.example.org", "host": "https://bbb3.example.org/bigbluebutton/api", \
      "secret": "%2$s", "weight": 2, "state": "disabled"}
      ]
      """
          .formatted(SECRET, OTHER);

  @TempDir private Path folder;

  private final FakeDoor door = FakeDoor.open();
  private final TestConsole console = new TestConsole(door);

  @AfterEach
  void close() {
    door.close();
  }

  private TestConsole.Result convert(String input) {
    return console.typing(input).run("convert", "scalelite");
  }

  private static String entry(String id, String url, String more) {
    return String.format(
        "{\"id\":\"%s\",\"url\":\"%s\",\"secret\":\"%s\",\"state\":\"enabled\"%s}",
        id, url, SECRET, more);
  }

  private static String answer(String... entries) {
    return "[" + String.join(",", entries) + "]";
  }

  /** The servers of a result, read as {@code --check} reads them. */
  private List<Server> pool(TestConsole.Result result) throws IOException {
    assertThat(result.err()).as(result.err()).doesNotContain("expected");
    assertThat(result.code()).isZero();
    return PoolFile.read(Files.writeString(folder.resolve("servers.json"), result.out())).servers();
  }

  @Test
  void writesAPoolFileOfTheAnswerOfTheApi() throws IOException {
    TestConsole.Result result = convert(ANSWER);

    assertThat(result.out()).isEqualTo(POOL);
    assertThat(result.err().lines())
        .containsExactly(
            "3 servers: 1 enabled, 1 cordoned, 1 disabled. The file holds their secrets: let nobody"
                + " else read it.",
            "bbb2.example.org does not answer Scalelite.");
    assertThat(pool(result))
        .extracting(Server::state)
        .containsExactly(AdminState.ENABLED, AdminState.CORDONED, AdminState.DISABLED);
    assertThat(pool(result)).extracting(Server::weight).containsExactly(2, 1, 2);
    assertThat(pool(result))
        .extracting(Server::tags)
        .containsExactly(Set.of(), Set.of("gpu"), Set.of());
    assertThat(door.calls()).isEmpty();
  }

  @Test
  void readsWhatRakePrints() {
    assertThat(convert(LINES).out()).isEqualTo(POOL);
  }

  @Test
  void readsAFile() throws IOException {
    Path file = Files.writeString(folder.resolve("answer"), "\uFEFF" + ANSWER);

    assertThat(console.run("convert", "scalelite", file.toString()).out()).isEqualTo(POOL);
    assertThat(console.typing(ANSWER).run("convert", "scalelite", "-").out()).isEqualTo(POOL);
  }

  @ParameterizedTest
  @CsvSource({
    "1.0, 1",
    "'1.0,1.00,1', '1,1,1'",
    "'2.0,2.0', '1,1'",
    "'1.0,2.0', '2,1'",
    "'1.0,1.5', '3,2'",
    "'0.5,1.0,2.0', '4,2,1'",
    "'3.0,2.0', '2,3'",
    "'1,0.7', '7,10'",
    "'0.1e1,0.2E1', '2,1'",
    "'1,1000', '1000,1'"
  })
  void weakerServersGetSmallerWeights(String multipliers, String weights) throws IOException {
    String[] entries =
        Stream.of(multipliers.split(","))
            .map(
                multiplier ->
                    entry("x", "https://%s", ",\"load_multiplier\":\"" + multiplier + "\""))
            .toArray(String[]::new);
    for (int i = 0; i < entries.length; i++) {
      entries[i] = entries[i].replace("%s", "bbb" + i + ".example.org");
    }

    TestConsole.Result result = convert(answer(entries));

    assertThat(
            pool(result).stream()
                .map(server -> Integer.toString(server.weight()))
                .collect(Collectors.joining(",")))
        .isEqualTo(weights);
    assertThat(result.err()).doesNotContain("rounded");
  }

  @Test
  void saysSoIfWeightsAreRounded() throws IOException {
    TestConsole.Result result =
        convert(
            answer(
                entry("a", "https://a.example.org", ",\"load_multiplier\":1"),
                entry("b", "https://b.example.org", ",\"load_multiplier\":3.1415926"),
                entry("c", "https://c.example.org", ",\"load_multiplier\":5000")));

    assertThat(pool(result)).extracting(Server::weight).containsExactly(1000, 318, 1);
    assertThat(result.err()).contains("the weights are rounded");
  }

  @Test
  void aMissingMultiplierIsThatOfScalelite() throws IOException {
    TestConsole.Result result =
        convert(
            answer(
                entry("a", "https://a.example.org", ""),
                entry("b", "https://b.example.org", ",\"load_multiplier\":null"),
                entry("c", "https://c.example.org", ",\"load_multiplier\":\"2\"")));

    assertThat(pool(result)).extracting(Server::weight).containsExactly(2, 2, 1);
  }

  @Test
  void serversOfOneHostGetNamesOfTheirOwn() throws IOException {
    TestConsole.Result result =
        convert(
            answer(
                entry("a", "https://bbb.example.org:8443/bigbluebutton/api", ""),
                entry("b", "https://bbb.example.org/bigbluebutton/api", ""),
                entry("c", "https://hosted.example.org/law/bigbluebutton/api", ""),
                entry("d", "https://hosted.example.org/arts/bigbluebutton/api", "")));

    assertThat(pool(result)).extracting(Server::name).doesNotHaveDuplicates().hasSize(4);
    assertThat(result.out().lines().filter(line -> line.contains("\"name\": "))).hasSize(4);
  }

  @Test
  void takesAsManyServersAsAPoolFileHolds() throws IOException {
    String[] entries =
        IntStream.range(0, 2000)
            .mapToObj(i -> entry("id" + i, "https://bbb" + i + ".example.org", ""))
            .toArray(String[]::new);

    assertThat(pool(convert(answer(entries)))).hasSize(2000);
  }

  private static Stream<List<String>> wrongLists() {
    String url = "https://bbb1.example.org/bigbluebutton/api";
    return Stream.of(
        List.of("", "there is nothing"),
        List.of(" \n", "there is nothing"),
        List.of("[]", "at least one"),
        List.of("{\"error\":\"No servers are configured\"}", "it has no servers"),
        List.of("{\"servers\":[]}", "expected a JSON array"),
        List.of("[7]", "servers[0] is no object"),
        List.of(answer(entry("a", url, "")) + "[]", "something follows", "broken JSON"),
        List.of("[{\"secret\":\"" + SECRET + "\",", "broken JSON at line 1, column"),
        List.of("[".repeat(100_000), "broken JSON"),
        List.of("x".repeat((1 << 20) + 1), "larger than 1024 KiB"),
        List.of(
            "<response><returncode>FAILED</returncode><messageKey>checksumError</messageKey>"
                + "<message>Checksums do not match</message></response>",
            "has refused the call: checksumError",
            "LOADBALANCER_SECRET"),
        List.of(
            "<response><messageKey>unsupportedRequest</messageKey></response>",
            "has refused the call: unsupportedRequest. Compare the address"),
        List.of("<html><body>502 Bad Gateway</body></html>", "XML or a web page"),
        List.of(
            "<!DOCTYPE r [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><response><servers><server>"
                + "<serverUrl>&x;</serverUrl></server></servers></response>",
            "XML or a web page"),
        List.of("---\nservers:\n  9f3c:\n    :secret: " + SECRET, "this is YAML", "rake servers"),
        List.of("rake aborted!", "no list of Scalelite's servers"),
        List.of("id: a\n\turl: " + url + "\n\t" + SECRET, "line 3 is none of those"),
        List.of("id: a\n\tenabled\n\tcordoned", "line 3 tells the same of a server twice"),
        List.of(
            "id: a\n\tsecret: " + SECRET + "\n\tenabled", "servers[0].url: missing in server a"),
        List.of(
            "[{\"url\":\"" + url + "\",\"state\":\"enabled\"}]",
            "servers[0].secret: missing (expected: a text)"),
        List.of(
            "[{\"id\":\"a\",\"url\":\"" + url + "\",\"secret\":\"" + SECRET + "\"}]",
            "servers[0].state: missing in server a"),
        List.of(
            answer(entry("a", url, "").replace("enabled", "draining")),
            "servers[0].state: unknown in server a (expected: enabled, cordoned or disabled)"),
        List.of(
            answer(entry("a", url, "").replace("enabled", "disabled")),
            "servers: all disabled (expected: at least one server that is not)"),
        List.of(
            answer(entry("a", url, ""), entry("b", url + "/", "")),
            "servers[1].url: the same server as servers[0] in server b"),
        List.of(
            answer(entry("a", "bbb1.example.org", "")),
            "servers[0].url: bbb1.example.org in server a (expected: http:// or https://"),
        List.of(
            answer(entry("a", "https://anna:" + OTHER + "@bbb1.example.org", "")),
            "servers[0].url: https://*** in server a"),
        List.of(answer(entry("a", SECRET, "")), "servers[0].url: *** in server a"),
        List.of(answer(entry("a", url, ",\"tag\":\"two words\"")), "servers[0].tag"),
        List.of(answer(entry("a", url, ",\"tag\":[\"x\"]")), "servers[0].tag is no text"),
        List.of(
            answer(entry("a\\u001B[2Jb", url, ",\"load_multiplier\":0")), "server a\uFFFD[2Jb ("));
  }

  @ParameterizedTest
  @MethodSource("wrongLists")
  void saysWhatIsWrongWithAList(List<String> inputAndMessages) {
    TestConsole.Result result = convert(inputAndMessages.get(0));

    List<String> messages = inputAndMessages.subList(1, inputAndMessages.size());
    assertThat(messages).as(result.err()).anyMatch(result.err()::contains);
    assertThat(result.err()).doesNotContain(SECRET).doesNotContain(OTHER).doesNotContain("passwd");
    assertThat(result.out()).isEmpty();
    assertThat(result.code()).isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource({"0", "0.0", "-1", "fast", "1e99", "1e999999999", "NaN", "1000001", "true"})
  void refusesAMultiplierThatNoServerCanHave(String multiplier) {
    TestConsole.Result result =
        convert(
            answer(
                entry(
                    "a",
                    "https://bbb1.example.org",
                    ",\"load_multiplier\":\"" + multiplier + "\"")));

    assertThat(result.err())
        .contains("servers[0].load_multiplier: not usable in server a (expected: a number above 0)")
        .contains("rake servers:loadMultiplier");
    assertThat(result.code()).isEqualTo(2);
  }

  @Test
  void tellsAllMistakesAtOnce() {
    TestConsole.Result result = convert("id: a\n\tonline\nid: b\n\tdraining");

    assertThat(result.err()).contains("line 4");
    assertThat(convert("id: a\n\tonline\nid: b\n\tenabled").err().lines()).hasSize(5);
  }

  @ParameterizedTest
  @CsvSource({"convert", "convert scalelite /nowhere/at/all", "convert scalelite \0"})
  void refusesWrongArguments(String line) {
    TestConsole.Result result = console.run(line.split(" "));

    assertThat(result.code()).isEqualTo(2);
    assertThat(result.out()).isEmpty();
  }
}
