package io.tinyscale.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonParser;
import io.tinyscale.process.ChildProcess;
import io.tinyscale.simulator.SimulatedPool;
import io.tinyscale.simulator.SimulatedServer;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real Prometheus scrapes the admin door as docs/monitoring.md says. */
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

  private final HttpClient client = HttpClient.newHttpClient();
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

  private ChildProcess startPrometheus(URI door, int port) throws IOException {
    String target = door.getHost() + ":" + door.getPort();
    Path configuration =
        Files.writeString(
            folder.resolve("prometheus.yaml"),
            String.format(
                "global: {scrape_interval: 500ms, scrape_timeout: 500ms}%n"
                    + "scrape_configs:%n"
                    + "- job_name: tinyscale%n"
                    + "  static_configs: [{targets: ['%s']}]%n"
                    + "- job_name: bbb%n"
                    + "  honor_labels: true%n"
                    + "  metrics_path: /metrics/bbb%n"
                    + "  static_configs: [{targets: ['%s']}]%n",
                target, target));
    return ChildProcess.start(
        "prometheus",
        folder,
        List.of(
            "prometheus",
            "--config.file=" + configuration,
            "--storage.tsdb.path=" + folder.resolve("series"),
            "--web.listen-address=127.0.0.1:" + port),
        Map.of());
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  /** The labels and values of the series that answer an expression now. */
  private List<JsonElement> query(int prometheus, String expression) throws Exception {
    String body =
        client
            .send(
                HttpRequest.newBuilder(
                        URI.create(
                            "http://127.0.0.1:"
                                + prometheus
                                + "/api/v1/query?query="
                                + URLEncoder.encode(expression, StandardCharsets.UTF_8)))
                    .build(),
                BodyHandlers.ofString())
            .body();
    JsonArray result =
        JsonParser.parseString(body)
            .getAsJsonObject()
            .getAsJsonObject("data")
            .getAsJsonArray("result");
    List<JsonElement> series = new ArrayList<>();
    result.forEach(series::add);
    return series;
  }

  private static double value(JsonElement series) {
    return series.getAsJsonObject().getAsJsonArray("value").get(1).getAsDouble();
  }

  private static String label(JsonElement series, String name) {
    return series.getAsJsonObject().getAsJsonObject("metric").get(name).getAsString();
  }

  @Test
  void dashboardsOfTheExporterFindOneSeriesForEachServer() throws Exception {
    try (ChildProcess process =
        ExecutableWar.start("scraped", folder, environment, "--port", "0")) {
      SigningClient frontEnd = new SigningClient(ExecutableWar.awaitReady(process), SECRET);
      URI door = URI.create(process.awaitOutput("(?m)^admin door: (\\S+)$").group(1));
      SigningClient.assertSuccess(
          frontEnd.call("create", "name=Math&meetingID=math&meta_bbb-origin=Moodle"));
      int port = freePort();
      try (ChildProcess prometheus = startPrometheus(door, port)) {
        await()
            .atMost(Duration.ofMinutes(1))
            .ignoreExceptions()
            .untilAsserted(
                () -> {
                  assertThat(prometheus.err()).doesNotContain("Error on ingesting");
                  assertThat(query(port, "sum(bbb_unique_meetings_total) > 0")).hasSize(1);
                  assertThat(query(port, "tinyscale_server_users")).hasSize(2);
                });

        List<String> names = pool.servers().stream().map(SimulatedServer::name).toList();
        for (String expression : OF_EACH_SERVER) {
          assertThat(query(port, expression))
              .as(expression)
              .extracting(
                  series -> label(series, expression.startsWith("bbb") ? "instance" : "server"))
              .containsExactlyInAnyOrderElementsOf(names);
        }
        assertThat(query(port, "up")).extracting(PrometheusIT::value).containsExactly(1.0, 1.0);
        assertThat(query(port, "sum(bbb_room_participants_gcount)"))
            .extracting(PrometheusIT::value)
            .containsExactly(1.0);
        assertThat(query(port, "bbb_meetings_participants_origin"))
            .extracting(series -> label(series, "name"))
            .containsExactly("moodle");
      }
    }
  }
}
