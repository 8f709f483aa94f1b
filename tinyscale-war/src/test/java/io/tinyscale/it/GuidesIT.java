package io.tinyscale.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tinyscale.simulator.SimulatedPool;
import io.tinyscale.simulator.SimulatedServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The commands of the guides do what the guides say, but for the names of machines. They need curl
 * and openssl.
 */
@Tag("parts")
class GuidesIT {

  private static final Pattern BLOCK = Pattern.compile("(?ms)^ *```sh\n(.*?)^ *```");
  private static final String CLASS = "math-101";
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir private Path folder;

  private @Nullable RunningDoor running;

  /** The blocks of commands of a guide, with other names of machines. */
  private static List<String> blocks(String guide, Map<String, String> machines)
      throws IOException {
    String text = Files.readString(Path.of("../docs").resolve(guide + ".md"));
    for (Map.Entry<String, String> machine : machines.entrySet()) {
      assertThat(text).contains(machine.getKey());
      text = text.replace(machine.getKey(), machine.getValue());
    }
    return BLOCK.matcher(text).results().map(block -> block.group(1)).toList();
  }

  private RunningDoor start(int servers) {
    running = RunningDoor.ofServers(servers, folder);
    running.server(0).meetings().create(CLASS);
    running.server(0).meetings().join(CLASS, "Ann", "VIEWER");
    running.restart();
    return running;
  }

  private Shell shell(Path where) {
    return new Shell(where, running.door(), RunningDoor.ADMIN)
        .with("TINYSCALE_SECRET", RunningDoor.SECRET);
  }

  private static String run(Shell shell, String block) {
    Shell.Result result = shell.run("set -euo pipefail\n" + block);
    assertThat(result.code()).as(block + result.seen()).isZero();
    return result.seen();
  }

  @AfterEach
  void stop() {
    if (running != null) {
      running.close();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"moodle", "greenlight", "nextcloud"})
  void aFrontEndReachesTinyscaleAndItsRoomIsPlaced(String guide) throws IOException {
    start(2);
    Shell shell = shell(folder);
    List<String> blocks =
        blocks(guide, Map.of("https://lb.example.org/bigbluebutton/api\n", running.api() + "\n"));
    assertThat(blocks).hasSize(2);

    assertThat(run(shell, blocks.get(0))).contains("<returncode>SUCCESS</returncode>");
    running.create("lecture");
    assertThat(run(shell, blocks.get(1)).lines())
        .last()
        .asString()
        .contains("meeting.placed meeting=lecture server=bbb");

    new SigningClient(running.api(), "another secret").call("getMeetings", "");
    assertThat(run(shell, blocks.get(1))).contains("frontend.wrong-secret call=getMeetings");
  }

  @Test
  void theReadmeStartsTinyscaleAndItsCommandsAnswer() throws IOException {
    start(2);
    Path there = Files.createDirectory(folder.resolve("there"));
    Files.createSymbolicLink(there.resolve("tinyscale.war"), ExecutableWar.file().toAbsolutePath());
    Files.copy(folder.resolve("servers.json"), there.resolve("servers.json"));
    String readme = Files.readString(Path.of("../README.md"));
    String start =
        BLOCK
            .matcher(readme)
            .results()
            .map(block -> block.group(1))
            .filter(block -> block.contains("token create"))
            .findFirst()
            .orElseThrow();
    assertThat(readme).contains("`java -jar tinyscale.war status`");

    String seen =
        run(
            shell(there),
            "unset TINYSCALE_SECRET TINYSCALE_TOKEN; export PORT=0 TINYSCALE_ADMIN_LISTEN=127.0.0.1:0\n"
                + inTheBackground(start)
                + "until grep -q '^admin door: ' out; do kill -0 $!; sleep 0.1; done\n"
                + "export TINYSCALE_URL=$(sed -n 's/^admin door: //p' out)\n"
                + "java -jar tinyscale.war status; kill $!\n");

    assertThat(seen).contains("Rooms open.");
    assertThat(there.resolve("secret"))
        .content()
        .hasSize(65)
        .satisfies(secret -> assertThat(seen).doesNotContain(secret.strip()));
    for (String file : List.of("secret", "token", "tokens")) {
      assertThat(Files.getPosixFilePermissions(there.resolve(file)))
          .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    }
  }

  /** The same commands; the last one, which would not end, goes on behind them. */
  private static String inTheBackground(String block) {
    List<String> lines = block.strip().lines().toList();
    String last = lines.get(lines.size() - 1).replaceAll(" *#.*", "");
    assertThat(last).isEqualTo("java -jar tinyscale.war");
    return String.join("\n", lines.subList(0, lines.size() - 1)) + "\n" + last + " > out 2>&1 &\n";
  }

  @Test
  void theOriginalsFilesAndVariablesAreTakenOver() throws IOException {
    start(2);
    Shell shell = shell(folder).with("TINYSCALE_STRICT", "true");
    List<String> blocks = blocks("from-tinyscale", Map.of());
    assertThat(blocks).hasSize(3);

    run(shell, blocks.get(0));
    assertThat(run(shell, blocks.get(1))).contains("bbb1", "bbb2", CLASS);
    running.create("lecture");
    assertThat(run(shell, blocks.get(2))).contains("meeting.placed meeting=lecture");
  }

  @Test
  void theServersOfScaleliteAreTakenOver() throws Exception {
    start(3);
    Path there = Files.createDirectory(folder.resolve("there"));
    Shell shell = shell(there).with("LOADBALANCER_SECRET", "the old secret");
    program(
        there,
        "curl",
        "case \"$*\" in *\"/scalelite/api/getServers?checksum="
            + sha256("getServersthe old secret")
            + "\") cat answer.json ;; *) exit 22 ;; esac");
    program(
        there, "docker", "[ \"$*\" = 'exec scalelite-api ./bin/rake servers' ] && cat answer.text");
    Files.writeString(there.resolve("answer.json"), servers(GuidesIT::json, "[", ",", "]"));
    Files.writeString(there.resolve("answer.text"), servers(GuidesIT::lines, "", "\n", "\n"));
    List<String> blocks = blocks("from-scalelite", Map.of());
    assertThat(blocks).hasSize(5);

    for (String conversion : blocks.subList(0, 2)) {
      Files.deleteIfExists(there.resolve("servers.json"));
      assertThat(run(shell, conversion)).contains("3 servers: 3 enabled");
      assertThat(Files.readString(there.resolve("servers.json"))).contains("\"weight\": 2");
      run(shell, blocks.get(2));
    }
    assertThat(Files.getPosixFilePermissions(there.resolve("getServers.json")))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    assertThat(run(shell, blocks.get(3))).contains(CLASS);
    running.create("lecture");
    assertThat(run(shell, blocks.get(4))).contains("meeting.placed meeting=lecture");
  }

  private String servers(
      Function<SimulatedServer, String> form, String start, String between, String end) {
    return List.of(running.server(0), running.server(1), running.server(2)).stream()
        .map(form)
        .collect(Collectors.joining(between, start, end));
  }

  private static String multiplier(SimulatedServer server) {
    return server.name().equals("bbb1") ? "1.0" : "2.0";
  }

  private static String json(SimulatedServer server) {
    return String.format(
        "{\"id\":\"%s-id\",\"url\":\"%s\",\"secret\":\"%s\",\"tag\":\"\","
            + "\"bbb_version\":\"\",\"state\":\"enabled\",\"load\":\"unavailable\","
            + "\"load_multiplier\":\"%s\",\"online\":\"online\"}",
        server.name(), server.uri(), server.secret(), multiplier(server));
  }

  private static String lines(SimulatedServer server) {
    return String.format(
        "id: %s-id\n\turl: %s\n\tsecret: %s\n\tenabled\n\tload: unavailable\n"
            + "\tload multiplier: %s\n\tbbb version: \n\ttag: \n\tonline",
        server.name(), server.uri(), server.secret(), multiplier(server));
  }

  private static void program(Path where, String name, String script) throws IOException {
    Path program = where.resolve("programs").resolve(name);
    Files.writeString(program, "#!/bin/sh\n" + script + "\n");
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
  }

  private static String sha256(String text) throws Exception {
    return HexFormat.of()
        .formatHex(
            MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
  }

  @Test
  void oneServerBecomesTwo() throws IOException {
    start(2);
    Path there = Files.createDirectory(folder.resolve("there"));
    Shell shell = shell(there);
    Files.writeString(there.resolve("secret1"), running.server(0).secret());
    Files.writeString(there.resolve("secret2"), running.server(1).secret());
    List<String> blocks =
        blocks(
            "from-one-server",
            Map.of(
                "https://bbb1.example.org/bigbluebutton/",
                running.server(0).uri().toString(),
                "https://bbb2.example.org/bigbluebutton/",
                running.server(1).uri().toString()));
    assertThat(blocks).hasSize(4);

    assertThat(run(shell, blocks.get(0))).contains("bbb1 answers", "bbb2 answers");
    run(shell, blocks.get(1));
    assertThat(run(shell, blocks.get(2))).contains(CLASS);
    running.create("one");
    running.create("two");
    assertThat(run(shell, blocks.get(3)))
        .containsPattern("meeting.placed meeting=\\w+ server=bbb1")
        .containsPattern("meeting.placed meeting=\\w+ server=bbb2");
  }

  @Test
  void aDayOfAnAdministrator() throws IOException {
    start(4);
    await().atMost(PATIENCE).until(() -> running.admin().get("/servers/bbb3").status() == 200);
    Shell shell = shell(folder);
    try (SimulatedPool more = SimulatedPool.start(1)) {
      SimulatedServer fifth = more.servers().get(0);
      Files.writeString(folder.resolve("secret"), fifth.secret());

      List<String> blocks =
          blocks(
              "operate", Map.of("https://bbb5.example.org/bigbluebutton/", fifth.uri().toString()));
      StringBuilder seen = new StringBuilder();
      for (String block : blocks) {
        seen.append(run(shell, block));
      }

      assertThat(blocks).hasSize(12);
      assertThat(seen)
          .contains("Rooms open.")
          .contains("math-101 is on bbb1")
          .contains("bbb2: empty")
          .contains("bbb5 answers")
          .contains("\"events\"");
      assertThat(running.poolText()).contains("bbb5").doesNotContain("\"bbb2\"");
    }
  }
}
