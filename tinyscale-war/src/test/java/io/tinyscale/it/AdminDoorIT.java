package io.tinyscale.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tinyscale.process.ChildProcess;
import io.tinyscale.simulator.SimulatedPool;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The admin door of {@code java -jar tinyscale.war}. */
class AdminDoorIT {

  private static final String SECRET = "hKq8sFk2pZ4711";
  private static final int WRONG_CONFIGURATION = 2;
  private static final int CANNOT_START_NOW = 3;

  @TempDir private Path folder;

  private final HttpClient client = HttpClient.newHttpClient();
  private final Map<String, String> environment = new HashMap<>();
  private SimulatedPool pool;

  @BeforeEach
  void configure() {
    pool = SimulatedPool.start(2);
    environment.put("TINYSCALE_SECRET", SECRET);
    environment.put("TINYSCALE_SERVERS", PoolFiles.write(folder, pool).toString());
    environment.put("TINYSCALE_ADMIN_LISTEN", "127.0.0.1:0");
  }

  @AfterEach
  void stopServers() {
    pool.close();
  }

  private ChildProcess start(String name, String... arguments) {
    return ExecutableWar.start(name, folder, environment, arguments);
  }

  private static URI door(ChildProcess process) {
    return URI.create(process.awaitOutput("(?m)^admin door: (\\S+)$").group(1));
  }

  private HttpResponse<String> get(URI uri) throws Exception {
    return client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
  }

  private List<String> metrics(URI door) throws Exception {
    HttpResponse<String> answer = get(door.resolve("/metrics"));
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Type"))
        .contains("text/plain; version=0.0.4; charset=utf-8");
    return answer.body().lines().toList();
  }

  @Test
  void tellsHealthAndCounts() throws Exception {
    try (ChildProcess process = start("door", "--port", "0")) {
      SigningClient frontEnd = new SigningClient(ExecutableWar.awaitReady(process), SECRET);
      URI door = door(process);

      SigningClient.assertSuccess(frontEnd.call("create", "name=Math&meetingID=math"));
      new SigningClient(ExecutableWar.awaitReady(process), "wrong").call("getMeetings", "");

      assertThat(get(door.resolve("/health/live")).body()).isEqualTo("{\"status\":\"live\"}\n");
      assertThat(get(door.resolve("/health/ready")).body()).isEqualTo("{\"status\":\"ready\"}\n");
      assertThat(get(door.resolve("/health/pool")).body())
          .isEqualTo("{\"status\":\"available\",\"available\":2,\"enabled\":2}\n");
      assertThat(metrics(door))
          .contains(
              "tinyscale_calls_total{call=\"create\",outcome=\"ok\"} 1.0",
              "tinyscale_calls_total{call=\"getMeetings\",outcome=\"denied\"} 1.0",
              "tinyscale_ready 1.0",
              "tinyscale_servers_available 2.0")
          .anyMatch(line -> line.startsWith("tinyscale_build_info{"));
    }
  }

  @Test
  void neitherDoorAnswersThePathsOfTheOther() throws Exception {
    try (ChildProcess process = start("doors", "--port", "0")) {
      URI api = ExecutableWar.awaitReady(process);
      URI door = door(process);

      assertThat(get(api.resolve("/metrics")).statusCode()).isEqualTo(404);
      assertThat(get(api.resolve("/health/pool")).statusCode()).isEqualTo(404);
      assertThat(get(api.resolve("/health/ready")).statusCode()).isEqualTo(200);
      assertThat(get(door.resolve("/bigbluebutton/api")).statusCode()).isEqualTo(404);
      assertThat(get(door.resolve("/nothing")).statusCode()).isEqualTo(404);
      assertThat(get(api.resolve("/api/v1/openapi.json")).statusCode()).isEqualTo(404);
      assertThat(get(door.resolve("/api/v1/openapi.json")).statusCode()).isEqualTo(200);
    }
  }

  @Tag("parts")
  @Test
  void promtoolFindsNothingToCriticizeWhileCallsAreCounted() throws Exception {
    environment.put("TINYSCALE_PLACEMENT", "expected-load");
    try (ChildProcess process = start("promtool", "--port", "0")) {
      SigningClient frontEnd = new SigningClient(ExecutableWar.awaitReady(process), SECRET);
      SigningClient.assertSuccess(frontEnd.call("create", "name=Math&meetingID=math"));
      frontEnd.call("join", "fullName=Ann&meetingID=math&role=VIEWER");
      frontEnd.call("getMeetings", "");

      URI door = door(process);
      assertThat(promtool(metrics(door))).isEmpty();
      HttpResponse<String> ofServers = get(door.resolve("/metrics/bbb"));
      assertThat(ofServers.body())
          .contains("bbb_meetings{instance=\"" + pool.servers().get(0).name() + "\"}");
      assertThat(promtool(ofServers.body().lines().toList())).isEmpty();
    }
  }

  /** What promtool criticizes. */
  private String promtool(List<String> metrics) throws Exception {
    Process promtool =
        new ProcessBuilder("promtool", "check", "metrics")
            .redirectInput(Files.write(folder.resolve("metrics"), metrics).toFile())
            .redirectErrorStream(true)
            .start();
    String said = new String(promtool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return promtool.waitFor() == 0 ? said : "exit code " + promtool.exitValue() + ": " + said;
  }

  @Test
  void saysThatNoServerTakesNewMeetingsAndStaysReady() throws Exception {
    environment.put("TINYSCALE_HEALTH_INTERVAL", "1s");
    try (ChildProcess process = start("no-server", "--port", "0")) {
      ExecutableWar.awaitReady(process);
      URI door = door(process);

      pool.servers().forEach(server -> server.close());

      await()
          .untilAsserted(
              () -> assertThat(get(door.resolve("/health/pool")).statusCode()).isEqualTo(503));
      assertThat(get(door.resolve("/health/pool")).body())
          .isEqualTo("{\"status\":\"no-server\",\"available\":0,\"enabled\":2}\n");
      assertThat(get(door.resolve("/health/ready")).statusCode()).isEqualTo(200);
    }
  }

  @Test
  void saysAtOnceThatItStopsAndTakesCallsForAWhile() throws Exception {
    environment.put("TINYSCALE_STOP_WAIT", "10s");
    try (ChildProcess process = start("stop", "--port", "0")) {
      URI api = ExecutableWar.awaitReady(process);
      URI ready = door(process).resolve("/health/ready");
      assertThat(get(ready).statusCode()).isEqualTo(200);

      process.terminate();

      await().until(() -> get(ready).statusCode() == 503);
      assertThat(get(ready).body()).isEqualTo("{\"status\":\"stopping\"}\n");
      assertThat(get(api.resolve("/health/ready")).statusCode()).isEqualTo(503);
      assertThat(get(ready.resolve("/health/live")).statusCode()).isEqualTo(200);
      HttpResponse<String> created =
          new SigningClient(api, SECRET).call("create", "name=Math&meetingID=math");
      SigningClient.assertSuccess(created);
      assertThat(created.headers().firstValue("Connection")).contains("close");
      assertThat(process.awaitExit()).isZero();
    }
  }

  @Test
  void loadsTheLibraryAfterTheStartAndTheManagementBeansForTheFirstScrape() throws Exception {
    Path classes = folder.resolve("classes");
    try (ChildProcess process =
        ExecutableWar.start(
            "classes",
            folder,
            List.of("-Xlog:class+load:file=" + classes),
            environment,
            "--port",
            "0")) {
      ExecutableWar.awaitReady(process);
      URI door = door(process);
      await().until(() -> isLoaded("io.prometheus.metrics.core.metrics.Counter", classes));
      List<String> loaded = loaded(classes);
      // The first lines of output need its status.
      assertThat(loaded.indexOf("io.tinyscale.balancer.BalancerStatus"))
          .isBetween(0, firstOf("io.prometheus.", loaded));
      assertThat(firstOf("java.lang.management.ManagementFactory", loaded))
          .isEqualTo(loaded.size());

      metrics(door);

      assertThat(isLoaded("java.lang.management.ManagementFactory", classes)).isTrue();
    }
  }

  /** The classes that a process has loaded, in their order. */
  private static List<String> loaded(Path log) throws IOException {
    return Files.readAllLines(log).stream()
        .map(line -> line.replaceFirst("^\\S+ +", "").split(" ")[0])
        .toList();
  }

  private static boolean isLoaded(String name, Path log) throws IOException {
    return loaded(log).contains(name);
  }

  /** Where the first class is whose name begins so; the end of the list if there is none. */
  private static int firstOf(String beginning, List<String> loaded) {
    return (int) loaded.stream().takeWhile(name -> !name.startsWith(beginning)).count();
  }

  @Test
  void refusesMetricsThroughAProxyAndUnderNamesOfStrangers() throws Exception {
    try (ChildProcess process = start("access", "--port", "0")) {
      ExecutableWar.awaitReady(process);
      URI door = door(process);
      HttpRequest throughProxy =
          HttpRequest.newBuilder(door.resolve("/metrics"))
              .header("X-Forwarded-For", "192.0.2.1")
              .build();

      assertThat(client.send(throughProxy, BodyHandlers.ofString()).statusCode()).isEqualTo(403);
      assertThat(statusUnder("127.0.0.1.evil.example", "HTTP/1.1", door)).contains(" 403 ");
      assertThat(statusUnder("127.0.0.1", "HTTP/1.1", door)).contains(" 200 ");
      assertThat(statusUnder("127.0.0.1", "HTTP/1.0", door)).contains(" 403 ");
    }
  }

  private static String statusUnder(String host, String protocol, URI door) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), door.getPort())) {
      socket
          .getOutputStream()
          .write(
              ("GET /metrics " + protocol + "\r\nHost: " + host + "\r\nConnection: close\r\n\r\n")
                  .getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .findFirst()
          .orElseThrow();
    }
  }

  @Test
  void startsWithoutTheUsualDoorIfItsPortIsTaken() throws Exception {
    environment.remove("TINYSCALE_ADMIN_LISTEN");
    ServerSocket taken = takeUsualPort();
    try (ChildProcess process = start("taken", "--port", "0")) {
      ExecutableWar.awaitReady(process);

      assertThat(process.out())
          .contains(" WARN  config.warning admin.listen: 127.0.0.1:3006, ")
          .doesNotContain("admin door");
    } finally {
      taken.close();
    }
  }

  /** Takes the port as soon as nobody has it; tests beside this one have it for seconds. */
  private static ServerSocket takeUsualPort() throws IOException {
    AtomicReference<ServerSocket> taken = new AtomicReference<>(new ServerSocket());
    try {
      await()
          .pollInterval(Duration.ofMillis(20))
          .until(
              () -> {
                ServerSocket socket = new ServerSocket();
                try {
                  socket.bind(new InetSocketAddress("127.0.0.1", 3006));
                } catch (BindException somebodyElse) {
                  socket.close();
                  return false;
                }
                taken.set(socket);
                return true;
              });
    } catch (ConditionTimeoutException forGood) {
      // Then tinyscale cannot have it either.
    }
    return taken.get();
  }

  @Test
  void refusesToStartWithoutADoorThatWasAskedFor() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      environment.put("TINYSCALE_ADMIN_LISTEN", "127.0.0.1:" + taken.getLocalPort());
      try (ChildProcess process = start("asked-for", "--port", "0")) {
        assertThat(process.awaitExit()).isEqualTo(CANNOT_START_NOW);
        assertThat(process.err()).startsWith("admin.listen: 127.0.0.1:" + taken.getLocalPort());
      }
    }
  }

  @Test
  void refusesToStartWithoutTheAddressThatWasAskedFor() throws IOException {
    Path tokens = folder.resolve("tokens");
    Files.writeString(tokens, "anna admin tsk_0123456789abcdefghijklmnopqrstuvwxyz\n");
    environment.put("TINYSCALE_ADMIN_LISTEN", "192.0.2.1:0");
    environment.put("TINYSCALE_ADMIN_TOKENS_FILE", tokens.toString());
    try (ChildProcess process = start("no-address", "--port", "0")) {
      assertThat(process.awaitExit()).as(process.err()).isEqualTo(CANNOT_START_NOW);
      assertThat(process.err()).startsWith("admin.listen: 192.0.2.1:0, ");
    }
  }

  @Test
  void refusesADoorThatOtherMachinesReach() {
    environment.put("TINYSCALE_ADMIN_LISTEN", "0.0.0.0:3006");
    try (ChildProcess process = start("world", "--port", "0")) {
      assertThat(process.awaitExit()).isEqualTo(WRONG_CONFIGURATION);
      assertThat(process.err()).startsWith("admin.listen: 0.0.0.0:3006");
    }
  }

  @Test
  void loadsNothingForAdministratorsIfThereIsNoDoor() throws Exception {
    environment.put("TINYSCALE_ADMIN_LISTEN", "off");
    Path classes = folder.resolve("classes");
    try (ChildProcess process =
        ExecutableWar.start(
            "off",
            folder,
            List.of("-Xlog:class+load:file=" + classes),
            environment,
            "--port",
            "0")) {
      ExecutableWar.awaitReady(process);
      process.terminate();
      assertThat(process.awaitExit()).isZero();

      assertThat(process.out()).doesNotContain("admin door");
      assertThat(Files.readString(classes))
          .contains("io.tinyscale.balancer.Balancer ")
          .doesNotContain("io.tinyscale.admin.", "io.prometheus.");
    }
  }
}
