package io.tinyscale.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.balancer.TinyscaleConfig;
import io.tinyscale.config.ConfigSource;
import io.tinyscale.it.WebServer.Shown;
import io.tinyscale.jetty.EmbeddedServer;
import io.tinyscale.observe.GatewayObserver;
import io.tinyscale.simulator.ReceivedRequest;
import io.tinyscale.simulator.SimulatedPool;
import io.tinyscale.simulator.SimulatedServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The configurations of the documents for nginx, HAProxy and Caddy. */
@Tag("parts")
class ReverseProxyIT {

  private static final String SECRET = "frontend-secret-c0ffee";

  /** More than nginx takes by default, and than any of them keeps in its buffers. */
  private static final int SLIDES = 8 << 20;

  private static final int LONG_QUERY = 60_000;

  @TempDir private static Path certificates;
  private static TestCertificate certificate;

  @TempDir private Path folder;

  private final SimulatedPool pool = SimulatedPool.start(2);
  private final List<Integer> ports = new ArrayList<>();
  private final List<EmbeddedServer> balancers = new ArrayList<>();
  private WebServer webServer;
  private FrontEnd frontEnd;

  @BeforeAll
  static void certify() throws Exception {
    certificate = TestCertificate.of("ip:127.0.0.1", certificates);
  }

  @BeforeEach
  void findPorts() throws IOException {
    ports.add(WebServer.freePort());
    ports.add(WebServer.freePort());
  }

  @AfterEach
  void stop() {
    // The web server first: it holds connections that a balancer would wait for.
    if (webServer != null) {
      webServer.close();
    }
    balancers.forEach(EmbeddedServer::close);
    pool.close();
  }

  private void start(Shown shown) throws Exception {
    startBalancers(shown);
    startWebServer(shown);
  }

  private void startWebServer(Shown shown) throws Exception {
    webServer = WebServer.of(shown, ports, certificate, folder).start();
    frontEnd = FrontEnd.trusting(certificate.trusting(), webServer.api(), SECRET);
  }

  private void startBalancers(Shown shown) throws IOException {
    for (int port : ports.subList(0, shown.balancers())) {
      Path own = Files.createTempDirectory(folder, "balancer");
      Map<String, String> settings =
          Map.of(
              "tinyscale.secret",
              SECRET,
              "tinyscale.servers",
              PoolFiles.write(own, pool.servers()).toString(),
              "tinyscale.balancers",
              shown.balancers() == 1 ? "auto" : "several",
              "tinyscale.admin.listen",
              "off");
      balancers.add(
          EmbeddedServer.start(
              port,
              TinyscaleConfig.readForExecutable(
                  List.of(ConfigSource.properties("the test", settings))),
              GatewayObserver.NONE));
    }
  }

  @ParameterizedTest
  @EnumSource
  void theConfigurationGivesNoCauseForAWarning(Shown shown) throws Exception {
    WebServer.of(shown, ports, certificate, folder).check();
  }

  @ParameterizedTest
  @EnumSource
  void longQueriesFormsAndSlidesPass(Shown shown) throws Exception {
    start(shown);
    String long60 = "x".repeat(LONG_QUERY);

    assertSuccess(
        frontEnd.get(frontEnd.signed("create", "name=Room&meetingID=long&meta_x=" + long60)));
    assertSuccess(
        frontEnd.post(
            frontEnd.signed("create", ""),
            "application/x-www-form-urlencoded",
            "name=Room&meetingID=form&welcome=" + long60));
    assertSuccess(
        frontEnd.post(
            frontEnd.signed("create", "name=Room&meetingID=large"),
            "application/xml",
            BodyPublishers.ofString("<modules><!--" + "x".repeat(SLIDES) + "--></modules>")));
    HttpResponse<String> joined =
        frontEnd.get(frontEnd.signed("join", "fullName=Ann&meetingID=large&userdata-x=" + long60));

    assertThat(joined.statusCode()).isEqualTo(302);
    assertThat(joined.headers().firstValue("Location").orElseThrow())
        .hasSizeGreaterThan(LONG_QUERY);
    assertThat(pool.servers()).anyMatch(server -> largestBody(server) > SLIDES);
  }

  private static void assertSuccess(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(answer.body()).contains("<returncode>SUCCESS</returncode>");
  }

  private static long largestBody(SimulatedServer server) {
    return server.requests().stream()
        .filter(request -> request.call().equals("create"))
        .mapToLong(ReceivedRequest::bodyLength)
        .max()
        .orElse(0);
  }

  @ParameterizedTest
  @EnumSource
  void eachRequestGetsAnIdThatServersGetToo(Shown shown) throws Exception {
    start(shown);
    String callers = "an-id-of-the-callers-own";

    HttpResponse<String> answer =
        frontEnd.get(
            frontEnd.signed("create", "name=Room&meetingID=named"), "X-Request-ID", callers);

    String id = answer.headers().firstValue("X-Request-ID").orElseThrow();
    // An id of tinyscale's own has 16 digits.
    assertThat(id).hasSizeGreaterThanOrEqualTo(32).isNotEqualTo(callers);
    assertThat(pool.servers()).anyMatch(server -> gotCreate(server, id));
  }

  private static boolean gotCreate(SimulatedServer server, String requestId) {
    return server.requests().stream()
        .filter(request -> request.call().equals("create"))
        .anyMatch(request -> request.header("X-Request-ID").filter(requestId::equals).isPresent());
  }

  @ParameterizedTest
  @EnumSource
  void nothingButTheApiIsPassedOn(Shown shown) throws Exception {
    start(shown);

    for (String path : List.of("/health/ready", "/metrics", "/api/v1/status", "/")) {
      HttpResponse<String> answer = frontEnd.get(URI.create(webServer.address() + path));

      assertThat(answer.statusCode()).as(path).isBetween(400, 499);
      assertThat(answer.headers().firstValue("X-Request-ID")).as(path).isEmpty();
    }
    assertSuccess(frontEnd.get(URI.create(webServer.api())));
  }

  @ParameterizedTest
  @EnumSource(names = {"HAPROXY_BEFORE_ONE", "CADDY_BEFORE_ONE"})
  void aCallWaitsWhileTinyscaleRestarts(Shown shown) throws Exception {
    startWebServer(shown);
    URI create = frontEnd.signed("create", "name=Room&meetingID=early");

    CompletableFuture<HttpResponse<String>> early = frontEnd.getAsync(create);
    startBalancers(shown);

    assertSuccess(early.get());
  }
}
