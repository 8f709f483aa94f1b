package io.tinyscale.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.tinyscale.it.HttpReceiver.Answer;
import io.tinyscale.it.HttpReceiver.Request;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HttpReceiverTest {

  private final FrontEnd client = new FrontEnd("http://localhost", "none");
  private final HttpReceiver receiver =
      HttpReceiver.start(
          request -> new Answer(202, Map.of("X-Path", request.path()), request.text()));

  @AfterEach
  void close() {
    receiver.close();
  }

  private HttpResponse<String> get(String target) {
    return client.get(receiver.uri(target));
  }

  @Test
  void keepsWhatItReceivesAndAnswersAsTheHandlerSays() {
    HttpResponse<String> answer =
        client.send(
            HttpRequest.newBuilder(receiver.uri("/a/b?x=1%2B2&x=3"))
                .header("X-Some", "thing")
                .POST(BodyPublishers.ofString("f=%C3%BC+y&f=z&g="))
                .build());

    assertThat(answer.statusCode()).isEqualTo(202);
    assertThat(answer.headers().firstValue("X-Path")).contains("/a/b");
    assertThat(answer.body()).isEqualTo("f=%C3%BC+y&f=z&g=");
    Request request = receiver.requests().get(0);
    assertThat(request.method()).isEqualTo("POST");
    assertThat(request.target()).isEqualTo("/a/b?x=1%2B2&x=3");
    assertThat(request.query()).isEqualTo("x=1%2B2&x=3");
    assertThat(request.parameter("x")).contains("1+2");
    assertThat(request.parameter("y")).isEmpty();
    assertThat(request.form("f")).containsExactly("\u00fc y", "z");
    assertThat(request.header("x-SOME")).contains("thing");
    assertThat(receiver.requests("/a/b")).hasSize(1);
    assertThat(receiver.requests("/")).isEmpty();
  }

  @Test
  void readsABodyInChunks() throws Exception {
    try (Socket socket = new Socket("127.0.0.1", receiver.port())) {
      OutputStream out = socket.getOutputStream();
      out.write(
          "POST /x HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nA;e=1\r\n0123456789\r\n0\r\n\r\n"
              .getBytes(StandardCharsets.US_ASCII));

      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

      assertThat(answer).startsWith("HTTP/1.1 202 ").endsWith("\r\n\r\nabc0123456789");
    }
  }

  @Test
  void answersAStatusOrARedirectWithoutTheHandler() {
    receiver.answer(503);
    assertThat(get("/x").statusCode()).isEqualTo(503);

    receiver.answer(204);
    assertThat(get("/x").body()).isEmpty();

    receiver.redirect("https://example.org/elsewhere");
    HttpResponse<String> redirect = get("/x");
    assertThat(redirect.statusCode()).isEqualTo(302);
    assertThat(redirect.headers().firstValue("Location")).contains("https://example.org/elsewhere");
    assertThat(redirect.headers().firstValue("X-Path")).isEmpty();

    receiver.behave();
    assertThat(get("/x").statusCode()).isEqualTo(202);
  }

  @Test
  void answersAFewRequestsWithAStatus() {
    receiver.answer(500, 2);

    assertThat(get("/x").statusCode()).isEqualTo(500);
    assertThat(get("/x").statusCode()).isEqualTo(500);
    assertThat(get("/x").statusCode()).isEqualTo(202);
    assertThat(receiver.statuses()).containsExactly(500, 500, 202);
  }

  @Test
  void breaksOffRequestsThatHangWhenItBehaves() throws Exception {
    receiver.hang();
    try (Socket socket = new Socket("127.0.0.1", receiver.port())) {
      ask(socket);
      await().until(() -> receiver.hanging() == 1);

      receiver.behave();

      assertThat(socket.getInputStream().read()).isNegative();
    }
    await().until(() -> receiver.hanging() == 0);
    assertThat(receiver.mostHanging()).isEqualTo(1);
    assertThat(receiver.statuses()).isEmpty();
    assertThat(get("/y").statusCode()).isEqualTo(202);
  }

  private static void ask(Socket socket) throws IOException {
    socket.setSoTimeout(20_000);
    socket.getOutputStream().write("GET /x HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
  }

  @Test
  void noticesThatACallerOfAHangingRequestLeaves() throws Exception {
    receiver.hang();
    try (Socket socket = new Socket("127.0.0.1", receiver.port())) {
      ask(socket);
      await().until(() -> receiver.hanging() == 1);
    }

    await().until(() -> receiver.hanging() == 0);
  }

  @Test
  void sendsWithoutEndUntilTheCallerLeaves() throws Exception {
    receiver.answerWithoutEnd();
    try (Socket socket = new Socket("127.0.0.1", receiver.port())) {
      ask(socket);

      assertThat(socket.getInputStream().readNBytes(1 << 20)).hasSize(1 << 20);
    }
    await().until(() -> receiver.open() == 0);
    assertThat(receiver.endless()).isPositive();
  }

  @Test
  void dripsItsAnswer() throws Exception {
    receiver.drip();
    try (Socket socket = new Socket("127.0.0.1", receiver.port())) {
      ask(socket);
      InputStream in = socket.getInputStream();
      long start = System.nanoTime();

      byte[] head = in.readNBytes(6);

      assertThat(head).asString().isEqualTo("HTTP/1");
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(900));
    }
  }

  @Test
  void refusesConnectionsWhileItIsAway() throws Exception {
    receiver.hang();
    CompletableFuture<HttpResponse<String>> broken = client.getAsync(receiver.uri("/x"));
    await().until(() -> receiver.requests().size() == 1);

    receiver.leave();

    assertThat(broken).failsWithin(Duration.ofSeconds(20));
    assertThatExceptionOfType(ConnectException.class)
        .isThrownBy(() -> new Socket("127.0.0.1", receiver.port()).close());
    receiver.behave();
    receiver.comeBack();
    assertThat(get("/y").statusCode()).isEqualTo(202);
    assertThat(receiver.requests()).hasSize(2);
  }
}
