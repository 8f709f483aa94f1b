package io.tinyscale.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.tinyscale.body.BodyTooLargeException;
import io.tinyscale.http.AnswerListener;
import io.tinyscale.httpcore.HttpCoreUpstream;
import io.tinyscale.httpcore.TestUpstreams;
import io.tinyscale.servlet.FakeServer;
import io.tinyscale.servlet.FakeServer.Peer;
import io.tinyscale.upstream.Outcome;
import io.tinyscale.upstream.Upstream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** From a caller's socket to a server's and back, in every container. */
@Timeout(60)
class DataPathTest {

  private static final long LIMIT = 10_000_000;
  private static final byte[] LARGE = new byte[8_000_000];

  static {
    new Random(1).nextBytes(LARGE);
  }

  private HttpCoreUpstream upstream;

  @BeforeEach
  void start() {
    upstream = TestUpstreams.plain(2);
  }

  @AfterEach
  void stop() {
    upstream.close();
  }

  static Stream<Arguments> kindsAndFramings() {
    return Stream.of(TestContainer.Kind.values())
        .flatMap(kind -> Stream.of(Arguments.of(kind, true), Arguments.of(kind, false)));
  }

  /** A container with the data path in it, and one caller connected to it. */
  private final class Path implements AutoCloseable {

    final FakeServer server;
    final RelayEndpoint relay;
    final TestContainer container;
    final Peer caller;

    Path(TestContainer.Kind kind, FakeServer.Script script) throws Exception {
      server = new FakeServer(script);
      relay = new RelayEndpoint(upstream, server.port());
      container = kind.start(relay.everywhere(), LIMIT, relay);
      caller = Peer.connect(container.port());
    }

    AnswerListener.Ending ending() throws InterruptedException {
      return relay.endings.poll(10, TimeUnit.SECONDS);
    }

    Outcome outcome() throws InterruptedException {
      return relay.outcomes.poll(10, TimeUnit.SECONDS);
    }

    @Override
    public void close() throws IOException {
      caller.close();
      container.close();
      server.close();
    }
  }

  private static TestContainer start(TestContainer.Kind kind, Upstream upstream, FakeServer server)
      throws Exception {
    RelayEndpoint relay = new RelayEndpoint(upstream, server.port());
    return kind.start(relay.everywhere(), LIMIT, relay);
  }

  private static void get(Peer caller) throws IOException {
    caller.write("GET /bigbluebutton/api/getMeetings?checksum=1 HTTP/1.1\r\nHost: x\r\n\r\n");
  }

  private static void post(Peer caller, int size, boolean chunked) throws IOException {
    caller.write(
        "POST /bigbluebutton/api/create?a=b%20c HTTP/1.1\r\nHost: x\r\n"
            + framing(size, chunked)
            + "\r\n");
    write(caller, size, chunked);
  }

  private static String framing(int size, boolean chunked) {
    return chunked ? "Transfer-Encoding: chunked\r\n" : "Content-Length: " + size + "\r\n";
  }

  private static void write(Peer peer, int size, boolean chunked) throws IOException {
    if (!chunked) {
      peer.out.write(LARGE, 0, size);
      return;
    }
    for (int at = 0; at < size; at += 50_000) {
      int n = Math.min(50_000, size - at);
      peer.write(Integer.toHexString(n) + "\r\n");
      peer.out.write(LARGE, at, n);
      peer.write("\r\n");
    }
    peer.write("0\r\n\r\n");
  }

  private static void readAndAnswer(Peer peer, boolean chunked) throws IOException {
    while (true) {
      byte[] body = peer.readBody(peer.readHead());
      peer.write("HTTP/1.1 200 OK\r\n" + framing(body.length, chunked) + "\r\n");
      write(peer, body.length, chunked);
    }
  }

  @ParameterizedTest
  @MethodSource("kindsAndFramings")
  void carriesBodiesOfAnySizeBothWays(TestContainer.Kind kind, boolean chunked) throws Exception {
    try (Path path = new Path(kind, peer -> readAndAnswer(peer, chunked))) {

      for (int size : new int[] {0, 1, 5_000, 32_768, 32_769, 65_536, 3_000_000}) {
        post(path.caller, size, chunked);
        String head = path.caller.readHead();

        assertThat(head).startsWith("HTTP/1.1 200");
        assertThat(path.caller.readBody(head)).isEqualTo(Arrays.copyOf(LARGE, size));
        assertThat(path.ending()).isEqualTo(AnswerListener.Ending.COMPLETE);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void theAnswerHasOneRequestIdWhateverTheServerSends(TestContainer.Kind kind) throws Exception {
    try (Path path =
        new Path(
            kind,
            peer -> {
              peer.readHead();
              peer.write(
                  "HTTP/1.1 200 OK\r\nX-Request-ID: of-the-server\r\nx-request-id: again\r\n"
                      + "traceparent: 00\r\nContent-Length: 0\r\n\r\n");
            })) {

      get(path.caller);

      assertThat(path.caller.readHead())
          .containsOnlyOnce("X-Request-ID: ")
          .containsPattern("\r\nX-Request-ID: [0-9a-f]{16}\r\n")
          .doesNotContain("of-the-server", "again", "traceparent");
    }
  }

  @ParameterizedTest
  @EnumSource
  void keepsBodilessRequestsBodiless(TestContainer.Kind kind) throws Exception {
    BlockingQueue<String> heads = new LinkedBlockingQueue<>();
    try (Path path =
        new Path(
            kind,
            peer -> {
              while (true) {
                heads.add(peer.readHead());
                peer.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
              }
            })) {

      path.caller.write(
          "GET /bigbluebutton/api/create?name=%2f+%20&x=~ HTTP/1.1\r\nHost: x\r\n"
              + "Content-Type: application/xml\r\nCookie: a=b\r\nAuthorization: c\r\n"
              + "Accept: application/json\r\nX-Forwarded-For: 1.2.3.4\r\nForwarded: for=1.2.3.4\r\n"
              + "Connection: keep-alive, Traceparent\r\nTraceparent: 00\r\nX-Request-Id: 5\r\n"
              + "User-Agent: PHP\r\nAccept-Language: de\r\n\r\n");
      path.caller.readHead();

      // The relay of this test adds nothing; what is told of the request comes from the gateway.
      assertThat(heads.take())
          .isEqualTo(
              "GET /bigbluebutton/api/create?name=%2f+%20&x=~ HTTP/1.1\r\nHost: 127.0.0.1:"
                  + path.server.port()
                  + "\r\nuser-agent: PHP\r\naccept-language: de\r\n\r\n");
    }
  }

  @ParameterizedTest
  @EnumSource
  void asksForTheBodyOfACallerThatWaitsToBeAsked(TestContainer.Kind kind) throws Exception {
    try (Path path = new Path(kind, peer -> readAndAnswer(peer, false))) {
      path.caller.write(
          "POST /bigbluebutton/api/create HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\n"
              + framing(100_000, false)
              + "\r\n");

      assertThat(path.caller.readHead()).startsWith("HTTP/1.1 100");
      write(path.caller, 100_000, false);

      assertThat(path.caller.readBody(path.caller.readHead())).hasSize(100_000);
    }
  }

  @ParameterizedTest
  @MethodSource("kindsAndFramings")
  void aCutAnswerReachesTheCallerAsCut(TestContainer.Kind kind, boolean chunked) throws Exception {
    try (Path path =
        new Path(
            kind,
            peer -> {
              peer.readHead();
              peer.write("HTTP/1.1 200 OK\r\n" + framing(2_000_000, chunked) + "\r\n");
              peer.write(chunked ? "1e8480\r\n" : "");
              peer.out.write(LARGE, 0, 1_000_000);
            })) {
      get(path.caller);

      String head = path.caller.readHead();

      assertThat(head).startsWith("HTTP/1.1 200");
      assertThatThrownBy(() -> path.caller.readBody(head)).isInstanceOf(IOException.class);
      assertThat(path.ending()).isEqualTo(AnswerListener.Ending.CUT);
    }
  }

  @ParameterizedTest
  @MethodSource("kindsAndFramings")
  void cutsAnAnswerTheCallerReadsLate(TestContainer.Kind kind, boolean chunked) throws Exception {
    CompletableFuture<Void> stuck = new CompletableFuture<>();
    try (Path path =
        new Path(
            kind,
            peer -> {
              peer.readHead();
              peer.write("HTTP/1.1 200 OK\r\n" + framing(LARGE.length, chunked) + "\r\n");
              peer.write(chunked ? Integer.toHexString(LARGE.length) + "\r\n" : "");
              peer.out.write(LARGE, 0, LARGE.length / 2);
              stuck.join();
              peer.reset();
            })) {
      get(path.caller);
      String head = path.caller.readHead();

      stuck.complete(null);

      assertThatThrownBy(() -> path.caller.readBody(head)).isInstanceOf(IOException.class);
      assertThat(path.ending()).isEqualTo(AnswerListener.Ending.CUT);
    }
  }

  @ParameterizedTest
  @MethodSource("kindsAndFramings")
  void givesUpTheServerWhenTheCallerLeaves(TestContainer.Kind kind, boolean chunked)
      throws Exception {
    try (Path path =
        new Path(
            kind,
            peer -> {
              peer.readHead();
              peer.write("HTTP/1.1 200 OK\r\n" + framing(LARGE.length, chunked) + "\r\n");
              write(peer, LARGE.length, chunked);
              peer.readHead();
            })) {
      get(path.caller);
      path.caller.readHead();

      path.caller.reset();

      assertThat(path.ending()).isEqualTo(AnswerListener.Ending.CALLER_LEFT);
      await().until(() -> path.server.open() == 0);
    }
  }

  @ParameterizedTest
  @MethodSource("kindsAndFramings")
  void cutsTheRequestWhenTheCallerLeavesInIt(TestContainer.Kind kind, boolean chunked)
      throws Exception {
    CompletableFuture<Boolean> whole = new CompletableFuture<>();
    CompletableFuture<Void> begun = new CompletableFuture<>();
    try (Path path =
        new Path(
            kind,
            peer -> {
              try {
                String head = peer.readHead();
                begun.complete(null);
                peer.readBody(head);
                whole.complete(true);
              } catch (IOException e) {
                whole.complete(false);
              }
            })) {
      path.caller.write(
          "POST /bigbluebutton/api/create HTTP/1.1\r\nHost: x\r\n"
              + framing(1_000_000, chunked)
              + "\r\n"
              + (chunked ? "f4240\r\n" : ""));
      path.caller.out.write(LARGE, 0, 100_000);
      begun.get(60, TimeUnit.SECONDS);

      path.caller.reset();

      assertThat(whole.get(60, TimeUnit.SECONDS)).isFalse();
      assertThat(path.outcome()).isInstanceOf(Outcome.NoAnswer.class);
      assertThat(path.ending()).isNotNull();
    }
  }

  @ParameterizedTest
  @MethodSource("kindsAndFramings")
  void stopsReadingBodiesThatAreTooLarge(TestContainer.Kind kind, boolean chunked)
      throws Exception {
    try (Path path = new Path(kind, peer -> readAndAnswer(peer, chunked))) {
      path.caller.write(
          "POST /bigbluebutton/api/create HTTP/1.1\r\nHost: x\r\n"
              + framing(2 * LARGE.length, chunked)
              + "\r\n");
      Thread writer =
          new Thread(
              () -> {
                try {
                  for (int i = 0; i < 2; i++) {
                    path.caller.write(chunked ? Integer.toHexString(LARGE.length) + "\r\n" : "");
                    path.caller.out.write(LARGE);
                    path.caller.write(chunked ? "\r\n" : "");
                  }
                } catch (IOException e) {
                  // The container closes the connection, as it should.
                }
              });
      writer.start();

      Outcome.NoAnswer outcome = (Outcome.NoAnswer) path.outcome();

      assertThat(outcome.cause()).isInstanceOf(BodyTooLargeException.class);
      assertThat(path.ending()).isNotNull();
      path.caller.close();
      writer.join();
    }
  }

  @ParameterizedTest
  @MethodSource("kindsAndFramings")
  void deliversAnAnswerThatComesBeforeTheRequestWasRead(TestContainer.Kind kind, boolean chunked)
      throws Exception {
    try (Path path =
        new Path(
            kind,
            peer -> {
              peer.readHead();
              peer.write("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nbig");
              peer.readHead();
            })) {
      path.caller.write(
          "POST /bigbluebutton/api/create HTTP/1.1\r\nHost: x\r\n"
              + framing(1_000_000, chunked)
              + "\r\n"
              + (chunked ? "f4240\r\n" : ""));
      path.caller.out.write(LARGE, 0, 100_000);

      String head = path.caller.readHead();

      assertThat(path.caller.readBody(head)).asString().isEqualTo("big");
      assertThat(path.ending()).isEqualTo(AnswerListener.Ending.COMPLETE);
      await().until(() -> path.server.open() == 0);
    }
  }

  @ParameterizedTest
  @EnumSource
  void servesOthersWhileManyCallersDoNotRead(TestContainer.Kind kind) throws Exception {
    try (HttpCoreUpstream wide = TestUpstreams.plain(2, 200);
        FakeServer server = new FakeServer(DataPathTest::serveLarge);
        TestContainer container = start(kind, wide, server)) {
      List<Peer> callers = new ArrayList<>();
      for (int i = 0; i < 80; i++) { // more than the container has threads
        Peer caller = Peer.connect(container.port());
        callers.add(caller);
        caller.write("GET /bigbluebutton/api/large HTTP/1.1\r\nHost: x\r\n\r\n");
        caller.readHead();
      }

      try (Peer caller = Peer.connect(container.port())) {
        caller.write("GET /bigbluebutton/api/small HTTP/1.1\r\nHost: x\r\n\r\n");
        assertThat(caller.readBody(caller.readHead())).asString().isEqualTo("ok");
      }

      for (Peer caller : callers) {
        caller.close();
      }
      await().until(() -> server.open() <= 1);
    }
  }

  private static void serveLarge(Peer peer) throws IOException {
    while (true) {
      if (peer.readHead().startsWith("GET /bigbluebutton/api/small")) {
        peer.write("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
      } else {
        peer.write("HTTP/1.1 200 OK\r\n" + framing(LARGE.length, false) + "\r\n");
        peer.out.write(LARGE);
      }
    }
  }
}
