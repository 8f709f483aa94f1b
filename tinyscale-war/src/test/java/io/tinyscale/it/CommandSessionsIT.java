package io.tinyscale.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.tinyscale.process.ChildProcess;
import io.tinyscale.simulator.SimulatedPool;
import io.tinyscale.simulator.SimulatedServer;
import io.tinyscale.simulator.fault.Fault;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What docs/command-line.md shows happens, but for names of machines, times and figures. */
@Tag("slow")
class CommandSessionsIT {

  private static final Pattern BLOCK = Pattern.compile("(?s)```\n(\\$ .*?)```");

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir private Path folder;

  private @Nullable RunningDoor running;
  private Shell shell;

  /** A line that is typed, and what is seen then. */
  private record Session(String line, String seen) {

    static List<Session> ofDocument() {
      List<Session> sessions = new ArrayList<>();
      Matcher blocks = BLOCK.matcher(Shell.document());
      while (blocks.find()) {
        String[] parts = blocks.group(1).split("\n", 2);
        String line = parts[0].substring(2).replace("java -jar tinyscale.war", "tinyscale");
        sessions.add(new Session(line, parts[1]));
      }
      return sessions;
    }

    /** The session that begins with these words. */
    static Session beginning(String words, String seen) {
      return ofDocument().stream()
          .filter(session -> session.line().startsWith(words) && session.seen().startsWith(seen))
          .reduce(
              (one, other) -> {
                throw new AssertionError("two sessions: " + words);
              })
          .orElseThrow();
    }
  }

  /** Starts a balancer that finds meetings on its servers. */
  private void start(String interval, String... more) {
    Stream<String> settings =
        Stream.of("TINYSCALE_HEALTH_INTERVAL", interval, "TINYSCALE_TIMEOUT_ANSWER", "2s");
    running =
        RunningDoor.ofServers(
            4, folder, Stream.concat(settings, Stream.of(more)).toArray(String[]::new));
    for (int i = 0; i < 4; i++) {
      // The document has math-101 on the second server, and more people on bbb4 than on bbb3.
      fill(running.server(i), (i + 3) % 4 + 1, List.of(5, 3, 2, 4).get(i));
    }
    running.restart();
    // A list that is late on a busy machine is told by "status" until the next sweep.
    await()
        .atMost(PATIENCE.multipliedBy(2))
        .until(
            () ->
                Stream.of("bbb1", "bbb2", "bbb3", "bbb4")
                    .allMatch(name -> server(name).get("list").getAsString().equals("complete")));
    shell = new Shell(folder, running.door(), RunningDoor.ADMIN);
  }

  @AfterEach
  void stop() {
    if (running != null) {
      running.close();
    }
  }

  private static void fill(SimulatedServer server, int number, int people) {
    for (int room = 1; room <= 3; room++) {
      String id = "math-" + (100 * number + room);
      server.meetings().create(id);
      for (int person = 1; person <= people; person++) {
        server.meetings().join(id, "Ann " + person, "VIEWER");
      }
    }
  }

  private JsonObject server(String name) {
    return running.admin().get("/servers/" + name).json();
  }

  /** The text without what differs from one machine and one moment to another. */
  private static List<String> skeleton(String text) {
    List<String> lines = new ArrayList<>();
    text.lines()
        .map(line -> line.replaceAll("https?://[^\\s)]+", "URL"))
        .map(line -> line.replaceAll("/\\S+\\.json", "FILE"))
        .map(line -> line.replaceAll("(\\d{4}-\\d\\d-\\d\\d )?\\d\\d:\\d\\d(:\\d\\d)?", "TIME"))
        .map(line -> line.replaceAll("tinyscale \\d\\S+,", "VERSION,"))
        .map(line -> line.replaceAll("(?<![A-Za-z])\\d+", "0").replaceAll("\\b0[smhd]\\b", "0s"))
        .map(line -> line.replaceAll("\\b0\\.0\\.0\\S*", "VERSION"))
        .map(line -> line.replaceAll("(?<=\\S)\\s+", " ").strip())
        // How often a wait tells how far it is depends on how long it takes.
        .filter(line -> lines.isEmpty() || !lines.get(lines.size() - 1).equals(line))
        .forEach(lines::add);
    return lines;
  }

  private static void assertSame(Session session, Shell.Result result, int code) {
    assertThat(skeleton(result.seen()))
        .as(session.line() + "\n" + result.seen())
        .isEqualTo(skeleton(session.seen()));
    assertThat(result.code()).as(session.line()).isEqualTo(code);
  }

  @Test
  void eachSessionOfTheDocumentIsTriedHere() {
    assertThat(Session.ofDocument().stream().map(Session::line).map(line -> line.split(" ")[1]))
        .containsExactly(
            "servers", "status", "drain", "find", "disable", "add", "balancers", "servers");
  }

  @Test
  void serversThatAreCordonedDownOrEjectedAreTold() {
    // So long a server is ejected.
    start("30s");
    running.admin().put("/servers/bbb2/drain", "{\"deadline\":\"2h\",\"end\":true}");
    running.server(2).fault(Fault.stall());
    // A call that fails makes tinyscale look at once.
    running.frontEnd().call("isMeetingRunning", "meetingID=math-201");
    await()
        .atMost(PATIENCE.multipliedBy(2))
        .until(() -> server("bbb3").get("verdict").getAsString().equals("down"));
    running.server(3).fault("isMeetingRunning", Fault.serverError(500));
    for (int call = 0; server("bbb4").get("ejectedUntil").isJsonNull(); call++) {
      assertThat(call).as("calls that eject no server").isLessThan(3);
      running.frontEnd().call("isMeetingRunning", "meetingID=math-30" + (1 + call));
    }

    Session servers = Session.beginning("tinyscale servers", "NAME");
    Session status = Session.beginning("tinyscale status", "");
    Shell.Result table = shell.run(servers.line());
    assertSame(status, shell.run(status.line()), 0);
    assertSame(servers, table, 0);
  }

  @Test
  void aMeetingIsFoundAndAServerWithMeetingsIsNotDisabled() {
    start("2s");
    Session find = Session.beginning("tinyscale find", "");
    assertSame(find, shell.run(find.line()), 0);

    Session disable = Session.beginning("tinyscale disable", "");
    assertSame(disable, shell.run(disable.line()), 6);
  }

  @Test
  void aServerIsDrainedUntilItsDeadline() {
    start("2s");
    Session session = Session.beginning("tinyscale drain", "");
    String line = session.line().replace("--deadline 22:00", "--deadline 20s");

    try (ChildProcess drain = shell.start(line)) {
      drain.awaitOutput("rooms were told");
      running.server(1).meetings().end("math-101");
      drain.awaitOutput("2 meetings");

      assertThat(drain.awaitExit(PATIENCE)).isZero();
      assertSame(session, new Shell.Result(0, drain.out(), drain.err()), 0);
    }
    assertThat(running.server(1).meetings().all()).isEmpty();
  }

  @Test
  void aServerIsAdded() throws IOException {
    start("2s");
    Session session = Session.beginning("tinyscale add", "");
    try (SimulatedPool more = SimulatedPool.start(1)) {
      SimulatedServer fifth = more.servers().get(0);
      Files.writeString(folder.resolve("s"), fifth.secret());

      String line = session.line().replace("https://bbb5.example.org", fifth.uri().toString());
      assertSame(session, shell.run(line), 0);

      assertThat(running.poolText()).contains("bbb5", fifth.secret());
    }
  }

  @Test
  void twoBalancersAreCompared() throws IOException {
    start("2s", "TINYSCALE_BALANCERS", "several", "TINYSCALE_BALANCERS_ID", "lb1");
    JsonArray servers = JsonParser.parseString(running.poolText()).getAsJsonArray();
    servers.get(2).getAsJsonObject().addProperty("weight", 2);
    servers.remove(3);
    Path there = Files.createDirectory(folder.resolve("lb2"));
    try (RunningDoor other =
        RunningDoor.withPool(
            servers.toString(),
            there,
            "TINYSCALE_BALANCERS",
            "several",
            "TINYSCALE_BALANCERS_ID",
            "lb2")) {
      running.admin().put("/servers/bbb2/state", "{\"state\":\"cordoned\"}");
      Session session = Session.beginning("tinyscale balancers", "");

      String line =
          session
              .line()
              .replace("http://lb1.example.org:3006", withoutSlash(running.door()))
              .replace("http://lb2.example.org:3006", withoutSlash(other.door()));

      assertSame(session, shell.run(line), 1);
    }
  }

  private static String withoutSlash(URI door) {
    return door.toString().replaceFirst("/$", "");
  }

  @Test
  void aClosedDoorIsTold() {
    start("2s");
    Session session = Session.beginning("tinyscale servers", "Cannot");
    running.process().close();

    assertSame(session, shell.run(session.line()), 4);
  }
}
