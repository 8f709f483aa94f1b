package io.tinyscale.jetty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tinyscale.balancer.TinyscaleConfig;
import io.tinyscale.bbb.ApiCall;
import io.tinyscale.bbb.Checksum;
import io.tinyscale.bbb.ChecksumAlgorithm;
import io.tinyscale.bbb.QueryString;
import io.tinyscale.bbb.Secret;
import io.tinyscale.config.ConfigSource;
import io.tinyscale.observe.GatewayObserver;
import io.tinyscale.simulator.SimulatedServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The memory that all heads take together with all forms: 2 MiB here. */
class HeadMemoryTest {

  private static final String MOST_OF_A_HEAD = "GET /bigbluebutton/api?x=" + "x".repeat(60_000);
  private static final String REST_OF_A_HEAD = " HTTP/1.1\r\nHost: x\r\n\r\n";
  private static final String BRIEF = "GET /bigbluebutton/api" + REST_OF_A_HEAD;
  private static final String CHUNKED_FORM =
      "POST /bigbluebutton/api/create HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n"
          + "Content-Type: application/x-www-form-urlencoded\r\n\r\n4\r\nname\r\n";
  private static final String MOST_OF_A_FORM =
      "POST /bigbluebutton/api/end HTTP/1.1\r\nHost: x\r\nContent-Length: 61000\r\n"
          + "Content-Type: application/x-www-form-urlencoded\r\n\r\n"
          + "x".repeat(60_000);
  private static final int STRANGERS = 40;

  @TempDir private Path directory;

  private final SimulatedServer bbb = SimulatedServer.builder().name("one").start();
  private final List<Socket> strangers = new ArrayList<>();
  private final List<String> events = new CopyOnWriteArrayList<>();
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
            new GatewayObserver() {
              @Override
              public void heldFull(long most, long refused) {
                events.add("no room in " + most + " for " + refused);
              }
            });
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
      socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    } catch (SocketException closed) {
      // Seen again when the socket is read.
    }
    return socket;
  }

  private void come(String text) throws IOException {
    for (int i = 0; i < STRANGERS; i++) {
      strangers.add(send(text));
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
      InputStream in = socket.getInputStream();
      in.skipNBytes(in.available());
      return in.read() < 0;
    } catch (SocketTimeoutException open) {
      return false;
    } catch (IOException reset) {
      return true;
    }
  }

  private static String statusOf(Socket socket) throws IOException {
    return new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII);
  }

  private static String allOf(Socket socket) throws IOException {
    return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
  }

  private void assertNothingIsHeld() {
    await().untilAsserted(() -> assertThat(server.held()).isZero());
  }

  static Stream<Named<String>> longHeads() {
    return Stream.of(
        Named.of("alone", MOST_OF_A_HEAD),
        Named.of("behind another call", BRIEF + MOST_OF_A_HEAD),
        Named.of("behind a body", CHUNKED_FORM + "0\r\nX-A: " + "x".repeat(60_000)));
  }

  @ParameterizedTest
  @MethodSource("longHeads")
  void closesConnectionsWhoseHeadsFindNoRoom(String text) throws IOException {
    come(text);

    // 120 KB are counted for each, so 17 find room.
    await().untilAsserted(() -> assertThat(closed()).isBetween(20L, 30L));
    try (Socket brief = send(BRIEF)) {
      assertThat(statusOf(brief)).isEqualTo("HTTP/1.1 200");
    }
    leave();
    assertNothingIsHeld();
    assertThat(events).containsExactly("no room in " + (2 << 20) + " for 1");
  }

  @Test
  void headsAndFormsShareOneBound() throws IOException {
    come(MOST_OF_A_FORM);
    await().untilAsserted(() -> assertThat(server.held()).isGreaterThan((2 << 20) - 100_000));
    await().until(() -> !events.isEmpty());

    try (Socket stranger = send(MOST_OF_A_HEAD)) {
      await().until(() -> isClosed(stranger));
    }
    leave();
    assertNothingIsHeld();
  }

  @Test
  void aBriefHeadInTwoPiecesHoldsNothingWhileItsBodyArrives() throws IOException {
    String head =
        "POST /bigbluebutton/api/create HTTP/1.1\r\nHost: x\r\nX-A: "
            + "x".repeat(1500)
            + "\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 60000\r\n";
    try (Socket caller = send(head)) {
      await().untilAsserted(() -> assertThat(server.held()).isGreaterThan(1500));
      caller.getOutputStream().write("\r\n".getBytes(StandardCharsets.US_ASCII));

      assertNothingIsHeld();
    }
  }

  @Test
  void aLongHeadHoldsItsOwnLengthWhileItsBodyArrives() throws IOException {
    String head =
        "POST /bigbluebutton/api/create HTTP/1.1\r\nHost: x\r\nX-A: "
            + "x".repeat(20_000)
            + "\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 60000\r\n";
    try (Socket caller = send(head)) {
      await().untilAsserted(() -> assertThat(server.held()).isEqualTo(2 * head.length()));
      caller.getOutputStream().write("\r\n".getBytes(StandardCharsets.US_ASCII));

      await().untilAsserted(() -> assertThat(server.held()).isEqualTo(2 * (head.length() + 2)));
    }
    assertNothingIsHeld();
  }

  @Test
  void theConnectionOfALongHeadClosesAfterTheAnswer() throws IOException {
    try (Socket caller = send(MOST_OF_A_HEAD)) {
      await().untilAsserted(() -> assertThat(server.held()).isGreaterThan(60_000));
      caller.getOutputStream().write(REST_OF_A_HEAD.getBytes(StandardCharsets.US_ASCII));

      assertThat(allOf(caller)).startsWith("HTTP/1.1 200").contains("Connection: close\r\n");
    }
    assertNothingIsHeld();
  }

  @Test
  void theConnectionOfBriefHeadsStaysOpenAndHoldsNothing() throws IOException {
    try (Socket caller = send("GET /bigblue")) {
      await().untilAsserted(() -> assertThat(server.held()).isEqualTo(24));
      caller
          .getOutputStream()
          .write(
              ("button/api" + REST_OF_A_HEAD + BRIEF + BRIEF).getBytes(StandardCharsets.US_ASCII));

      InputStream in = caller.getInputStream();
      StringBuilder answers = new StringBuilder();
      await()
          .until(
              () -> {
                answers.append(
                    new String(in.readNBytes(in.available()), StandardCharsets.US_ASCII));
                return answers.toString().split("HTTP/1.1 200", -1).length == 4;
              });
      assertThat(isClosed(caller)).isFalse();
      assertNothingIsHeld();
    }
  }

  @Test
  void aBodyIsNoHeadAlthoughAnAnswerHasBegun() throws IOException {
    come(MOST_OF_A_HEAD);
    await().untilAsserted(() -> assertThat(closed()).isPositive());
    byte[] body = "x".repeat(60_000).getBytes(StandardCharsets.US_ASCII);
    // Beside parameters in the URL a form is not held.
    QueryString query = new QueryString("name=Room&meetingID=room");
    String checksum =
        Checksum.of(ChecksumAlgorithm.SHA256, ApiCall.CREATE, query, Secret.of("frontend"));
    String head =
        "POST /bigbluebutton/api/create?"
            + query.with("checksum", checksum).raw()
            + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
            + "Content-Type: application/x-www-form-urlencoded\r\nExpect: 100-continue\r\n"
            + "Content-Length: ";
    try (Socket caller = send(head + body.length + "\r\n\r\n")) {
      assertThat(new String(caller.getInputStream().readNBytes(25), StandardCharsets.US_ASCII))
          .isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
      caller.getOutputStream().write(body);

      assertThat(allOf(caller)).startsWith("HTTP/1.1 200").contains("SUCCESS");
    }
  }

  @Test
  void refusesAHeadOfManyFields() throws IOException {
    String start = "GET /bigbluebutton/api HTTP/1.1\r\nHost: x\r\n";
    try (Socket usual = send(start + "a:\r\n".repeat(99) + "\r\n");
        Socket many = send(start + "a:\r\n".repeat(100) + "\r\n")) {
      assertThat(statusOf(usual)).isEqualTo("HTTP/1.1 200");
      assertThat(statusOf(many)).isEqualTo("HTTP/1.1 431");
    }
  }

  @Test
  void nothingIsHeldAfterConnectionsOfAllKinds() throws IOException {
    List<String> kinds =
        List.of(
            "",
            "\r\n\r\n",
            "no HTTP at all\r\n\r\n",
            "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003",
            "GET /bigb",
            BRIEF,
            BRIEF + BRIEF + "GET /bigb",
            BRIEF + MOST_OF_A_HEAD,
            MOST_OF_A_HEAD,
            MOST_OF_A_HEAD + REST_OF_A_HEAD,
            MOST_OF_A_HEAD + "x".repeat(60_000),
            MOST_OF_A_HEAD + "\u0000",
            CHUNKED_FORM,
            CHUNKED_FORM + "0\r\n\r\n" + MOST_OF_A_HEAD,
            CHUNKED_FORM + "0\r\nX-A: " + "x".repeat(60_000));
    for (int i = 0; i < 20; i++) {
      for (String kind : kinds) {
        strangers.add(send(kind));
      }
    }
    await().untilAsserted(() -> assertThat(closed()).isGreaterThan(20));
    assertThat(server.held()).isPositive();

    leave();

    assertNothingIsHeld();
    try (Socket caller = send(BRIEF)) {
      assertThat(statusOf(caller)).isEqualTo("HTTP/1.1 200");
    }
  }
}
