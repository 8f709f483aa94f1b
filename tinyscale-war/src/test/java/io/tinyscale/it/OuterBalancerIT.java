package io.tinyscale.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tinyscale.balancer.TinyscaleConfig;
import io.tinyscale.bbb.ApiCall;
import io.tinyscale.config.ConfigSource;
import io.tinyscale.it.WebServer.Shown;
import io.tinyscale.jetty.EmbeddedServer;
import io.tinyscale.observe.CallOutcome;
import io.tinyscale.observe.GatewayObserver;
import io.tinyscale.process.ChildProcess;
import io.tinyscale.simulator.SimulatedPool;
import io.tinyscale.simulator.SimulatedServer;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The configurations of the documents for nginx and HAProxy, before two balancers. */
@Tag("parts")
class OuterBalancerIT {

  private static final String SECRET = "frontend-secret-c0ffee";
  private static final String SLIDES = "<modules><module name=\"presentation\"/></modules>";
  private static final int ROOMS = 200;

  @TempDir private static Path certificates;
  private static TestCertificate certificate;

  @TempDir private Path folder;

  private final SimulatedPool pool = SimulatedPool.start(3);
  private final List<AutoCloseable> running = new ArrayList<>();
  private int first;
  private int second;
  private WebServer outer;
  private FrontEnd frontEnd;

  @BeforeAll
  static void certify() throws Exception {
    certificate = TestCertificate.of("ip:127.0.0.1", certificates);
  }

  @BeforeEach
  void findPorts() throws IOException {
    first = WebServer.freePort();
    second = WebServer.freePort();
  }

  @AfterEach
  void stop() throws Exception {
    // The outer balancer first: it holds connections that a balancer would wait for.
    if (outer != null) {
      outer.close();
    }
    for (AutoCloseable one : running) {
      one.close();
    }
    pool.close();
  }

  private void startOuter(Shown shown) throws Exception {
    outer = WebServer.of(shown, List.of(first, second), certificate, folder).start();
    frontEnd = caller();
  }

  private FrontEnd caller() {
    return FrontEnd.trusting(certificate.trusting(), outer.api(), SECRET);
  }

  /** A balancer in this process, which counts the calls that it gets. */
  private EmbeddedServer embed(
      int port, List<SimulatedServer> servers, AtomicInteger calls, String... more)
      throws IOException {
    Map<String, String> settings = new HashMap<>();
    settings(servers).forEach((key, value) -> settings.put("tinyscale." + key, value));
    for (int i = 0; i < more.length; i += 2) {
      settings.put("tinyscale." + more[i], more[i + 1]);
    }
    EmbeddedServer server =
        EmbeddedServer.start(
            port,
            TinyscaleConfig.readForExecutable(
                List.of(ConfigSource.properties("the test", settings))),
            new GatewayObserver() {
              @Override
              public void callAnswered(
                  ApiCall call, String tenant, CallOutcome outcome, long nanos) {
                calls.incrementAndGet();
              }
            });
    running.add(server);
    return server;
  }

  private void embed(int port, List<SimulatedServer> servers) throws IOException {
    embed(port, servers, new AtomicInteger());
  }

  /** The first balancer as a process of its own, and the second, before the same servers. */
  private ChildProcess startFirstAsProcess() throws IOException {
    Map<String, String> environment = new HashMap<>();
    environment.put("TINYSCALE_STOP_WAIT", "8s");
    environment.put("TINYSCALE_LOG_CALLS", "all");
    settings(pool.servers())
        .forEach(
            (key, value) ->
                environment.put(
                    "TINYSCALE_" + key.replace('.', '_').toUpperCase(Locale.ROOT), value));
    ChildProcess process =
        ExecutableWar.start("first", folder, environment, "--port", String.valueOf(first));
    running.add(process);
    embed(second, pool.servers());
    ExecutableWar.awaitReady(process);
    return process;
  }

  private Map<String, String> settings(List<SimulatedServer> servers) throws IOException {
    Path own = Files.createTempDirectory(folder, "balancer");
    return Map.of(
        "secret", SECRET,
        "servers", PoolFiles.write(own, servers).toString(),
        "balancers", "several",
        "health.interval", "1s",
        "admin.listen", "off");
  }

  @ParameterizedTest
  @EnumSource(names = {"NGINX_BEFORE_TWO", "HAPROXY_BEFORE_TWO"})
  void callsAboutARoomReachOneBalancerAndListsAreSpread(Shown shown) throws Exception {
    // Each balancer has a server of its own, which tells what the balancer got.
    List<SimulatedServer> servers = pool.servers().subList(0, 2);
    embed(first, servers.subList(0, 1));
    embed(second, servers.subList(1, 2));
    startOuter(shown);

    for (int room = 0; room < ROOMS; room++) {
      callAbout("room-" + room, shown.kind().readsForms());
    }

    List<String> onBoth =
        IntStream.range(0, ROOMS)
            .mapToObj(room -> "room-" + room)
            .filter(room -> servers.stream().allMatch(server -> heardOf(server, room)))
            .toList();
    // On a busy machine a balancer may be left out for a moment. Without the hash it were most.
    assertThat(onBoth).hasSizeLessThanOrEqualTo(ROOMS / 20);
    Set<Boolean> lists = new HashSet<>();
    String one = servers.get(0).meetings().all().get(0).meetingId();
    for (int list = 0; list < 40; list++) {
      lists.add(frontEnd.call("getMeetings", "").contains("<meetingID>" + one + "</meetingID>"));
    }
    assertThat(lists).as("lists of both").hasSize(2);
  }

  private void callAbout(String room, boolean asForm) {
    String create = "name=Room&meetingID=" + room;
    assertSuccess(frontEnd.get(frontEnd.signed("create", create)));
    assertSuccess(frontEnd.post(frontEnd.signed("create", create), "application/xml", SLIDES));
    assertSuccess(frontEnd.get(frontEnd.signed("isMeetingRunning", "meetingID=" + room)));
    assertSuccess(frontEnd.get(frontEnd.signed("getMeetingInfo", "meetingID=" + room)));
    if (asForm) {
      // The id comes last, behind more than comes with the head.
      String form = "welcome=" + "x".repeat(20_000) + "&" + create;
      assertSuccess(
          frontEnd.post(frontEnd.signed("create", ""), "application/x-www-form-urlencoded", form));
    }
  }

  private static boolean heardOf(SimulatedServer server, String room) {
    return server.requests().stream()
        .anyMatch(request -> request.parameter("meetingID").filter(room::equals).isPresent());
  }

  private static void assertSuccess(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(answer.body()).contains("<returncode>SUCCESS</returncode>");
  }

  @ParameterizedTest
  @EnumSource(names = {"NGINX_BEFORE_TWO", "HAPROXY_BEFORE_TWO"})
  void aBalancerThatIsStoppedAndStartedAgainCostsNoCall(Shown shown) throws Exception {
    ChildProcess process = startFirstAsProcess();
    startOuter(shown);
    // nginx does not ask whether a balancer is ready, and repeats no POST.
    try (Traffic traffic = Traffic.start(this::caller, shown.kind().asksWhetherReady())) {
      await().until(() -> gotCalls(process));

      process.terminate();

      assertThat(process.awaitExit()).isZero();
      AtomicInteger calls = new AtomicInteger();
      embed(first, pool.servers(), calls);
      await().until(() -> calls.get() > 0);
      traffic.assertNoCallFailed();
    }
  }

  private static boolean gotCalls(ChildProcess process) {
    return process.out().contains(" call=");
  }

  @ParameterizedTest
  @EnumSource(names = "HAPROXY_BEFORE_TWO")
  void aBalancerThatIsNotReadyGetsNoCalls(Shown shown) throws Exception {
    AtomicInteger calls = new AtomicInteger();
    EmbeddedServer stopping = embed(first, pool.servers(), calls, "stop.wait", "10m");
    embed(second, pool.servers());
    startOuter(shown);
    try (Traffic traffic = Traffic.start(this::caller, true)) {
      await().until(() -> calls.get() > 0);

      Thread close = new Thread(stopping::close);
      close.start();
      running.remove(stopping);

      try {
        await().until(() -> isLeftOut(calls, traffic));
        // Its port is still open.
        new Socket("127.0.0.1", first).close();
      } finally {
        close.interrupt();
        close.join();
      }
      traffic.assertNoCallFailed();
    }
  }

  /** Whether of many calls none reached it. */
  private static boolean isLeftOut(AtomicInteger calls, Traffic traffic) {
    int before = calls.get();
    int answered = traffic.answered();
    await().until(() -> traffic.answered() >= answered + 60);
    return calls.get() == before;
  }

  @ParameterizedTest
  @EnumSource(names = {"NGINX_BEFORE_TWO", "HAPROXY_BEFORE_TWO"})
  void afterAKillCallsSucceedAndRoomsAreMadeOnce(Shown shown) throws Exception {
    ChildProcess process = startFirstAsProcess();
    startOuter(shown);
    IntStream.range(0, 30).forEach(room -> open("room-" + room));
    await().until(() -> gotCalls(process));

    process.close();

    IntStream.range(0, 60).forEach(room -> open("room-" + room));
    for (int room = 0; room < 60; room++) {
      String id = "room-" + room;
      assertThat(pool.servers())
          .filteredOn(server -> server.meetings().contains(id))
          .as(id)
          .hasSize(1);
    }
  }

  private void open(String room) {
    assertSuccess(frontEnd.get(frontEnd.signed("create", "name=Room&meetingID=" + room)));
  }
}
