package io.tinyscale.jetty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tinyscale.balancer.TinyscaleConfig;
import io.tinyscale.config.ConfigSource;
import io.tinyscale.observe.GatewayObserver;
import io.tinyscale.simulator.SimulatedServer;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The memory that all incomplete heads take together: 2 MiB here. */
class HeadMemoryTest {

  private static final String MOST_OF_A_HEAD = "GET /bigbluebutton/api?x=" + "x".repeat(60_000);
  private static final String REST_OF_A_HEAD = " HTTP/1.1\r\nHost: x\r\n\r\n";
  private static final int STRANGERS = 40;

  @TempDir private Path directory;

  private final SimulatedServer bbb = SimulatedServer.builder().name("one").start();
  private final List<Socket> strangers = new ArrayList<>();
  private EmbeddedServer server;

  @BeforeEach
  void start() throws IOException {
    Path pool =
        Files.writeString(
            directory.resolve("servers.json"),
            "[{\"host\":\"" + bbb.uri() + "\",\"secret\":\"" + bbb.secret() + "\"}]");
    Map<String, String> settings =
        Map.of(
            "tinyscale.secret", "frontend",
            "tinyscale.servers", pool.toString(),
            "tinyscale.limit.held", "2MiB");
    server =
        EmbeddedServer.start(
            0,
            TinyscaleConfig.readForExecutable(
                List.of(ConfigSource.properties("the test", settings))),
            new GatewayObserver() {});
  }

  @AfterEach
  void stop() throws IOException {
    leave();
    server.close();
    bbb.close();
  }

  private Socket send(String text) throws IOException {
    Socket socket = new Socket("127.0.0.1", server.port());
    socket.setSoTimeout(20_000);
    try {
      socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    } catch (SocketException closed) {
      // Seen again when the socket is read.
    }
    return socket;
  }

  private void come() throws IOException {
    for (int i = 0; i < STRANGERS; i++) {
      strangers.add(send(MOST_OF_A_HEAD));
    }
  }

  private void leave() throws IOException {
    for (Socket stranger : strangers) {
      stranger.close();
    }
    strangers.clear();
  }

  private long closed() {
    return strangers.stream().filter(HeadMemoryTest::isClosed).count();
  }

  private static boolean isClosed(Socket socket) {
    try {
      socket.setSoTimeout(1);
      return socket.getInputStream().read() < 0;
    } catch (SocketTimeoutException open) {
      return false;
    } catch (IOException reset) {
      return true;
    }
  }

  private static String statusOf(Socket socket) throws IOException {
    return new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII);
  }

  @Test
  void closesConnectionsWhoseHeadsFindNoRoom() throws IOException {
    come();

    // 120 KB are counted for each, so 17 find room.
    await().untilAsserted(() -> assertThat(closed()).isBetween(20L, 30L));
    try (Socket brief = send("GET /bigbluebutton/api" + REST_OF_A_HEAD)) {
      assertThat(statusOf(brief)).isEqualTo("HTTP/1.1 200");
    }
  }

  @Test
  void aHeadThatIsCompletedIsAnsweredAndGivesItsRoomBack() throws IOException {
    for (int i = 0; i < STRANGERS; i++) {
      Socket caller = send(MOST_OF_A_HEAD);
      // Open to the end: the answer alone makes room for the next caller.
      strangers.add(caller);
      caller.getOutputStream().write(REST_OF_A_HEAD.getBytes(StandardCharsets.US_ASCII));
      assertThat(statusOf(caller)).isEqualTo("HTTP/1.1 200");
    }
  }

  @Test
  void strangersWhoLeaveGiveTheirRoomBack() throws IOException {
    come();
    await().untilAsserted(() -> assertThat(closed()).isPositive());

    leave();

    await()
        .ignoreExceptions()
        .untilAsserted(
            () -> {
              try (Socket caller = send(MOST_OF_A_HEAD)) {
                assertThat(isClosed(caller)).isFalse();
                caller.setSoTimeout(20_000);
                caller.getOutputStream().write(REST_OF_A_HEAD.getBytes(StandardCharsets.US_ASCII));
                assertThat(statusOf(caller)).isEqualTo("HTTP/1.1 200");
              }
            });
  }
}
