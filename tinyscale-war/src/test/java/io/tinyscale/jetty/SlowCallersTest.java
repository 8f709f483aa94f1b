package io.tinyscale.jetty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tinyscale.balancer.TinyscaleConfig;
import io.tinyscale.config.ConfigSource;
import io.tinyscale.observe.GatewayObserver;
import io.tinyscale.simulator.SimulatedServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Slow callers, with shorter timeouts than in real life. */
class SlowCallersTest {

  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final String SECRET = "frontend";

  @TempDir Path directory;
  private final SimulatedServer bbb = SimulatedServer.builder().name("one").start();
  private EmbeddedServer server;

  @BeforeEach
  void start() throws IOException {
    Path pool =
        Files.writeString(
            directory.resolve("servers.json"),
            "[{\"host\":\"" + bbb.uri() + "\",\"secret\":\"" + bbb.secret() + "\"}]");
    server =
        EmbeddedServer.start(
            0,
            TinyscaleConfig.read(
                List.of(
                    ConfigSource.properties(
                        "the test",
                        Map.of("tinyscale.secret", SECRET, "tinyscale.servers", pool.toString())))),
            new GatewayObserver() {},
            PATIENCE);
  }

  @AfterEach
  void stop() {
    server.close();
    bbb.close();
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket("127.0.0.1", server.port());
    socket.setSoTimeout(60_000);
    return socket;
  }

  private static void write(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
  }

  private static boolean isClosed(Socket socket) {
    try {
      InputStream in = socket.getInputStream();
      while (in.available() > 0) {
        in.skipNBytes(in.available());
      }
      socket.setSoTimeout(1);
      return in.read() < 0;
    } catch (SocketTimeoutException open) {
      return false;
    } catch (IOException reset) {
      return true;
    }
  }

  /** Sends the same bytes again and again until the other side closes the connection. */
  private static void drip(Socket socket, String drop) {
    await()
        .pollInterval(Duration.ofMillis(100))
        .atMost(Duration.ofSeconds(60))
        .until(
            () -> {
              try {
                write(socket, drop);
              } catch (SocketException closed) {
                return true;
              }
              return isClosed(socket);
            });
  }

  private void assertStillServes() {
    URI root = URI.create("http://127.0.0.1:" + server.port() + "/bigbluebutton/api");
    try (InputStream in = root.toURL().openStream()) {
      assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8)).contains("SUCCESS");
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void closesASilentConnection() throws Exception {
    try (Socket silent = connect()) {
      assertThat(silent.getInputStream().read()).isEqualTo(-1);
    }
    assertStillServes();
  }

  @Test
  void closesAConnectionThatIsSilentInTheMiddleOfAHead() throws Exception {
    try (Socket silent = connect()) {
      write(silent, "GET /bigbluebutton/api HTTP/1.1\r\nHost");
      await().atMost(Duration.ofSeconds(60)).until(() -> isClosed(silent));
    }
  }

  @Test
  void closesAConnectionWhoseHeadDoesNotEnd() throws Exception {
    try (Socket slow = connect()) {
      write(slow, "GET /bigbluebutton/api HTTP/1.1\r\nHost: x\r\nX-A: ");
      drip(slow, "a");
    }
    assertStillServes();
  }

  @Test
  void closesAConnectionWhoseSecondHeadDoesNotEnd() throws Exception {
    try (Socket slow = connect()) {
      write(slow, "GET /bigbluebutton/api HTTP/1.1\r\nHost: x\r\n\r\n");
      assertThat(slow.getInputStream().read()).isEqualTo('H');
      write(slow, "GET /");
      drip(slow, "a");
    }
  }

  @Test
  void closesAConnectionWhoseFormDripsIn() throws Exception {
    try (Socket slow = connect()) {
      write(
          slow,
          "POST /bigbluebutton/api/create HTTP/1.1\r\nHost: x\r\nContent-Length: 60000\r\n"
              + "Content-Type: application/x-www-form-urlencoded\r\n\r\nname=");
      drip(slow, "a");
    }
  }

  @Test
  void closesAConnectionWhoseRefusedBodyDripsIn() throws Exception {
    try (Socket slow = connect()) {
      write(
          slow,
          "POST /bigbluebutton/api/create?checksum=0 HTTP/1.1\r\nHost: x\r\n"
              + "Content-Length: 1000000\r\nContent-Type: text/plain\r\n\r\n");
      drip(slow, "a");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Expect: 100-continue\r\n"})
  void aSlowUploadThatMovesGoesOn(String expectation) throws Exception {
    byte[] piece = "x".repeat(1000).getBytes(StandardCharsets.US_ASCII);
    int pieces = 60;
    String start = "POST /bigbluebutton/api/create?checksum=0 HTTP/1.1\r\nHost: x\r\n";
    try (Socket slow = connect()) {
      write(
          slow,
          start
              + expectation
              + "Connection: close\r\nContent-Type: application/x-www-form-urlencoded\r\n"
              + "Content-Length: "
              + piece.length * pieces
              + "\r\n\r\n");
      if (!expectation.isEmpty()) {
        assertThat(new String(slow.getInputStream().readNBytes(25), StandardCharsets.US_ASCII))
            .isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
      }
      List<Integer> sent = new ArrayList<>();
      // Twice the patience for all of it, well above the slowest rate.
      await()
          .pollInterval(PATIENCE.multipliedBy(2).dividedBy(pieces))
          .atMost(Duration.ofSeconds(60))
          .until(
              () -> {
                slow.getOutputStream().write(piece);
                sent.add(1);
                return sent.size() == pieces || isAnswered(slow);
              });
      assertThat(sent).as("answered in the middle of the body").hasSize(pieces);
      String answer = new String(slow.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(answer).startsWith("HTTP/1.1 200").contains("checksumError");
    }
  }

  private static boolean isAnswered(Socket socket) throws IOException {
    return socket.getInputStream().available() > 0;
  }

  @Test
  void refusesAHeadThatIsTooLarge() throws Exception {
    try (Socket caller = connect()) {
      write(
          caller,
          "GET /bigbluebutton/api HTTP/1.1\r\nHost: x\r\nX-A: "
              + "a".repeat(80 << 10)
              + "\r\n\r\n");
      byte[] answer = caller.getInputStream().readNBytes(12);
      assertThat(new String(answer, StandardCharsets.US_ASCII)).isEqualTo("HTTP/1.1 431");
    }
  }

  @Test
  void fiveHundredSlowCallersDoNotBlockOthers() throws Exception {
    List<Socket> slow = new ArrayList<>();
    try {
      for (int i = 0; i < 500; i++) {
        Socket socket = connect();
        slow.add(socket);
        write(
            socket,
            i % 2 == 0
                ? "GET /bigbluebutton/api HTTP/1.1\r\nHost: "
                : "POST /bigbluebutton/api/create HTTP/1.1\r\nHost: x\r\nContent-Length: 9999\r\n"
                    + "Content-Type: application/x-www-form-urlencoded\r\n\r\nname=");
      }
      for (int i = 0; i < 20; i++) {
        assertStillServes();
        for (Socket socket : slow) {
          try {
            write(socket, "a");
          } catch (SocketException closed) {
            // The connection was closed.
          }
        }
      }
    } finally {
      for (Socket socket : slow) {
        socket.close();
      }
    }
  }
}
