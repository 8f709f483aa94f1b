package io.tinyscale.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import io.tinyscale.process.ChildProcess;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code java -jar tinyscale.war --demo}: its school, its story and its keys. */
@Tag("slow")
class DemoIT {

  private static final int LESSONS = 12;
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Pattern PRESENT =
      Pattern.compile("<participantCount>(\\d+)</participantCount>");

  private static final Pattern REOPENED =
      Pattern.compile(
          "^==> Room \"[^\"]+\" is open again on bbb\\d, \\d+\\.\\d s after the loss\\.$",
          Pattern.MULTILINE);

  @TempDir private Path folder;

  private ChildProcess start(String name, String... arguments) {
    return ExecutableWar.start(name, folder, Map.of(), arguments);
  }

  private static SigningClient frontEnd(ChildProcess process) {
    URI api = ExecutableWar.awaitReady(process);
    String secret = process.awaitOutput("^The secret of this demo: (\\w+)$").group(1);
    return new SigningClient(api, secret);
  }

  private static AdminCaller admin(ChildProcess process) {
    Matcher page = process.awaitOutput("^  (http://localhost:\\d+)/#token=(tsk_\\w+)$");
    return new AdminCaller(URI.create(page.group(1)), page.group(2));
  }

  private static int people(SigningClient frontEnd) {
    return PRESENT
        .matcher(frontEnd.call("getMeetings", "").body())
        .results()
        .mapToInt((MatchResult count) -> Integer.parseInt(count.group(1)))
        .sum();
  }

  /** The server of each meeting with people. */
  private static Map<String, String> rooms(AdminCaller admin) {
    Map<String, String> rooms = new TreeMap<>();
    for (JsonElement element : admin.get("/meetings").json().getAsJsonArray("meetings")) {
      JsonObject meeting = element.getAsJsonObject();
      rooms.put(meeting.get("meetingID").getAsString(), meeting.get("server").getAsString());
    }
    return rooms;
  }

  @Test
  void theSchoolSurvivesTheServerThatAKeyKills() {
    try (ChildProcess process = start("demo-school", "--demo", "--port", "0")) {
      SigningClient frontEnd = frontEnd(process);
      AdminCaller admin = admin(process);
      process.awaitOutput("^==> 12 rooms are open: \\d+ on bbb1, \\d+ on bbb2, \\d+ on bbb3\\.");
      await().atMost(PATIENCE).until(() -> people(frontEnd) > 2 * LESSONS);
      Map<String, String> before = rooms(admin);
      assertThat(before).hasSize(LESSONS).containsKey("mathematics-8a");

      process.type("k");

      String killed = process.awaitOutput("^==> (bbb\\d) was killed\\.$").group(1);
      Matcher lost =
          process.awaitOutput(
              "^==> (\\d+) people in (\\d+) rooms lost their connection\\. (\\d+) people");
      process.awaitOutput("^==> tinyscale noticed after \\d+\\.\\d s: " + killed + " is down");
      process.awaitOutput("^==> \\d+ of " + lost.group(1) + " people are back in their rooms");
      assertThat(REOPENED.matcher(process.out()).results())
          .hasSize(Integer.parseInt(lost.group(2)));
      Matcher stayed =
          process.awaitOutput(
              "^==> (\\d+) of " + lost.group(3) + " people on the other servers stayed");
      assertThat(Integer.parseInt(stayed.group(1))).isPositive();
      Map<String, String> after = rooms(admin);
      assertThat(after.keySet()).containsExactlyInAnyOrderElementsOf(before.keySet());
      assertThat(after.values()).doesNotContain(killed);
      before.values().removeIf(killed::equals);
      assertThat(after).containsAllEntriesOf(before);
      assertThat(before).hasSize(LESSONS - Integer.parseInt(lost.group(2)));

      process.type("r");

      process.awaitOutput("^==> " + killed + " runs again");
      process.awaitOutput("^==> tinyscale uses " + killed + " again");
      process.awaitOutput("^==> Room \"Chess club\" opens on bbb\\d\\.$");
      await()
          .atMost(PATIENCE)
          .untilAsserted(() -> assertThat(rooms(admin)).containsEntry("chess-club", killed));
      List<ProcessHandle> servers = process.children();
      assertThat(servers).hasSize(3).allMatch(ProcessHandle::isAlive);
      process.type("q");

      assertThat(process.awaitExit()).isZero();
      assertThat(servers).noneMatch(ProcessHandle::isAlive);
      assertThat(process.err()).doesNotContain("\tat ");
      assertThat(process.out()).doesNotContain("\tat ");
    }
  }

  @Test
  void theDemoGoesOnWithoutAnInputAndSaysWhatToDoInstead() {
    try (ChildProcess process = start("demo-no-input", "--demo", "--quiet", "--port", "0")) {
      SigningClient frontEnd = frontEnd(process);

      process.endInput();

      process.awaitOutput(
          "^==> No keys can be read here.* kill " + process.pid() + " ends the demo");
      SigningClient.assertSuccess(frontEnd.call("getMeetings", ""));
      process.terminate();
      assertThat(process.awaitExit()).isZero();
    }
  }

  @Test
  void keysKillAndStartServersAndEndTheQuietDemo() {
    try (ChildProcess process = start("demo-keys", "--demo", "--quiet", "--port", "0")) {
      frontEnd(process);
      AdminCaller admin = admin(process);

      process.type("what now?");
      process.awaitOutput("^==> Keys, each with Enter: ");
      process.type("r");
      process.awaitOutput("^==> All servers run");
      process.type("K");
      process.awaitOutput("^==> bbb1 was killed\\.$");
      process.awaitOutput("^==> tinyscale noticed after .*: bbb1 is down");
      process.type("r");
      process.awaitOutput("^==> tinyscale uses bbb1 again");
      assertThat(rooms(admin)).isEmpty();
      List<ProcessHandle> servers = process.children();
      assertThat(servers).hasSize(2).allMatch(ProcessHandle::isAlive);
      process.type("q");

      assertThat(process.awaitExit()).isZero();
      assertThat(servers).noneMatch(ProcessHandle::isAlive);
      assertThat(process.err()).isEmpty();
    }
  }
}
