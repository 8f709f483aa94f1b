package io.tinyscale.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tinyscale.process.ChildProcess;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The admin door behind an nginx that is told nothing but where the door is. */
@Tag("parts")
class NginxIT {

  @TempDir private Path folder;

  private RunningDoor running;
  private ChildProcess nginx;
  private URI proxy;

  @BeforeEach
  void start() throws IOException {
    // Each sweep is news: here there are none for a while.
    running = new RunningDoor(folder, "TINYSCALE_HEALTH_INTERVAL", "60s");
    proxy = URI.create("http://127.0.0.1:" + freePort());
    nginx =
        ChildProcess.start(
            "nginx",
            folder,
            List.of(program(), "-p", folder.toString(), "-c", configuration().toString()),
            Map.of());
    await().ignoreExceptions().until(this::listens);
  }

  private boolean listens() throws IOException {
    try (Socket socket = new Socket(proxy.getHost(), proxy.getPort())) {
      return socket.isConnected();
    }
  }

  @AfterEach
  void stop() {
    nginx.close();
    running.close();
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  /** Where it is, not everybody has in the path. */
  private static String program() {
    Path usual = Path.of("/usr/sbin/nginx");
    return Files.isExecutable(usual) ? usual.toString() : "nginx";
  }

  private Path configuration() throws IOException {
    StringBuilder text =
        new StringBuilder("daemon off; master_process off; error_log stderr; pid nginx.pid;\n")
            .append("events {}\nhttp {\naccess_log off;\n");
    for (String kind : List.of("client_body", "proxy", "fastcgi", "uwsgi", "scgi")) {
      text.append(kind).append("_temp_path ").append(kind).append(";\n");
    }
    text.append("server {\nlisten ")
        .append(proxy.getAuthority())
        // What nginx asked by before release 1.30 if it was told nothing.
        .append(";\nproxy_http_version 1.0;\nlocation / { proxy_pass ")
        .append("http://127.0.0.1:")
        .append(running.door().getPort())
        .append("; }\n}\n}\n");
    return Files.writeString(folder.resolve("nginx.conf"), text);
  }

  @Test
  void theStreamArrivesAtOnce() throws Exception {
    try (AdminStream stream = new AdminStream(proxy, RunningDoor.READ)) {
      stream.patience(Duration.ofSeconds(10));
      assertThat(stream.statusLine()).contains(" 200 ");
      assertThat(stream.next("status").getAsJsonArray("servers")).hasSize(2);
      // So few bytes would wait in a buffer of nginx until it is full.
      stream.awaitStill();
      stream.awaitStill();

      new AdminCaller(proxy, RunningDoor.ADMIN)
          .put("/servers/" + running.server(0).name() + "/state", "{\"state\":\"cordoned\"}");

      while (stream.next("status").getAsJsonObject("totals").get("enabled").getAsInt() != 1) {
        // An older status.
      }
    }
  }

  @Test
  void theStreamEndsForTheListenerWhenTinyscaleStops() throws Exception {
    try (AdminStream stream = new AdminStream(proxy, RunningDoor.READ)) {
      stream.next("status");

      running.process().terminate();

      stream.readToEnd();
      assertThat(running.process().awaitExit()).isZero();
    }
  }

  @Test
  void localMetricsAreNotForItsCallers() throws Exception {
    assertThat(metrics().statusCode()).isEqualTo(403);
    assertThat(metrics().body()).contains("metrics-local-only");
    assertThat(metrics("Authorization", "Bearer " + RunningDoor.READ).statusCode()).isEqualTo(200);
  }

  private HttpResponse<String> metrics(String... fields) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(proxy.resolve("/metrics")).timeout(Duration.ofSeconds(20));
    if (fields.length > 0) {
      request.headers(fields);
    }
    return HttpClient.newHttpClient().send(request.build(), BodyHandlers.ofString());
  }
}
