package io.tinyscale.simulator.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tinyscale.simulator.Caller;
import io.tinyscale.simulator.SimulatedServer;
import io.tinyscale.simulator.fault.Fault;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpConnectionTest {
  private static final String ROOT = "GET /bigbluebutton/api HTTP/1.1\r\nHost: x\r\n\r\n";
  private static final String LAST_ROOT =
      "GET /bigbluebutton/api HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";

  private SimulatedServer server;
  private Caller caller;

  @BeforeEach
  void start() {
    server = SimulatedServer.builder().start();
    caller = new Caller(server);
  }

  @AfterEach
  void close() {
    server.close();
  }

  private String upload(String headers, String body) {
    return "POST /bigbluebutton/api/simulatorUpload?"
        + caller.signed("simulatorUpload", "")
        + " HTTP/1.1\r\nHost: x\r\n"
        + headers
        + "\r\n"
        + body;
  }

  @Test
  void oneConnectionServesManyRequests() throws Exception {
    String answers = caller.raw(ROOT + ROOT + LAST_ROOT);

    assertThat(answers.split("HTTP/1.1 200 OK")).hasSize(4);
    assertThat(answers).contains("Connection: keep-alive").contains("Connection: close");
    assertThat(server.received("root")).isEqualTo(3);
  }

  @Test
  void oldCallersGetOneAnswerAndTheEnd() throws Exception {
    String answer = caller.raw("GET /bigbluebutton/api HTTP/1.0\r\n\r\n");

    assertThat(answer).startsWith("HTTP/1.1 200 OK").endsWith("</response>");
  }

  @Test
  void oldCallersGetLongAnswersUntilTheEnd() throws Exception {
    server.fault(Fault.oversized(100_000));

    String answer = caller.raw("GET /bigbluebutton/api HTTP/1.0\r\n\r\n");

    assertThat(answer).doesNotContain("chunked").endsWith("</response>");
    assertThat(answer.length()).isGreaterThan(100_000);
  }

  @Test
  void chunkedBodiesAreRead() throws Exception {
    String answer =
        caller.raw(
            upload(
                    "Transfer-Encoding: chunked\r\n",
                    "3\r\nabc\r\nA;x=y\r\n0123456789\r\n0\r\nTrailer: 1\r\n\r\n")
                + LAST_ROOT);

    assertThat(answer)
        .contains("<bytes>13</bytes>", Caller.hash("SHA-256", "abc0123456789"), "<version>");
    assertThat(server.requests().get(0).bodySha256())
        .isEqualTo(Caller.hash("SHA-256", "abc0123456789"));
  }

  @Test
  void sendsContinueToCallersThatExpectIt() throws Exception {
    try (Socket socket = new Socket("127.0.0.1", server.port())) {
      OutputStream out = socket.getOutputStream();
      BufferedReader in =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
      out.write(
          upload("Content-Length: 3\r\nExpect: 100-continue\r\n", "")
              .getBytes(StandardCharsets.US_ASCII));

      assertThat(in.readLine()).isEqualTo("HTTP/1.1 100 Continue");
      assertThat(in.readLine()).isEmpty();
      out.write("abc".getBytes(StandardCharsets.US_ASCII));
      assertThat(in.readLine()).isEqualTo("HTTP/1.1 200 OK");
    }
  }

  @Test
  void unreadBodiesDoNotBreakTheConnection() throws Exception {
    String answers =
        caller.raw(
            "POST /bigbluebutton/api/unknown HTTP/1.1\r\nContent-Length: 5\r\n\r\nGET /"
                + LAST_ROOT);

    assertThat(answers).contains("404 Not Found").contains("<version>2.0</version>");
  }

  @Test
  void headGetsNoBody() throws Exception {
    String answer =
        caller.raw("HEAD /bigbluebutton/api HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");

    assertThat(answer).startsWith("HTTP/1.1 200 OK").endsWith("\r\n\r\n");
  }

  @Test
  void absoluteTargetsAreUnderstood() throws Exception {
    String answer = caller.raw(LAST_ROOT.replace("GET /big", "GET http://x:1/big"));

    assertThat(answer).contains("<version>2.0</version>");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nonsense\r\n\r\n",
        "GET / HTTP/2.0\r\n\r\n",
        "GET / HTTP/1.1\r\nno colon\r\n\r\n",
        "POST / HTTP/1.1\r\nContent-Length: x\r\n\r\n",
        "POST / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n"
      })
  void refusesRequestsThatAreNotHttp(String request) throws Exception {
    assertThat(caller.raw(request)).startsWith("HTTP/1.1 400 Bad Request");
  }

  @Test
  void aCallerThatLeavesWithinTheBodyIsLogged() throws Exception {
    try (Socket socket = new Socket("127.0.0.1", server.port())) {
      socket
          .getOutputStream()
          .write(upload("Content-Length: 10\r\n", "abc").getBytes(StandardCharsets.US_ASCII));
    }

    await().until(() -> server.requests().size() == 1);
    assertThat(server.requests().get(0).bodyLength()).isEqualTo(3);
    assertThat(server.requests().get(0).status()).isZero();
  }

  @Test
  void thousandConnectionsAtOnceAreServed() throws Exception {
    List<Socket> sockets = new ArrayList<>();
    try {
      for (int i = 0; i < 1000; i++) {
        sockets.add(new Socket("127.0.0.1", server.port()));
      }
      await().until(() -> server.openConnections() == 1000);
      for (Socket socket : sockets) {
        socket.getOutputStream().write(ROOT.getBytes(StandardCharsets.US_ASCII));
      }
      for (Socket socket : sockets) {
        assertThat(socket.getInputStream().read()).isEqualTo('H');
      }
    } finally {
      for (Socket socket : sockets) {
        closeQuietly(socket);
      }
    }
    await().until(() -> server.openConnections() == 0);
  }

  private static void closeQuietly(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      // Nothing depends on it.
    }
  }
}
