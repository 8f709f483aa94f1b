package io.tinyscale.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.tinyscale.process.ChildProcess;
import io.tinyscale.simulator.SimulatedPool;
import io.tinyscale.simulator.fault.Fault;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Request ids at both doors of the executable, and its log as JSON. */
class RequestIdsIT {

  private static final Pattern ID = Pattern.compile("(?im)^x-request-id: (.*)$");
  private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
  private static final String PARENT = "traceparent: 00-" + TRACE + "-b7ad6b7169203331-01";

  @TempDir private Path folder;

  /** The head of the answer to a request with these lines in its head. */
  private static String head(URI door, String... head) {
    try (Socket socket = new Socket("127.0.0.1", door.getPort())) {
      String text = String.join("\r\n", head) + "\r\nConnection: close\r\n\r\n";
      socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
      StringBuilder answer = new StringBuilder();
      InputStream in = socket.getInputStream();
      while (answer.indexOf("\r\n\r\n") < 0) {
        int next = in.read();
        if (next < 0) {
          break;
        }
        answer.append((char) next);
      }
      return answer.toString();
    } catch (IOException e) {
      throw new AssertionError(String.join(" | ", head), e);
    }
  }

  private static String id(String answer) {
    Matcher ids = ID.matcher(answer);
    assertThat(ids.find()).as(answer).isTrue();
    String id = ids.group(1);
    assertThat(ids.find()).as(answer).isFalse();
    return id;
  }

  @Test
  void everyAnswerOfBothDoorsHasAnId() {
    try (RunningDoor running = new RunningDoor(folder)) {
      Set<String> ids = new HashSet<>();
      for (String path :
          List.of("/bigbluebutton/api", "/health/live", "/health/ready", "/nothing", "/%2e%2e/")) {
        ids.add(id(head(running.api(), "GET " + path + " HTTP/1.1", "Host: localhost")));
      }
      ids.add(id(head(running.api(), "GET / HTTP/1.1", "Host: a", "Host: b")));
      ids.add(id(head(running.api(), "GET / HTTP/1.1", "Host: a", "X: " + "y".repeat(100_000))));
      String token = "Authorization: Bearer " + RunningDoor.READ;
      for (String path :
          List.of(
              "/",
              "/status.css",
              "/metrics",
              "/health/pool",
              "/nothing",
              "/api/v1/status",
              "/api/v1/servers/nobody",
              "/api/v1/stream")) {
        ids.add(id(head(running.door(), "GET " + path + " HTTP/1.1", "Host: localhost", token)));
      }
      ids.add(id(head(running.door(), "GET /api/v1/status HTTP/1.1", "Host: localhost")));
      ids.add(id(head(running.door(), "GET /metrics HTTP/1.1", "Host: evil.example.org")));
      ids.add(id(head(running.door(), "GET / HTTP/1.1", "Host: a", "Host: b")));

      assertThat(ids).hasSize(18).allMatch(id -> id.matches("[0-9a-f]{16}"));
    }
  }

  @Test
  void aProblemOfTheAdminDoorNamesTheRequest() {
    try (RunningDoor running = new RunningDoor(folder)) {
      for (AdminCaller.Answer answer :
          List.of(
              running.admin().get("/servers/nobody"),
              running.admin().get("/nothing"),
              running.admin().with("wrong").get("/status"),
              running.admin().post("/servers", "not json"))) {
        assertThat(answer.json().get("instance").getAsString())
            .isEqualTo(answer.http().headers().firstValue("X-Request-ID").orElseThrow());
      }
    }
  }

  @Test
  void writesOneJsonObjectALine() {
    try (SimulatedPool pool = SimulatedPool.start(1)) {
      Map<String, String> environment = new HashMap<>();
      environment.put("TINYSCALE_SECRET", "hKq8sFk2pZ4711");
      environment.put("TINYSCALE_SERVERS", PoolFiles.write(folder, pool).toString());
      environment.put("TINYSCALE_LOG_FORMAT", "json");
      environment.put("TINYSCALE_ADMIN_LISTEN", "127.0.0.1:0");
      try (ChildProcess process = ExecutableWar.start("json", folder, environment, "--port", "0")) {
        URI api =
            URI.create(
                process
                    .awaitOutput("\"event\":\"tinyscale.ready\".*\"address\":\"([^\"]+)\"")
                    .group(1));
        SigningClient frontEnd = new SigningClient(api, "hKq8sFk2pZ4711");
        SigningClient.assertSuccess(frontEnd.call("create", "meetingID=12345&name=Room"));
        pool.servers().get(0).fault(Fault.parse("html:502"));
        String query =
            new FrontEnd(api.getPort(), "hKq8sFk2pZ4711")
                .signed("end", "meetingID=12345")
                .getRawQuery();
        String answer =
            head(
                api,
                "GET /bigbluebutton/api/end?" + query + " HTTP/1.1",
                "Host: localhost",
                "X-Request-ID: moodle-4711",
                PARENT);
        assertThat(id(answer)).isEqualTo("moodle-4711");
        process.terminate();
        assertThat(process.awaitExit()).isZero();

        List<JsonObject> lines =
            process
                .out()
                .lines()
                .map(line -> JsonParser.parseString(line).getAsJsonObject())
                .toList();
        assertThat(lines)
            .allSatisfy(line -> assertThat(line.keySet()).contains("time", "level", "event"))
            .extracting(line -> line.get("event").getAsString())
            .contains(
                "tinyscale.started", "meeting.placed", "call.failed", "call", "tinyscale.stopped");
        JsonObject call = only(lines, "call");
        assertThat(call.get("meeting").getAsJsonPrimitive().isString()).isTrue();
        assertThat(call.get("meeting").getAsString()).isEqualTo("12345");
        assertThat(call.get("ms").getAsJsonPrimitive().isNumber()).isTrue();
        assertThat(call.get("level").getAsString()).isEqualTo("WARN");
        assertThat(call.get("outcome").getAsString()).isEqualTo("failed");
        for (String event : List.of("call", "call.failed")) {
          assertThat(only(lines, event).get("request").getAsString()).isEqualTo("moodle-4711");
          assertThat(only(lines, event).get("trace").getAsString()).isEqualTo(TRACE);
        }
      }
    }
  }

  private static JsonObject only(List<JsonObject> lines, String event) {
    List<JsonObject> found =
        lines.stream().filter(line -> line.get("event").getAsString().equals(event)).toList();
    assertThat(found).as(event).hasSize(1);
    return found.get(0);
  }
}
