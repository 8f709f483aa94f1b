package io.tinyscale.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The admin API below {@code admin.path} of a web application. */
class AdminPathTest {

  private static final String TOKEN = "tsk_0123456789abcdefghijklmnopqrstuvwxyz";

  @RegisterExtension
  private final SimulatedPoolExtension pool = SimulatedPoolExtension.of("one", "two");

  private final HttpClient client = HttpClient.newHttpClient();

  private RunningFilter start(TestContainer.Kind kind) throws Exception {
    return pool.startWebapp(kind, "admin.path", "/ops", "admin.token", TOKEN);
  }

  private static URI door(RunningFilter filter) {
    return URI.create("http://127.0.0.1:" + filter.port() + "/ops");
  }

  @ParameterizedTest
  @EnumSource(
      value = TestContainer.Kind.class,
      names = "JETTY_ALONE",
      mode = EnumSource.Mode.EXCLUDE)
  void servesTheApiToThoseWithAToken(TestContainer.Kind kind) throws Exception {
    try (RunningFilter filter = start(kind)) {
      AdminCaller admin = new AdminCaller(door(filter), TOKEN);
      AdminDocument document = new AdminDocument(admin);

      assertThat(admin.with("").get("/status").status()).isEqualTo(401);
      assertThat(admin.get("/status").status()).isEqualTo(200);
      assertThat(admin.put("/servers/one/state", "{\"state\":\"cordoned\"}").status())
          .isEqualTo(200);
      assertThat(admin.delete("/servers/two/drain").status()).isEqualTo(200);
      assertThat(admin.post("/servers/one/end-meetings", "{}").status()).isEqualTo(202);
      assertThat(admin.call("PATCH", "/servers/two", "{\"weight\":2}").status()).isEqualTo(200);
      assertThat(admin.delete("/servers/one").status()).isEqualTo(204);
      assertThat(admin.get("/servers/no%62ody").status()).isEqualTo(404);
      assertThat(admin.answers()).allSatisfy(document::assertDescribes);
      assertThat(
              new AdminCaller(URI.create("http://127.0.0.1:" + filter.port()), TOKEN)
                  .get("/status")
                  .status())
          .isNotEqualTo(200);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = TestContainer.Kind.class,
      names = "JETTY_ALONE",
      mode = EnumSource.Mode.EXCLUDE)
  void streamsUntilTheWebApplicationStops(TestContainer.Kind kind) throws Exception {
    BufferedReader in;
    try (RunningFilter filter = start(kind)) {
      HttpResponse<InputStream> stream =
          client.send(
              HttpRequest.newBuilder(URI.create(door(filter) + "/api/v1/stream"))
                  .header("Authorization", "Bearer " + TOKEN)
                  .timeout(Duration.ofSeconds(10))
                  .build(),
              BodyHandlers.ofInputStream());
      in = new BufferedReader(new InputStreamReader(stream.body(), StandardCharsets.UTF_8));
      assertThat(stream.statusCode()).isEqualTo(200);
      assertThat(stream.headers().firstValue("Content-Type").orElse(""))
          .startsWith("text/event-stream");
      assertThat(in.readLine()).isEqualTo("event: status");
      assertThat(in.readLine()).startsWith("data: {");
      assertThat(in.readLine()).isEmpty();
      // A comment, an event or the next sweep comes within seconds.
      assertThat(in.readLine()).isNotEmpty();
    }
    assertTimeoutPreemptively(Duration.ofSeconds(10), () -> readToEnd(in));
  }

  private static void readToEnd(BufferedReader in) {
    try {
      while (in.readLine() != null) {
        // What was on its way.
      }
    } catch (IOException cut) {
      // The container has closed the connection.
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = TestContainer.Kind.class,
      names = "JETTY_ALONE",
      mode = EnumSource.Mode.EXCLUDE)
  void sendsABrowserToThePageWithASlash(TestContainer.Kind kind) throws Exception {
    try (RunningFilter filter = start(kind)) {
      HttpResponse<String> answer =
          client.send(HttpRequest.newBuilder(door(filter)).build(), BodyHandlers.ofString());

      assertThat(answer.statusCode()).isEqualTo(308);
      assertThat(door(filter).resolve(answer.headers().firstValue("Location").orElseThrow()))
          .hasPath("/ops/");
    }
  }

  private HttpResponse<String> metrics(RunningFilter filter, String path, String token)
      throws Exception {
    return client.send(
        HttpRequest.newBuilder(URI.create(door(filter) + path))
            .header("Authorization", "Bearer " + token)
            .timeout(Duration.ofSeconds(20))
            .build(),
        BodyHandlers.ofString());
  }

  @ParameterizedTest
  @EnumSource(
      value = TestContainer.Kind.class,
      names = "JETTY_ALONE",
      mode = EnumSource.Mode.EXCLUDE)
  void whoGuessesTokensAtMetricsIsToldToWait(TestContainer.Kind kind) throws Exception {
    try (RunningFilter filter =
        pool.startWebapp(
            kind, "admin.path", "/ops", "admin.token", TOKEN, "metrics.access", "token")) {
      for (int i = 0; i < 10; i++) {
        assertThat(metrics(filter, "/metrics", "guessed").statusCode()).isEqualTo(401);
        assertThat(metrics(filter, "/metrics/bbb", "guessed").statusCode()).isEqualTo(401);
      }

      HttpResponse<String> refused = metrics(filter, "/metrics/bbb", "guessed");

      assertThat(refused.statusCode()).isEqualTo(429);
      assertThat(refused.headers().firstValue("Retry-After")).contains("60");
      assertThat(new AdminCaller(door(filter), "guessed").get("/status").status()).isEqualTo(429);
      assertThat(metrics(filter, "/metrics", TOKEN).body())
          .contains("\ntinyscale_admin_denied_total 22.0\n");
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = TestContainer.Kind.class,
      names = "JETTY_ALONE",
      mode = EnumSource.Mode.EXCLUDE)
  void localMetricsAreNotForWhoAsksByAnOldVersion(TestContainer.Kind kind) throws Exception {
    try (RunningFilter filter = start(kind)) {
      assertThat(raw(filter, "HTTP/1.0")).contains(" 403 ", "metrics-local-only");
      assertThat(raw(filter, "HTTP/1.1")).contains(" 200 ");
    }
  }

  private static String raw(RunningFilter filter, String protocol) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), filter.port())) {
      socket.setSoTimeout(20_000);
      socket
          .getOutputStream()
          .write(
              ("GET /ops/metrics " + protocol + "\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                  .getBytes(StandardCharsets.US_ASCII));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
