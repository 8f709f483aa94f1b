package io.tinyscale.examples.springboot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.tinyscale.simulator.SimulatedServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The application as it is deployed: {@code java -jar}, with Spring's class loader, Tomcat and
 * versions of the libraries.
 */
class CampusApplicationIT {

  private static final Path JAR = Path.of(System.getProperty("it.application"));
  private static final Pattern PORT = Pattern.compile("Tomcat started on port (\\d+)");

  /** Of requests with a long query. */
  private static final int LONG = 60 * 1024;

  @TempDir Path directory;

  private final HttpClient client = HttpClient.newHttpClient();
  private SimulatedServer server;
  private Process application;
  private String address;

  @AfterEach
  void stop() throws Exception {
    if (application != null) {
      application.destroy();
      assertThat(application.waitFor(1, TimeUnit.MINUTES)).isTrue();
      server.close();
    }
  }

  @Test
  void answersCallsBesideSpringsOwnPages() throws Exception {
    start(0);

    assertThat(get(address + "/timetable").body()).isEqualTo("The campus portal");

    // Signed over the parameters in the order of their names.
    HttpResponse<String> created = post("create", form("meetingID=physics&name=Physics", "create"));
    assertThat(created.body()).contains("<returncode>SUCCESS</returncode>");
    assertThat(created.headers().firstValue("Content-Type"))
        .hasValueSatisfying(type -> assertThat(type).contains("xml"));
    assertThat(server.meetings().contains("physics")).isTrue();

    HttpResponse<String> lengthy =
        get(call("create", "name=Maths&meetingID=math&welcome=" + "w".repeat(LONG)));
    assertThat(lengthy.body()).contains("<returncode>SUCCESS</returncode>");
    HttpResponse<String> join =
        get(call("join", "meetingID=math&fullName=Ada&role=VIEWER&userdata-x=" + "u".repeat(LONG)));
    assertThat(join.statusCode()).isEqualTo(302);
    assertThat(join.headers().firstValue("Location"))
        .hasValueSatisfying(
            location ->
                assertThat(location).startsWith(server.uri().toString()).hasSizeGreaterThan(LONG));

    assertThat(get(address + "/bigbluebutton/api/create?meetingID=math").body())
        .contains("checksumError");
    assertThat(get(address + "/actuator/metrics/tinyscale.calls?tag=call:create").body())
        .contains("\"value\":3.0")
        .contains("relayed", "denied");
    assertThat(get(address + "/actuator/health").body())
        .contains("\"tinyscale\":{\"status\":\"UP\"", "\"takingNewMeetings\":1", "\"meetings\":2");

    server.close();

    await()
        .atMost(Duration.ofMinutes(1))
        .untilAsserted(
            () -> {
              HttpResponse<String> health = get(address + "/actuator/health");
              assertThat(health.statusCode()).isEqualTo(503);
              assertThat(health.body()).contains("\"takingNewMeetings\":0");
            });
  }

  /** A server with a secret of its own announces a recording, and the front end verifies it. */
  @Test
  void relaysTheAnnouncementOfARecording() throws Exception {
    int port = freePort();
    BlockingQueue<String> announcements = new LinkedBlockingQueue<>();
    HttpServer frontEnd = frontEnd(announcements);
    try {
      start(
          port,
          "--server.servlet.context-parameters.tinyscale.relay.url=http://127.0.0.1:" + port,
          "--server.servlet.context-parameters.tinyscale.relay.spool=callbacks",
          "--server.servlet.context-parameters.tinyscale.relay.allow=127.0.0.1");
      String ready = "http://127.0.0.1:" + frontEnd.getAddress().getPort() + "/ready";
      get(
          call(
              "create",
              "name=Law&meetingID=law&record=true&meta_bbb-recording-ready-url="
                  + URLEncoder.encode(ready, StandardCharsets.UTF_8)));
      String recordId = server.meetings().get("law").orElseThrow().internalId();
      get(call("end", "meetingID=law"));

      assertThat(server.meetings().publishRecording(recordId)).isTrue();

      String form = announcements.poll(1, TimeUnit.MINUTES);
      assertThat(form).startsWith("signed_parameters=");
      String[] token = form.substring("signed_parameters=".length()).split("\\.");
      assertThat(new String(Base64.getUrlDecoder().decode(token[1]), StandardCharsets.UTF_8))
          .contains("\"record_id\":\"" + recordId + "\"");
      assertThat(token[2]).isEqualTo(signature(token[0] + "." + token[1]));
    } finally {
      frontEnd.stop(0);
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  /** Takes whatever is sent to it. */
  private static HttpServer frontEnd(Queue<String> bodies) throws IOException {
    HttpServer frontEnd =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    frontEnd.createContext(
        "/ready",
        exchange -> {
          bodies.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    frontEnd.start();
    return frontEnd;
  }

  /** By HS256 with the secret of the front end, in the JDK's own way. */
  private static String signature(String signed) throws Exception {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec("s3cret".getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(mac.doFinal(signed.getBytes(StandardCharsets.UTF_8)));
  }

  /**
   * What the other tests show is true of Spring's versions, not of those that tinyscale is built
   * with.
   */
  @Test
  void runsWithSpringsVersionsOfLibraries() throws Exception {
    try (JarFile jar = new JarFile(JAR.toFile())) {
      for (String library : System.getProperty("it.libraries").split(" ")) {
        assertThat(jar.getEntry("BOOT-INF/lib/" + library + ".jar")).as(library).isNotNull();
      }
    }
  }

  private void start(int onPort, String... arguments) throws Exception {
    server = SimulatedServer.builder().recordingState("processing").start();
    Files.writeString(
        directory.resolve("servers.json"),
        "[{\"host\": \"" + server.uri() + "\", \"secret\": \"" + server.secret() + "\"}]");
    Path log = directory.resolve("log");
    ProcessBuilder java =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-jar",
            JAR.toString(),
            "--server.port=" + onPort,
            "--server.address=127.0.0.1",
            // A filter of Spring that reads the parameters of every form.
            "--spring.mvc.hiddenmethod.filter.enabled=true",
            "--server.servlet.context-parameters.tinyscale.health.interval=1s");
    java.command().addAll(List.of(arguments));
    java.environment().put("TINYSCALE_SECRET", "s3cret");
    application =
        java.directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    await()
        .atMost(Duration.ofMinutes(2))
        .until(() -> !application.isAlive() || PORT.matcher(Files.readString(log)).find());
    Matcher port = PORT.matcher(Files.readString(log));
    assertThat(port.find()).as("started: %s", Files.readString(log)).isTrue();
    address = "http://127.0.0.1:" + port.group(1);
  }

  private String form(String parameters, String call) throws Exception {
    return parameters + "&checksum=" + sha256(call + parameters + "s3cret");
  }

  private String call(String call, String query) throws Exception {
    return address + "/bigbluebutton/api/" + call + "?" + form(query, call);
  }

  private HttpResponse<String> get(String address) throws Exception {
    return client.send(
        HttpRequest.newBuilder(URI.create(address)).build(), BodyHandlers.ofString());
  }

  private HttpResponse<String> post(String call, String form) throws Exception {
    return client.send(
        HttpRequest.newBuilder(URI.create(address + "/bigbluebutton/api/" + call))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(BodyPublishers.ofString(form))
            .build(),
        BodyHandlers.ofString());
  }

  private static String sha256(String text) throws Exception {
    return HexFormat.of()
        .formatHex(
            MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
  }
}
