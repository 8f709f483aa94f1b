package io.tinyscale.simulator.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.awaitility.Awaitility.await;

import io.tinyscale.simulator.TestKeystore;
import io.tinyscale.simulator.http.HttpSender.Reply;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpSenderTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(20);
  private static final int PATIENCE = 20_000;

  private final HttpSender sender = new HttpSender();
  private ServerSocket receiver;

  @BeforeEach
  void listen() throws IOException {
    receiver = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
    receiver.setSoTimeout(PATIENCE);
  }

  @AfterEach
  void close() throws IOException {
    sender.close();
    receiver.close();
  }

  private String url(String target) {
    return "http://127.0.0.1:" + receiver.getLocalPort() + target;
  }

  private CompletableFuture<Reply> getting(String target) {
    return CompletableFuture.supplyAsync(() -> sender.get(url(target), Map.of(), TIMEOUT));
  }

  /** Takes one connection, answers this text, and returns the request as far as it came at once. */
  private String answer(String text) throws IOException {
    try (Socket connection = receiver.accept()) {
      connection.setSoTimeout(PATIENCE);
      InputStream in = connection.getInputStream();
      String request = head(in) + new String(in.readNBytes(in.available()), US_ASCII);
      connection.getOutputStream().write(text.getBytes(US_ASCII));
      return request;
    }
  }

  /** Reads the head of a request, with the empty line at its end. */
  private static String head(InputStream in) throws IOException {
    StringBuilder head = new StringBuilder();
    while (head.indexOf("\r\n\r\n") < 0) {
      int next = in.read();
      assertThat(next).as("the request goes on after: " + head).isNotNegative();
      head.append((char) next);
    }
    return head.toString();
  }

  private static Reply result(CompletableFuture<Reply> reply) throws Exception {
    return reply.get(60, TimeUnit.SECONDS);
  }

  @Test
  void sendsPathAndQueryAsTheyAre() throws Exception {
    CompletableFuture<Reply> reply = getting("/a%2Fb?c=%7e+&d#e");

    String request = answer("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");

    assertThat(request)
        .isEqualTo(
            "GET /a%2Fb?c=%7e+&d HTTP/1.1\r\nHost: 127.0.0.1:"
                + receiver.getLocalPort()
                + "\r\nConnection: close\r\n\r\n");
    assertThat(result(reply)).isEqualTo(new Reply(200, Optional.empty()));
  }

  @Test
  void anAddressWithoutAPathLeadsToTheRoot() throws Exception {
    CompletableFuture<Reply> reply = getting("?a=b");

    assertThat(answer("HTTP/1.0 204\r\n\r\n")).startsWith("GET /?a=b HTTP/1.1\r\n");
    assertThat(result(reply).status()).isEqualTo(204);
  }

  @Test
  void interimAnswersAreSkippedAndLocationsResolved() throws Exception {
    CompletableFuture<Reply> reply = getting("/a/b?c");

    answer("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 302 Found\r\nlocation: ../d?e\r\n\r\n");

    assertThat(result(reply)).isEqualTo(new Reply(302, Optional.of(url("/d?e"))));
    assertThat(result(reply).redirects()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "nonsense\r\n\r\n", "HTTP/1.1 20\r\n\r\n", "HTTP/1.1 200 OK"})
  void aRequestWithoutAnAnswerIsSentOnce(String answer) throws Exception {
    CompletableFuture<Reply> reply =
        CompletableFuture.supplyAsync(() -> sender.post(url("/"), Map.of(), "a=b", TIMEOUT));

    answer(answer);

    assertThat(result(reply).status()).isZero();
    receiver.setSoTimeout(1);
    assertThat(catching(receiver)).isEmpty();
  }

  /** A connection that waits to be accepted. */
  private static Optional<Socket> catching(ServerSocket receiver) {
    try {
      return Optional.of(receiver.accept());
    } catch (IOException none) {
      return Optional.empty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "no address", "ftp://127.0.0.1/", "http:///x", "http://127.0.0.1:1/"})
  void nothingIsSentToABadAddress(String url) {
    assertThat(sender.get(url, Map.of(), TIMEOUT).status()).isZero();
  }

  @Test
  void aSilentReceiverIsGivenUp() {
    assertThat(sender.get(url("/"), Map.of(), Duration.ofMillis(50)).status()).isZero();
  }

  @Test
  void aReceiverThatDripsIsGivenUpAtTheDeadline() throws Exception {
    CompletableFuture<Reply> reply =
        CompletableFuture.supplyAsync(() -> sender.get(url("/"), Map.of(), Duration.ofMillis(500)));
    try (Socket connection = receiver.accept()) {
      connection.getOutputStream().write("HTTP/1.1 200 OK\r\nX: ".getBytes(US_ASCII));

      // Never silent for as long as the deadline.
      await()
          .pollInterval(Duration.ofMillis(20))
          .until(
              () -> {
                drip(connection);
                return reply.isDone();
              });
    }
    assertThat(result(reply).status()).isZero();
  }

  private static void drip(Socket connection) {
    try {
      connection.getOutputStream().write('x');
    } catch (IOException theSenderHasLeft) {
      // That is what the test waits for.
    }
  }

  @Test
  void theStatusCountsAlthoughTheBodyDrips() throws Exception {
    CompletableFuture<Reply> reply =
        CompletableFuture.supplyAsync(() -> sender.get(url("/"), Map.of(), Duration.ofMillis(500)));
    try (Socket connection = receiver.accept()) {
      connection.getOutputStream().write("HTTP/1.1 200 OK\r\n\r\n".getBytes(US_ASCII));

      assertThat(result(reply).status()).isEqualTo(200);
    }
  }

  @Test
  void aRedirectToNoAddressKeepsItsStatus() throws Exception {
    CompletableFuture<Reply> reply = getting("/");

    answer("HTTP/1.1 302 Found\r\nLocation: no address\r\n\r\n");

    assertThat(result(reply)).isEqualTo(new Reply(302, Optional.empty()));
    assertThat(result(reply).redirects()).isFalse();
  }

  @Test
  void httpsReachesATrustedReceiverOnly(@TempDir Path folder) throws Exception {
    Path keystore = TestKeystore.create(folder, "changeit");
    SSLContext keys = TestKeystore.context(keystore, "changeit");
    receiver.close();
    receiver =
        keys.getServerSocketFactory().createServerSocket(0, 8, InetAddress.getLoopbackAddress());
    receiver.setSoTimeout(PATIENCE);
    String url = url("/").replace("http:", "https:");
    try (HttpSender trusting = new HttpSender(keys.getSocketFactory())) {
      CompletableFuture<Reply> reply =
          CompletableFuture.supplyAsync(() -> trusting.post(url, Map.of(), "a=b", TIMEOUT));

      assertThat(answer("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")).startsWith("POST / ");

      assertThat(result(reply).status()).isEqualTo(200);
    }
    CompletableFuture<Reply> refused =
        CompletableFuture.supplyAsync(() -> sender.get(url, Map.of(), TIMEOUT));
    try (Socket connection = receiver.accept()) {
      assertThatIOException().isThrownBy(() -> connection.getInputStream().read());
    }
    assertThat(result(refused).status()).isZero();
  }

  @Test
  void nothingIsSentOnceItIsClosed() throws Exception {
    CompletableFuture<Reply> reply = getting("/");
    try (Socket connection = receiver.accept()) {
      sender.close();

      assertThat(result(reply).status()).isZero();
      assertThat(connection.getInputStream().readAllBytes()).isNotNull();
    }
    assertThat(sender.get(url("/"), Map.of(), TIMEOUT).status()).isZero();
    receiver.setSoTimeout(1);
    assertThat(catching(receiver)).isEmpty();
  }
}
