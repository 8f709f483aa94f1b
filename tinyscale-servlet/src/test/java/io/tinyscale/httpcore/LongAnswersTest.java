package io.tinyscale.httpcore;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.bbb.ApiCall;
import io.tinyscale.bbb.QueryString;
import io.tinyscale.bbb.Secret;
import io.tinyscale.body.Cancellation;
import io.tinyscale.server.Server;
import io.tinyscale.servlet.FakeServer;
import io.tinyscale.trace.Crossing;
import io.tinyscale.upstream.Attempted;
import io.tinyscale.upstream.Outcome;
import io.tinyscale.upstream.ServerAnswer;
import io.tinyscale.upstream.ServerCalls;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What core makes of answers that are too long for memory, over a real connection. */
@Timeout(30)
class LongAnswersTest {

  private static final String REST = "x".repeat(60_000);

  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
  private final HttpCoreUpstream upstream = TestUpstreams.plain(1);

  @AfterEach
  void stop() {
    upstream.close();
    timer.shutdownNow();
  }

  private Attempted send(String fields, String body) throws Exception {
    try (FakeServer server =
        new FakeServer(
            peer -> {
              peer.readHead();
              peer.write(
                  "HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n" + fields + "\r\n");
              peer.write(body);
              peer.readHead();
            })) {
      URI api = URI.create("http://127.0.0.1:" + server.port() + "/bigbluebutton/api");
      ServerCalls calls = new ServerCalls(upstream, timer, Runnable::run, System::nanoTime);
      Attempted attempted =
          calls
              .send(
                  Server.of("server", api, Secret.of("secret")),
                  ApiCall.GET_MEETING_INFO,
                  QueryString.EMPTY,
                  Crossing.NOTHING,
                  calls.in(Duration.ofSeconds(10)),
                  new Cancellation())
              .toCompletableFuture()
              .get(60, TimeUnit.SECONDS);
      Outcome.Answered answered = (Outcome.Answered) attempted.outcome();
      assertThat(Collector.bytes(answered.body())).asString().isEqualTo(body);
      return attempted;
    }
  }

  static Stream<Arguments> wrong() {
    return Stream.of(
        Arguments.of("", REST, ServerAnswer.NotBbb.class),
        Arguments.of(
            "Content-Type: text/xml\r\n",
            "<html><body>" + REST + "</body></html>",
            ServerAnswer.NotBbb.class),
        Arguments.of(
            "Content-Encoding: gzip\r\n",
            "<response><returncode>SUCCESS</returncode><x>" + REST + "</x></response>",
            ServerAnswer.NotBbb.class),
        Arguments.of(
            "",
            "<response><returncode>FAILED</returncode><messageKey>checksumError</messageKey><x>"
                + REST
                + "</x></response>",
            ServerAnswer.RefusesSecret.class));
  }

  @ParameterizedTest
  @MethodSource("wrong")
  void judgesTheFirst32KiBOfALongAnswer(String fields, String body, Class<?> says)
      throws Exception {
    assertThat(send(fields, body).answer()).isInstanceOf(says);
  }

  @Test
  void handsALongAnswerOnUnchanged() throws Exception {
    String body = "<response><returncode>SUCCESS</returncode><x>" + REST + "</x></response>";

    assertThat(send("", body).answer())
        .isInstanceOfSatisfying(
            ServerAnswer.Said.class, said -> assertThat(said.succeeded()).isTrue());
  }
}
