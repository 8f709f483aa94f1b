package io.tinyscale.jetty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tinyscale.balancer.TinyscaleConfig;
import io.tinyscale.config.ConfigSource;
import io.tinyscale.observe.GatewayObserver;
import io.tinyscale.simulator.SimulatedServer;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A stranger holds as many connections to the admin door as it has. */
class CrowdedDoorTest {

  private static final int MOST_CONNECTIONS = 64;
  private static final String TOKEN = "tsk_0123456789abcdefghijklmnopqrstuvwxyz";
  private static final String STATUS =
      "GET /api/v1/status HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + TOKEN + "\r\n";

  private static final String LIVE = "GET /health/live HTTP/1.1\r\nHost: localhost\r\n";

  @TempDir Path directory;
  private final SimulatedServer bbb = SimulatedServer.builder().name("one").start();
  private final List<Socket> sockets = new ArrayList<>();
  private EmbeddedServer server;

  @AfterEach
  void stop() throws IOException {
    for (Socket socket : sockets) {
      socket.close();
    }
    server.close();
    bbb.close();
  }

  private void start(Duration patience) throws IOException {
    Path pool =
        Files.writeString(
            directory.resolve("servers.json"),
            "[{\"host\":\"" + bbb.uri() + "\",\"secret\":\"" + bbb.secret() + "\"}]");
    server =
        EmbeddedServer.start(
            0,
            TinyscaleConfig.readForExecutable(
                List.of(
                    ConfigSource.properties(
                        "the test",
                        Map.of(
                            "tinyscale.secret",
                            "frontend",
                            "tinyscale.servers",
                            pool.toString(),
                            "tinyscale.admin.listen",
                            "127.0.0.1:0",
                            "tinyscale.admin.token",
                            TOKEN)))),
            new GatewayObserver() {},
            patience);
  }

  @BeforeEach
  void startWithPatience() throws IOException {
    // Nothing ends by itself while the test lasts.
    start(Duration.ofMinutes(5));
  }

  private Socket connect() throws IOException {
    Socket socket =
        new Socket("127.0.0.1", URI.create(server.adminAddress().orElseThrow()).getPort());
    socket.setSoTimeout(10_000);
    return socket;
  }

  private static void write(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
  }

  private Socket hold(String bytes) throws IOException {
    Socket socket = connect();
    sockets.add(socket);
    write(socket, bytes);
    return socket;
  }

  private static boolean isClosed(Socket socket) {
    try {
      socket.setSoTimeout(1);
      byte[] some = new byte[1 << 10];
      while (socket.getInputStream().read(some) >= 0) {
        // What is behind it counts.
      }
      return true;
    } catch (SocketTimeoutException open) {
      return false;
    } catch (IOException reset) {
      return true;
    }
  }

  private boolean isAnswered(String begun) throws IOException {
    try (Socket socket = connect()) {
      write(socket, begun + "Connection: close\r\n\r\n");
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
          .startsWith("HTTP/1.1 200 ");
    }
  }

  private void assertAdministratorsGetIn() {
    AtomicInteger times = new AtomicInteger();
    await()
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(10))
        .atMost(Duration.ofMinutes(1))
        // On a machine that is slow for a moment, the stranger is faster.
        .ignoreExceptionsInstanceOf(IOException.class)
        .until(() -> isAnswered(STATUS) && times.incrementAndGet() == 10);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "GET /api/v1/status HTTP/1.1\r\nHost: ",
        LIVE + "\r\n",
        "PUT /api/v1/servers/one/state HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9999\r\n"
            + "Content-Type: application/json\r\n\r\n{",
        "POST /metrics HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9999\r\n\r\n{"
      })
  void administratorsGetInWhileAStrangerKeepsRenewingItsConnections(String begun) throws Exception {
    for (int i = 0; i < MOST_CONNECTIONS; i++) {
      hold(begun);
    }
    AtomicBoolean over = new AtomicBoolean();
    AtomicInteger renewed = new AtomicInteger();
    Thread stranger =
        new Thread(
            () -> {
              while (!over.get()) {
                renewed.addAndGet(renew(begun));
              }
            });
    stranger.start();
    try {
      assertAdministratorsGetIn();
    } finally {
      over.set(true);
      stranger.join();
    }
    assertThat(renewed).hasPositiveValue();
  }

  /** Opens another connection for each that was closed. */
  private int renew(String begun) {
    int renewed = 0;
    for (int i = 0; i < MOST_CONNECTIONS; i++) {
      try {
        if (isClosed(sockets.get(i))) {
          sockets.get(i).close();
          sockets.set(i, connect());
          renewed++;
          write(sockets.get(i), begun);
        }
      } catch (IOException closedAtOnce) {
        // Its turn comes again.
      }
    }
    return renewed;
  }

  @ParameterizedTest
  @ValueSource(strings = {"/status.js", "/metrics"})
  void callersWhoTakeNoAnswersGiveWay(String path) throws Exception {
    String many = ("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n").repeat(2_000);
    for (int i = 0; i < MOST_CONNECTIONS; i++) {
      Socket socket = hold("");
      Thread writer =
          new Thread(
              () -> {
                try {
                  write(socket, many);
                } catch (IOException closed) {
                  // By the door, or at the end of the test.
                }
              });
      writer.setDaemon(true);
      writer.start();
    }

    assertAdministratorsGetIn();
    await()
        .atMost(Duration.ofMinutes(1))
        .ignoreExceptionsInstanceOf(IOException.class)
        .until(() -> isAnswered("GET /metrics HTTP/1.1\r\nHost: localhost\r\n"));
  }

  /** A connection whose call was answered, so that the door has let it in. */
  private Socket holdAnswered(String call) throws IOException {
    Socket socket = hold(call + "\r\n");
    assertThat(socket.getInputStream().read()).isEqualTo('H');
    return socket;
  }

  @Test
  void theOldestGivesWayAndStreamsStay() throws Exception {
    Socket stream = holdAnswered(STATUS.replace("/status", "/stream"));
    Socket oldest = holdAnswered(LIVE);
    for (int i = 2; i < MOST_CONNECTIONS; i++) {
      holdAnswered(LIVE);
    }
    assertThat(sockets).noneMatch(CrowdedDoorTest::isClosed);
    AtomicInteger newcomers = new AtomicInteger();

    await()
        .pollDelay(Duration.ZERO)
        .until(
            () -> {
              // On a slow machine the oldest may not wait yet: then the next one gives way.
              newcomers.incrementAndGet();
              holdAnswered(LIVE);
              return isClosed(oldest);
            });

    assertThat(newcomers).hasValueLessThan(10);
    assertThat(sockets.stream().filter(CrowdedDoorTest::isClosed)).hasSize(newcomers.get());
    assertThat(isClosed(stream)).isFalse();
  }

  @Test
  void closesAConnectionWhoseHeadDoesNotEnd() throws Exception {
    server.close();
    start(Duration.ofSeconds(2));
    Socket slow = hold("GET /metrics HTTP/1.1\r\nHost: localhost\r\nX-A: ");

    await()
        .pollInterval(Duration.ofMillis(100))
        .atMost(Duration.ofMinutes(1))
        .until(
            () -> {
              try {
                write(slow, "a");
              } catch (IOException closed) {
                return true;
              }
              return isClosed(slow);
            });
  }
}
