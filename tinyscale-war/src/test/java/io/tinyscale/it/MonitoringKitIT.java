package io.tinyscale.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonObject;
import io.tinyscale.process.ChildProcess;
import io.tinyscale.simulator.SimulatedPool;
import io.tinyscale.simulator.SimulatedServer;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real Prometheus with packaging/monitoring, over a balancer with two servers. */
@Tag("parts")
class MonitoringKitIT {

  private static final String SECRET = "hKq8sFk2pZ4711";

  @TempDir private Path folder;
  private final URI door = URI.create("http://127.0.0.1:" + Prometheus.freePort());
  private SimulatedPool pool;
  private Prometheus prometheus;

  @BeforeEach
  void start() {
    pool = SimulatedPool.start(2);
    prometheus = Prometheus.start(folder, door);
  }

  @AfterEach
  void stop() {
    prometheus.close();
    pool.close();
  }

  private ChildProcess startBalancer(String name) {
    Map<String, String> environment = new HashMap<>();
    environment.put("TINYSCALE_SECRET", SECRET);
    environment.put("TINYSCALE_SERVERS", PoolFiles.write(folder, pool).toString());
    environment.put("TINYSCALE_ADMIN_LISTEN", door.getAuthority());
    environment.put("TINYSCALE_HEALTH_INTERVAL", "1s");
    return ExecutableWar.start(name, folder, environment, "--port", "0");
  }

  private void awaitAnswer(String expression) {
    await()
        .atMost(Duration.ofMinutes(1))
        .ignoreExceptions()
        .untilAsserted(() -> assertThat(prometheus.query(expression)).as(expression).isNotEmpty());
  }

  @Test
  void everyExpressionOfTheDashboardIsAnswered() {
    Dashboard dashboard = Dashboard.ofTheKit();
    List<String> expressions = dashboard.expressions();
    assertThat(expressions).hasSizeGreaterThan(30).noneMatch(one -> one.contains("$"));
    // The dashboard marks when the balancer was started again.
    try (ChildProcess first = startBalancer("first")) {
      ExecutableWar.awaitReady(first);
      awaitAnswer("tinyscale_ready == 1");
    }

    try (ChildProcess again = startBalancer("again")) {
      String api = ExecutableWar.awaitReady(again).toString();
      try (Traffic traffic = Traffic.start(() -> new FrontEnd(api, SECRET), false)) {
        expressions.forEach(this::awaitAnswer);
        assertThat(traffic.answered()).isPositive();
      }
      assertThat(expressions.stream().filter(one -> one.matches("(max|min) by .server..*")))
          .hasSizeGreaterThan(8)
          .allSatisfy(one -> assertThat(valuesOf("server", one)).hasSameElementsAs(names()));
      assertThat(dashboard.labelValues())
          .hasSize(2)
          .allSatisfy(
              question ->
                  assertThat(valuesOf(question.label(), question.series()))
                      .isNotEmpty()
                      .doesNotContain(""));
    }
    assertThat(prometheus.log()).doesNotContain("Error on ingesting");
  }

  private List<String> names() {
    return pool.servers().stream().map(SimulatedServer::name).toList();
  }

  private List<String> valuesOf(String label, String expression) {
    return prometheus.query(expression).stream()
        .map(series -> Prometheus.label(series, label))
        .toList();
  }

  @Test
  void alertsAreLoadedAndOneIsRaisedForAServerThatDies() {
    try (ChildProcess balancer = startBalancer("balancer")) {
      ExecutableWar.awaitReady(balancer);
      awaitAnswer("count(tinyscale_server_up == 1) == 2");

      pool.servers().get(1).close();

      await()
          .atMost(Duration.ofMinutes(1))
          .untilAsserted(() -> assertThat(raised()).contains("TinyscaleServerDown"));
      assertThat(valuesOf("server", "ALERTS{alertname='TinyscaleServerDown'}"))
          .containsExactly(names().get(1));
      assertThat(prometheus.alerts())
          .hasSameSizeAs(MonitoringKit.alerts())
          .allSatisfy(alert -> assertThat(alert.get("health").getAsString()).isEqualTo("ok"));
    }
  }

  private TreeSet<String> raised() {
    TreeSet<String> names = new TreeSet<>();
    for (JsonObject alert : prometheus.alerts()) {
      if (!alert.get("state").getAsString().equals("inactive")) {
        names.add(alert.get("name").getAsString());
      }
    }
    return names;
  }
}
