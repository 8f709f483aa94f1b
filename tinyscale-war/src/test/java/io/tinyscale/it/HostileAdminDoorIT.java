package io.tinyscale.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tinyscale.process.ChildProcess;
import io.tinyscale.simulator.SimulatedPool;
import io.tinyscale.simulator.fault.Fault;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What strangers, and pages of strangers in a browser, may try at the admin door. */
class HostileAdminDoorIT {

  private static final String SECRET = "hKq8sFk2pZ4711";
  private static final int MOST_CONNECTIONS = 64;

  @TempDir private Path folder;

  private final HttpClient client = HttpClient.newHttpClient();
  private final Map<String, String> environment = new HashMap<>();
  private SimulatedPool pool;
  private ChildProcess process;
  private URI api;
  private URI door;

  @BeforeEach
  void start() {
    pool = SimulatedPool.start(2);
    environment.put("TINYSCALE_SECRET", SECRET);
    environment.put("TINYSCALE_SERVERS", PoolFiles.write(folder, pool).toString());
    environment.put("TINYSCALE_ADMIN_LISTEN", "127.0.0.1:0");
    environment.put("TINYSCALE_LIMIT_CALLS", "1");
    process = ExecutableWar.start("hostile", folder, environment, "--port", "0");
    api = ExecutableWar.awaitReady(process);
    door = URI.create(process.awaitOutput("(?m)^admin door: (\\S+)$").group(1));
  }

  @AfterEach
  void stop() {
    process.close();
    pool.close();
  }

  private int status(URI uri) throws Exception {
    return client.send(request(uri).build(), BodyHandlers.ofString()).statusCode();
  }

  private static HttpRequest.Builder request(URI uri) {
    return HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(20));
  }

  private Socket connection() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), door.getPort());
    socket.setSoTimeout(20_000);
    return socket;
  }

  /** The first line of the answer to these bytes; empty if the connection was closed. */
  private String answer(String bytes) throws IOException {
    try (Socket socket = connection()) {
      socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .findFirst()
          .orElse("");
    }
  }

  private String underHost(String field) throws IOException {
    return answer("GET /health/pool HTTP/1.1\r\n" + field + "Connection: close\r\n\r\n");
  }

  @Test
  void answersUnderNoNameThatAPageCouldMakeLeadHere() throws Exception {
    for (String host :
        List.of(
            "evil.example",
            "127.0.0.1.evil.example",
            "localhost.evil.example",
            "localhost.",
            "127.0.0.1:3006@evil.example",
            "evil.example:" + door.getPort())) {
      assertThat(underHost("Host: " + host + "\r\n")).as(host).containsPattern(" (400|403) ");
    }
    assertThat(underHost("")).contains(" 400 ");
    assertThat(underHost("Host: 127.0.0.1\r\nHost: evil.example\r\n")).contains(" 400 ");
    assertThat(
            answer(
                "GET http://evil.example/health/pool HTTP/1.1\r\nHost: 127.0.0.1\r\n"
                    + "Connection: close\r\n\r\n"))
        .containsPattern(" (400|403) ");
    assertThat(underHost("Host: localhost:" + door.getPort() + "\r\n")).contains(" 200 ");
  }

  @Test
  void aPageOfAnotherOriginLearnsNothing() throws Exception {
    for (String path : List.of("/metrics", "/metrics/bbb", "/health/pool", "/health/live")) {
      HttpRequest.Builder foreign =
          request(door.resolve(path)).header("Origin", "https://evil.example");
      HttpResponse<String> read = client.send(foreign.build(), BodyHandlers.ofString());
      HttpResponse<String> preflight =
          client.send(
              foreign
                  .header("Access-Control-Request-Method", "GET")
                  .method("OPTIONS", HttpRequest.BodyPublishers.noBody())
                  .build(),
              BodyHandlers.ofString());

      for (HttpResponse<String> answer : List.of(read, preflight)) {
        assertThat(answer.headers().map().keySet())
            .as(path)
            .noneMatch(name -> name.toLowerCase().startsWith("access-control"));
      }
      assertThat(preflight.statusCode()).isEqualTo(405);
    }
    assertThat(
            client
                .send(request(door.resolve("/metrics")).build(), BodyHandlers.discarding())
                .headers()
                .map())
        .containsEntry("x-content-type-options", List.of("nosniff"))
        .containsEntry("cross-origin-resource-policy", List.of("same-origin"))
        .containsEntry("cache-control", List.of("no-store"));
  }

  @Test
  void onlyReads() throws Exception {
    for (String method : List.of("POST", "PUT", "DELETE", "PATCH", "OPTIONS", "BREW")) {
      for (String path : List.of("/metrics", "/metrics/bbb", "/health/pool", "/health/ready")) {
        HttpResponse<String> answer =
            client.send(
                request(door.resolve(path))
                    .method(method, HttpRequest.BodyPublishers.ofString("{}"))
                    .build(),
                BodyHandlers.ofString());

        assertThat(answer.statusCode()).as(method + " " + path).isEqualTo(405);
        assertThat(answer.headers().firstValue("Allow")).contains("GET, HEAD");
      }
    }
    assertThat(
            client
                .send(
                    request(door.resolve("/metrics"))
                        .method("HEAD", HttpRequest.BodyPublishers.noBody())
                        .build(),
                    BodyHandlers.ofString())
                .statusCode())
        .isEqualTo(200);
  }

  @Test
  void refusesWhatIsTooLarge() throws Exception {
    assertThat(
            answer(
                "GET /metrics?"
                    + "x".repeat(20_000)
                    + " HTTP/1.1\r\nHost: localhost\r\n"
                    + "Connection: close\r\n\r\n"))
        .containsPattern(" (414|431) ");
    assertThat(
            answer(
                "GET /metrics HTTP/1.1\r\nHost: localhost\r\nX-A: "
                    + "x".repeat(20_000)
                    + "\r\nConnection: close\r\n\r\n"))
        .contains(" 431 ");
    assertThat(
            answer(
                "POST /metrics HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000000\r\n"
                    + "Connection: close\r\n\r\n"))
        .containsPattern(" (405|413) ");
    assertThat(status(door.resolve("/metrics"))).isEqualTo(200);
  }

  @Test
  void hasNoPathBesideItsOwn() throws Exception {
    SigningClient frontEnd = new SigningClient(door.resolve("/bigbluebutton/api"), SECRET);
    assertThat(frontEnd.call("getMeetings", "").statusCode()).isEqualTo(404);
    for (String path :
        List.of(
            "/index.html",
            "/metrics/",
            "/metrics/../health/live",
            "/%6detrics",
            "//metrics",
            "/metrics;x",
            "/health",
            "/api/v1",
            "/api/v2/servers",
            "/META-INF/MANIFEST.MF")) {
      assertThat(
              answer("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"))
          .as(path)
          .containsPattern(" (400|404) ");
    }
  }

  @Test
  void aPortFullOfCallsDoesNotCloseTheDoor() throws Exception {
    pool.servers().forEach(server -> server.fault(Fault.parse("stall")));
    SigningClient frontEnd = new SigningClient(api, SECRET);
    frontEnd.callAsync("getMeetingInfo", "meetingID=math");
    await()
        .untilAsserted(() -> assertThat(metrics()).contains("\ntinyscale_calls_in_flight 1.0\n"));

    assertThat(frontEnd.call("getMeetingInfo", "meetingID=art").body()).contains("FAILED");

    assertThat(metrics())
        .contains("tinyscale_calls_total{call=\"getMeetingInfo\",outcome=\"overloaded\"} 1.0\n");
  }

  private String metrics() throws Exception {
    return client.send(request(door.resolve("/metrics")).build(), BodyHandlers.ofString()).body();
  }

  @Test
  void aFullDoorDoesNotCloseThePortOfTheCalls() throws Exception {
    List<Socket> strangers = new ArrayList<>();
    try {
      for (int i = 0; i < MOST_CONNECTIONS + 40; i++) {
        strangers.add(connection());
      }

      SigningClient frontEnd = new SigningClient(api, SECRET);
      SigningClient.assertSuccess(frontEnd.call("create", "name=Math&meetingID=math"));
      assertThat(status(api.resolve("/health/live"))).isEqualTo(200);
    } finally {
      for (Socket stranger : strangers) {
        stranger.close();
      }
    }
    assertThat(status(door.resolve("/health/live"))).isEqualTo(200);
  }
}
