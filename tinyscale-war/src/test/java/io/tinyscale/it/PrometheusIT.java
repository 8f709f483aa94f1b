package io.tinyscale.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tinyscale.process.ChildProcess;
import io.tinyscale.simulator.SimulatedPool;
import io.tinyscale.simulator.SimulatedServer;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real Prometheus scrapes the admin door as packaging/monitoring says. */
@Tag("parts")
class PrometheusIT {

  private static final String SECRET = "hKq8sFk2pZ4711";

  /** What dashboards of bigbluebutton-exporter ask for each server. */
  private static final List<String> OF_EACH_SERVER =
      List.of(
          "bbb_api_up",
          "bbb_exporter",
          "bbb_meetings",
          "bbb_meetings_participants",
          "bbb_meetings_participants_max",
          "bbb_meetings_listeners",
          "bbb_meetings_voice_participants",
          "bbb_meetings_video_participants",
          "bbb_room_participants_gcount",
          "bbb_room_participants_gsum",
          "bbb_room_participants_bucket{le='30.0'}",
          "bbb_room_listeners_gcount",
          "bbb_room_voice_participants_gcount",
          "bbb_room_video_participants_bucket{le='+Inf'}",
          "bbb_unique_meetings_total",
          "bbb_unique_breakout_rooms_total",
          "bbb_api_latency_count{endpoint='getMeetings'}",
          "tinyscale_server_up",
          "tinyscale_server_users");

  @TempDir private Path folder;

  private final Map<String, String> environment = new HashMap<>();
  private SimulatedPool pool;

  @BeforeEach
  void startServers() {
    pool = SimulatedPool.start(2);
    environment.put("TINYSCALE_SECRET", SECRET);
    environment.put("TINYSCALE_SERVERS", PoolFiles.write(folder, pool).toString());
    environment.put("TINYSCALE_ADMIN_LISTEN", "127.0.0.1:0");
    environment.put("TINYSCALE_HEALTH_INTERVAL", "1s");
  }

  @AfterEach
  void stopServers() {
    pool.close();
  }

  @Test
  void dashboardsOfTheExporterFindOneSeriesForEachServer() throws Exception {
    try (ChildProcess process =
        ExecutableWar.start("scraped", folder, environment, "--port", "0")) {
      SigningClient frontEnd = new SigningClient(ExecutableWar.awaitReady(process), SECRET);
      URI door = URI.create(process.awaitOutput("(?m)^admin door: (\\S+)$").group(1));
      SigningClient.assertSuccess(
          frontEnd.call("create", "name=Math&meetingID=math&meta_bbb-origin=Moodle"));
      try (Prometheus prometheus = Prometheus.start(folder, door)) {
        await()
            .atMost(Duration.ofMinutes(1))
            .ignoreExceptions()
            .untilAsserted(
                () -> {
                  assertThat(prometheus.log()).doesNotContain("Error on ingesting");
                  assertThat(prometheus.query("sum(bbb_unique_meetings_total) > 0")).hasSize(1);
                  assertThat(prometheus.query("tinyscale_server_users")).hasSize(2);
                });

        List<String> names = pool.servers().stream().map(SimulatedServer::name).toList();
        for (String expression : OF_EACH_SERVER) {
          assertThat(prometheus.query(expression))
              .as(expression)
              .extracting(
                  series ->
                      Prometheus.label(
                          series, expression.startsWith("bbb") ? "instance" : "server"))
              .containsExactlyInAnyOrderElementsOf(names);
        }
        assertThat(prometheus.query("up")).extracting(Prometheus::value).containsExactly(1.0, 1.0);
        assertThat(prometheus.query("sum(bbb_room_participants_gcount)"))
            .extracting(Prometheus::value)
            .containsExactly(1.0);
        assertThat(prometheus.query("bbb_meetings_participants_origin"))
            .extracting(series -> Prometheus.label(series, "name"))
            .containsExactly("moodle");
      }
    }
  }
}
