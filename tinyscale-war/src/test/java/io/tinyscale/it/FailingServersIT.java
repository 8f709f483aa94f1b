package io.tinyscale.it;

import static io.tinyscale.it.SigningClient.assertSuccess;
import static io.tinyscale.it.SigningClient.element;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tinyscale.process.ChildProcess;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.core.ConditionFactory;
import org.awaitility.core.TerminalFailureException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Servers in processes of their own die, hang, lie and come back: the rows of docs/failures.md. */
@Tag("slow")
class FailingServersIT {

  private static final String SECRET = "kW4nT8vX1c4711";
  private static final int SERVER_CHECK_FAILED = 3;

  /** Nobody else makes meetings: of two empty copies the newer one stays in use. */
  private static final String[] ALONE = {"TINYSCALE_BALANCERS", "one"};

  @TempDir private Path folder;
  private final List<SimulatorProcess> servers = new ArrayList<>();
  private @Nullable ChildProcess balancer;
  private int logRead;
  private SigningClient frontend = new SigningClient(URI.create("http://localhost/"), SECRET);

  @AfterEach
  void stopAll() {
    if (balancer != null) {
      balancer.close();
    }
    servers.forEach(SimulatorProcess::close);
  }

  private void start(String... settings) {
    startServers();
    startBalancer(settings);
    logRead = log().length();
  }

  private void startServers() {
    List<CompletableFuture<SimulatorProcess>> starting =
        Stream.of("bbb1", "bbb2")
            .map(name -> CompletableFuture.supplyAsync(() -> SimulatorProcess.start(name, folder)))
            .toList();
    starting.forEach(server -> servers.add(server.join()));
  }

  private void startBalancer(String... settings) {
    PoolFiles.write(
        folder,
        servers.stream().map(SimulatorProcess::entry).collect(Collectors.joining(",", "[", "]")));
    launch(settings);
  }

  private void launch(String... settings) {
    Map<String, String> environment = new HashMap<>();
    environment.put("TINYSCALE_SECRET", SECRET);
    environment.put("TINYSCALE_HEALTH_INTERVAL", "600ms");
    environment.put("TINYSCALE_HEALTH_TIMEOUT", "550ms");
    environment.put("TINYSCALE_TIMEOUT_CONNECT", "500ms");
    environment.put("TINYSCALE_TIMEOUT_ANSWER", "2s");
    environment.put("TINYSCALE_TIMEOUT_CREATE", "2s");
    environment.put("TINYSCALE_TIMEOUT_LIST", "1s");
    environment.put("TINYSCALE_TIMEOUT_RECORDINGS", "1s");
    environment.put("TINYSCALE_MEETING_PATIENCE", "3s");
    environment.put("TINYSCALE_CACHE_TTL", "0");
    environment.put("TINYSCALE_STARTUP_CHECK", "warn");
    for (int i = 0; i < settings.length; i += 2) {
      environment.put(settings[i], settings[i + 1]);
    }
    frontend = new SigningClient(awaitStarted(environment), SECRET);
    logRead = 0;
    servers.forEach(server -> awaitEvents("server\\.up server=" + server.name(), 1));
  }

  /** Starts again if a busy machine makes the first sweep too slow for these short times. */
  private URI awaitStarted(Map<String, String> environment) {
    for (int left = 4; ; left--) {
      ChildProcess started = ExecutableWar.start("failing", folder, environment, "--port", "0");
      balancer = started;
      try {
        return ExecutableWar.awaitReady(started);
      } catch (TerminalFailureException ended) {
        if (left == 0 || started.awaitExit() != SERVER_CHECK_FAILED) {
          throw ended;
        }
      }
    }
  }

  /** Waits for a sweep of a server that begins from now on, and for its end. */
  private static void awaitSweeps(SimulatorProcess server) {
    int before = server.received("getMeetings");
    soon().until(() -> server.received("getMeetings") >= before + 3);
  }

  private static ConditionFactory soon() {
    return await().pollInterval(Duration.ofMillis(50));
  }

  /** The log since the balancer was ready for the test. */
  private String log() {
    return balancer == null ? "" : balancer.out().substring(logRead);
  }

  private long events(String regex) {
    return Pattern.compile(regex).matcher(log()).results().count();
  }

  private void awaitEvents(String regex, int count) {
    soon().until(() -> events(regex) >= count);
  }

  private SimulatorProcess holder(String meetingId) {
    return servers.stream().filter(server -> server.holds(meetingId)).findFirst().orElseThrow();
  }

  private SimulatorProcess other(SimulatorProcess server) {
    return servers.stream().filter(candidate -> candidate != server).findFirst().orElseThrow();
  }

  private SimulatorProcess createdOn(String meetingId) {
    assertSuccess(frontend.call("create", "name=Room&meetingID=" + meetingId));
    SimulatorProcess server = holder(meetingId);
    server.join(meetingId, "Ann");
    return server;
  }

  private void awaitCreated(String meetingId) {
    soon()
        .untilAsserted(
            () -> assertSuccess(frontend.call("create", "name=Room&meetingID=" + meetingId)));
  }

  /** Expects that calls for a meeting on a failing server are internal errors. */
  private void expectNothingSaidOf(String meetingId) {
    for (String call : List.of("getMeetingInfo", "isMeetingRunning")) {
      HttpResponse<String> answer = frontend.call(call, "meetingID=" + meetingId);
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(element(answer, "messageKey")).as(answer.body()).isEqualTo("internalError");
    }
  }

  private int joinedAt(String meetingId) {
    return URI.create(
            frontend
                .call("join", "fullName=Eve&role=VIEWER&meetingID=" + meetingId)
                .headers()
                .firstValue("Location")
                .orElseThrow())
        .getPort();
  }

  @Test
  void meetingsOfAKilledServerAreMadeElsewhere() {
    start();
    SimulatorProcess dead = createdOn("math");

    dead.close();

    expectNothingSaidOf("math");
    awaitCreated("math");
    SimulatorProcess second = other(dead);
    assertThat(second.holds("math")).isTrue();
    assertThat(events("server\\.down server=" + dead.name())).isPositive();
    dead.startAgain();
    awaitEvents("server\\.up server=" + dead.name(), 1);
    soon()
        .untilAsserted(
            () -> {
              awaitCreated("room-" + System.nanoTime());
              assertThat(dead.received("create")).isPositive();
            });
    assertThat(joinedAt("math")).isEqualTo(second.api().getPort());
  }

  @Test
  void aLeftoverIsEndedOnAServerThatComesBack() {
    start(ALONE);
    SimulatorProcess stopped = createdOn("math");
    stopped.create("art");
    soon().until(() -> frontend.call("getMeetingInfo", "meetingID=art").body().contains("SUCCESS"));
    stopped.leave("math", "Ann");

    stopped.stop();

    expectNothingSaidOf("math");
    awaitCreated("math");
    assertThat(other(stopped).holds("math")).isTrue();
    stopped.goOn();
    soon().until(() -> !stopped.holds("math"));
    assertThat(other(stopped).holds("math")).isTrue();
    awaitEvents("meeting\\.leftover-ended meeting=math server=" + stopped.name(), 1);
    awaitEvents("server\\.up server=" + stopped.name(), 1);
    assertSuccess(frontend.call("getMeetingInfo", "meetingID=art"));
    assertThat(stopped.holds("art")).as("which nobody made anew").isTrue();
    assertThat(events("meeting\\.split")).isZero();
  }

  @Test
  void aLeftoverWithPeopleIsLeftAlone() {
    start(ALONE);
    SimulatorProcess stopped = createdOn("math");
    stopped.stop();
    awaitCreated("math");
    SimulatorProcess live = other(stopped);
    live.join("math", "Bob");
    awaitSweeps(live);

    stopped.goOn();

    awaitEvents(
        "meeting\\.split meeting=math kept=" + live.name() + " \\S+ other=" + stopped.name(), 1);
    awaitEvents("server\\.up server=" + stopped.name(), 1);
    awaitSweeps(stopped);
    assertThat(stopped.holds("math")).as("Ann is in it").isTrue();
    assertThat(stopped.received("end")).isZero();
    assertThat(joinedAt("math")).isEqualTo(live.api().getPort());
    assertThat(events("meeting\\.split")).as("reported once, not on every sweep").isOne();

    stopped.leave("math", "Ann");
    soon().until(() -> !stopped.holds("math"));
    awaitEvents("meeting\\.leftover-ended meeting=math server=" + stopped.name(), 1);
    assertThat(live.holds("math")).isTrue();
  }

  @Test
  void callsReturnToALeftoverWithPeopleIfNobodyIsInTheNewCopy() {
    start(ALONE);
    SimulatorProcess stopped = createdOn("math");
    stopped.stop();
    awaitCreated("math");
    SimulatorProcess live = other(stopped);

    stopped.goOn();

    awaitEvents(
        "meeting\\.split meeting=math kept=" + stopped.name() + " \\S+ other=" + live.name(), 1);
    soon().until(() -> !live.holds("math"));
    assertThat(joinedAt("math")).isEqualTo(stopped.api().getPort());
    assertThat(stopped.holds("math")).as("Ann is in it").isTrue();
  }

  @Test
  void anEndEndsBothOfTwoLiveCopies() {
    startServers();
    servers.forEach(
        server -> {
          server.create("math");
          server.join("math", "Ann");
        });
    startBalancer();
    awaitEvents("meeting\\.split meeting=math", 1);

    assertSuccess(frontend.call("end", "meetingID=math&password=mp"));

    soon().until(() -> servers.stream().noneMatch(server -> server.holds("math")));
  }

  @Test
  void aServerThatIsListedTwiceIsReportedAndNothingIsEndedThere() {
    SimulatorProcess server = SimulatorProcess.start("bbb1", folder);
    servers.add(server);
    server.create("math");
    server.create("art");
    PoolFiles.write(
        folder,
        "["
            + server.entry()
            + ","
            + server.entry().replace("127.0.0.1", "localhost").replace("bbb1", "bbb2")
            + "]");

    launch("TINYSCALE_BALANCERS", "several");

    awaitEvents("server\\.twice server=bbb\\d other=bbb\\d", 1);
    awaitSweeps(server);
    awaitSweeps(server);
    assertThat(server.received("end")).isZero();
    assertThat(events("server\\.twice")).isOne();
    assertThat(events("meeting\\.split")).isZero();
  }

  @Test
  void aLeftoverIsEndedEvenIfTheNewMeetingWasMadeAgain() {
    // The second create asks the stopped server for a second before it decides.
    start("TINYSCALE_BALANCERS", "one", "TINYSCALE_TIMEOUT_ANSWER", "2s");
    SimulatorProcess stopped = createdOn("math");
    stopped.leave("math", "Ann");
    stopped.stop();
    awaitCreated("math");
    assertSuccess(frontend.call("end", "meetingID=math"));
    soon().until(() -> !other(stopped).holds("math"));
    awaitCreated("math");

    stopped.goOn();

    soon().until(() -> !stopped.holds("math"));
    assertThat(other(stopped).holds("math")).isTrue();
    assertThat(events("meeting\\.split")).isZero();
  }

  @ParameterizedTest(name = "{0} sweeps")
  @ValueSource(ints = {1, 2, 10})
  void aServerThatIsSilentForAWhileKeepsItsMeetings(int sweeps) {
    start("TINYSCALE_HEALTH_INTERVAL", "900ms", "TINYSCALE_HEALTH_TIMEOUT", "850ms");
    SimulatorProcess server = createdOn("math");
    String internalId =
        element(frontend.call("getMeetingInfo", "meetingID=math"), "internalMeetingID");
    // After the webhooks, the balancer asks the server for its list and its root only.
    soon().until(() -> server.received("hooks/list") > 0);
    int before = server.received("getMeetings");

    // Each sweep asks for the list and, if the list fails, for the root. Two of them are over
    // before
    // the server has been silent for three seconds.
    server.fault("error:503*" + 2 * sweeps);

    soon().until(() -> server.received("getMeetings") >= before + sweeps + 3);
    assertThat(events("server\\.down server=" + server.name())).isEqualTo(sweeps < 10 ? 0 : 1);
    if (sweeps == 10) {
      awaitEvents("server\\.up server=" + server.name(), 1);
    }
    HttpResponse<String> again = frontend.call("create", "name=Room&meetingID=math");
    assertThat(element(again, "internalMeetingID")).isEqualTo(internalId);
    assertThat(other(server).holds("math")).isFalse();
    assertThat(server.holds("math")).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "garbage",
        "html:200",
        "cut",
        "drop",
        "reset",
        "slow",
        "redirect:http://127.0.0.1:9/x",
        "stall"
      })
  void aServerWithAFaultGoesDownAndComesBackWithItsMeetings(String fault) {
    int unhealthy = 3;
    start("TINYSCALE_HEALTH_UNHEALTHY", String.valueOf(unhealthy));
    SimulatorProcess server = createdOn("math");
    int before = server.received("getMeetings");

    server.fault(fault);

    expectNothingSaidOf("math");
    awaitEvents("server\\.down server=" + server.name(), 1);
    assertThat(server.received("getMeetings") - before)
        .as("sweeps until it was down, beside one that was under way")
        .isGreaterThanOrEqualTo(unhealthy - 1);
    HttpResponse<String> list = frontend.call("getMeetings", "");
    assertSuccess(list);
    assertThat(list.headers().firstValue("X-Tinyscale-Partial")).contains("1");
    expectNothingSaidOf("math");
    server.clearFaults();
    awaitEvents("server\\.up server=" + server.name(), 1);
    soon()
        .untilAsserted(
            () ->
                assertThat(frontend.call("isMeetingRunning", "meetingID=math").body())
                    .contains("<running>true</running>"));
    assertThat(frontend.call("getMeetings", "").headers().firstValue("X-Tinyscale-Partial"))
        .isEmpty();
  }

  @Test
  void aServerThatRefusesOurSecretIsReportedAndComesBack() {
    start();
    SimulatorProcess server = createdOn("math");

    server.fault("wrong-secret");

    expectNothingSaidOf("math");
    awaitEvents("server\\.wrong-secret server=" + server.name(), 1);
    soon()
        .untilAsserted(
            () -> assertSuccess(frontend.call("create", "name=Room&meetingID=elsewhere")));
    assertThat(other(server).holds("elsewhere")).isTrue();
    server.clearFaults();
    soon().untilAsserted(() -> assertSuccess(frontend.call("getMeetingInfo", "meetingID=math")));
    assertThat(log()).doesNotContain("checksum=");
  }

  @Test
  void aSlowServerDelaysOnlyItsOwnMeetings() {
    start();
    SimulatorProcess slow = createdOn("slow");
    SimulatorProcess quick = other(slow);
    quick.create("quick");
    assertSuccess(frontend.call("getMeetingInfo", "meetingID=quick"));
    slow.fault("delay:5s");

    CompletableFuture<HttpResponse<String>> its =
        frontend.callAsync("getMeetingInfo", "meetingID=slow");
    soon().until(() -> slow.received("getMeetingInfo") > 0);

    assertSuccess(frontend.call("getMeetingInfo", "meetingID=quick"));
    assertThat(its).as("not answered while others are").isNotDone();
    HttpResponse<String> list = frontend.call("getMeetings", "");
    assertThat(list.body()).contains("<meetingID>quick<").doesNotContain("<meetingID>slow<");
    assertThat(list.headers().firstValue("X-Tinyscale-Partial")).contains("1");
    assertThat(its.join().body()).contains("internalError");
  }

  @Test
  void aServerThatAcceptsNoConnectionDelaysNoOther() throws Exception {
    startServers();
    try (ServerSocket deaf = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      List<Socket> waiting = fill(deaf);
      PoolFiles.write(
          folder,
          servers.stream()
              .map(SimulatorProcess::entry)
              .collect(
                  Collectors.joining(
                      ",",
                      "[",
                      ", {\"host\": \"http://127.0.0.1:"
                          + deaf.getLocalPort()
                          + "\", \"secret\": \"x\", \"name\": \"deaf\"}]")));

      launch();

      assertThat(events("server\\.down server=deaf .*(not connected within|no complete answer)"))
          .as(log())
          .isPositive();
      // Until our patience is over, the deaf server may hold any meeting.
      awaitCreated("first");
      for (int i = 0; i < 6; i++) {
        assertSuccess(frontend.call("create", "name=Room&meetingID=room-" + i));
      }
      assertThat(servers).allMatch(server -> server.received("create") > 0);
      assertThat(frontend.call("getMeetings", "").body()).contains("room-0", "room-5");
      for (Socket socket : waiting) {
        socket.close();
      }
    }
  }

  /** Opens connections until the queue of the server is full. */
  private static List<Socket> fill(ServerSocket deaf) throws Exception {
    List<Socket> waiting = new ArrayList<>();
    for (int i = 0; i < 64; i++) {
      Socket socket = new Socket();
      waiting.add(socket);
      try {
        socket.connect(deaf.getLocalSocketAddress(), 200);
      } catch (SocketTimeoutException full) {
        return waiting;
      }
    }
    throw new AssertionError("its queue has no end");
  }

  @Test
  void aCreateWithALostAnswerIsRepeatedOnTheSameServer() {
    start();
    servers.forEach(server -> server.fault("create", "act-then-drop*2"));

    HttpResponse<String> lost = frontend.call("create", "name=Room&meetingID=math");
    assertThat(element(lost, "messageKey")).isEqualTo("internalError");
    SimulatorProcess server = holder("math");
    HttpResponse<String> repeated = frontend.call("create", "name=Room&meetingID=math");

    assertSuccess(repeated);
    assertThat(element(repeated, "messageKey")).isEqualTo("duplicateWarning");
    assertThat(other(server).received("create")).isZero();
    assertThat(other(server).holds("math")).isFalse();
  }

  @Test
  void callsFailWhileTheLastServerIsDead() {
    start();
    SimulatorProcess server = createdOn("math");
    servers.forEach(SimulatorProcess::close);

    awaitEvents("server\\.down", 2);

    expectNothingSaidOf("math");
    for (String call : List.of("create", "getMeetings", "getRecordings")) {
      HttpResponse<String> answer =
          frontend.call(call, call.equals("create") ? "name=Room&meetingID=new" : "");
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(element(answer, "returncode")).as(answer.body()).isEqualTo("FAILED");
      assertThat(element(answer, "messageKey")).isNotEqualTo("noMeetings");
    }
    assertThat(frontend.call("", "").body()).contains("SUCCESS");
    server.startAgain();
    awaitCreated("new");
    assertThat(server.holds("new")).isTrue();
  }

  @Test
  void callsGoToTheOlderOfTwoLiveCopiesAlsoAfterARestart() {
    startServers();
    SimulatorProcess older = servers.get(1);
    SimulatorProcess younger = servers.get(0);
    older.create("math");
    older.join("math", "Ann");
    await().until(() -> older.holds("math"));
    younger.create("math");
    younger.join("math", "Bob");

    startBalancer();

    awaitEvents("meeting\\.split meeting=math kept=bbb2 \\S+ other=bbb1", 1);
    assertThat(joinedAt("math")).isEqualTo(older.api().getPort());
    int sweeps = younger.received("getMeetings");
    soon().until(() -> younger.received("getMeetings") > sweeps + 2);
    assertThat(joinedAt("math")).isEqualTo(older.api().getPort());
    assertThat(frontend.call("getMeetings", "").body())
        .containsOnlyOnce("<meetingID>math</meetingID>");
    assertThat(events("meeting\\.split")).as("reported once, not on every sweep").isOne();
    assertThat(younger.holds("math")).as("nobody knows why it is there").isTrue();

    if (balancer != null) {
      balancer.close();
    }
    startBalancer();
    awaitEvents("meeting\\.split meeting=math kept=bbb2 \\S+ other=bbb1", 1);
    assertThat(joinedAt("math")).isEqualTo(older.api().getPort());
  }
}
