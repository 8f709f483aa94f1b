package io.tinyscale.examples.webapp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tinyscale.simulator.SimulatedServer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A Jetty of one's own takes forms and long queries, and does not start without tinyscale. */
class EmbeddedJettyTest {

  private static final int LONG = 60 * 1024;

  @TempDir Path directory;

  private final HttpClient client = HttpClient.newHttpClient();
  private SimulatedServer server;
  private Server jetty;

  @BeforeEach
  void startServer() throws Exception {
    server = SimulatedServer.builder().start();
    Files.writeString(
        pool(), "[{\"host\": \"" + server.uri() + "\", \"secret\": \"" + server.secret() + "\"}]");
  }

  @AfterEach
  void stop() throws Exception {
    jetty.stop();
    server.close();
  }

  @Test
  void takesTheFormOfACreate() throws Exception {
    start("s3cret");
    // Signed over the parameters in the order of their names.
    String form = signed("create", "meetingID=physics&name=Physics");

    HttpResponse<String> created =
        client.send(
            HttpRequest.newBuilder(api("create"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(form))
                .build(),
            BodyHandlers.ofString());

    assertThat(created.body()).contains("<returncode>SUCCESS</returncode>");
    assertThat(server.meetings().contains("physics")).isTrue();
  }

  @Test
  void takesLongQueriesAndRedirects() throws Exception {
    start("s3cret");

    assertThat(get("create", "name=Maths&meetingID=math&welcome=" + "w".repeat(LONG)).body())
        .contains("<returncode>SUCCESS</returncode>");
    HttpResponse<String> join =
        get("join", "meetingID=math&fullName=Ada&role=VIEWER&userdata-x=" + "u".repeat(LONG));

    assertThat(join.statusCode()).isEqualTo(302);
    assertThat(join.headers().firstValue("Location"))
        .hasValueSatisfying(
            location ->
                assertThat(location).startsWith(server.uri().toString()).hasSizeGreaterThan(LONG));
  }

  @Test
  void doesNotStartWithAWrongConfiguration() {
    assertThatThrownBy(() -> start("")).hasStackTraceContaining("secret");
  }

  private void start(String secret) throws Exception {
    Map<String, String> settings =
        Map.of("tinyscale.secret", secret, "tinyscale.servers", pool().toString());
    jetty = EmbeddedJetty.server(0, new CampusApplication(settings, List.of()));
    jetty.start();
  }

  private Path pool() {
    return directory.resolve("servers.json");
  }

  private URI api(String callAndQuery) {
    int port = ((ServerConnector) jetty.getConnectors()[0]).getLocalPort();
    return URI.create("http://127.0.0.1:" + port + "/campus/bigbluebutton/api/" + callAndQuery);
  }

  private HttpResponse<String> get(String call, String query) throws Exception {
    return client.send(
        HttpRequest.newBuilder(api(call + "?" + signed(call, query))).build(),
        BodyHandlers.ofString());
  }

  private static String signed(String call, String query) throws Exception {
    MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
    byte[] sum = sha256.digest((call + query + "s3cret").getBytes(StandardCharsets.UTF_8));
    return query + "&checksum=" + HexFormat.of().formatHex(sum);
  }
}
