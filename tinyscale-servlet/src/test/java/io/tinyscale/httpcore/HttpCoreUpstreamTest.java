package io.tinyscale.httpcore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.tinyscale.bbb.ApiCall;
import io.tinyscale.bbb.Secret;
import io.tinyscale.body.Body;
import io.tinyscale.body.Cancellation;
import io.tinyscale.body.Header;
import io.tinyscale.server.Server;
import io.tinyscale.servlet.FakeServer;
import io.tinyscale.servlet.FakeServer.Peer;
import io.tinyscale.upstream.Outcome;
import io.tinyscale.upstream.UpstreamRequest;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class HttpCoreUpstreamTest {

  private static final byte[] LARGE = new byte[5_000_000];
  private static final String TARGET =
      "/bigbluebutton/api/create?a=%2fB+%20c&name=x~!*'()&checksum=1";

  static {
    new Random(1).nextBytes(LARGE);
  }

  private HttpCoreUpstream upstream;

  @BeforeEach
  void start() throws Exception {
    upstream = upstream(Duration.ofSeconds(2), Duration.ofMinutes(10), 10);
  }

  @AfterEach
  void stop() {
    upstream.close();
  }

  private static HttpCoreUpstream upstream(Duration connect, Duration silence, int connections)
      throws Exception {
    SSLContext tls = SSLContext.getDefault();
    return new HttpCoreUpstream(connect, silence, connections, () -> tls, "tinyscale/test");
  }

  private static Server server(int port) {
    return Server.of(
        "server",
        URI.create("http://127.0.0.1:" + port + "/bigbluebutton/api"),
        Secret.of("secret"));
  }

  private static UpstreamRequest get(int port) {
    return new UpstreamRequest(server(port), "GET", TARGET, List.of(), Body.EMPTY);
  }

  private static UpstreamRequest post(int port, Body body) {
    return new UpstreamRequest(server(port), "POST", TARGET, List.of(), body);
  }

  private CompletableFuture<Outcome> sending(UpstreamRequest request) {
    return upstream.send(request, new Cancellation()).toCompletableFuture();
  }

  private Outcome send(UpstreamRequest request) throws Exception {
    return sending(request).get(60, TimeUnit.SECONDS);
  }

  private Outcome.Answered answered(UpstreamRequest request) throws Exception {
    return (Outcome.Answered) send(request);
  }

  private static String answer(String body) {
    return "HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
  }

  private static String headOfLarge(int status, boolean chunked) {
    return "HTTP/1.1 "
        + status
        + " X\r\n"
        + (chunked ? "Transfer-Encoding: chunked" : "Content-Length: " + LARGE.length)
        + "\r\n\r\n";
  }

  // What is on the wire

  @Test
  void sendsGetWithoutBodyAsItStands() throws Exception {
    BlockingQueue<String> heads = new LinkedBlockingQueue<>();
    try (FakeServer server =
        new FakeServer(
            peer -> {
              heads.add(peer.readHead());
              peer.write(answer("ok"));
            })) {
      UpstreamRequest request =
          new UpstreamRequest(
              server(server.port()),
              "GET",
              TARGET,
              List.of(
                  new Header("Content-Type", "application/xml"),
                  new Header("X-Request-Id", "7"),
                  new Header("Transfer-Encoding", "chunked")),
              Body.EMPTY);

      Outcome.Answered answer = answered(request);

      assertThat(heads.take())
          .isEqualTo(
              "GET "
                  + TARGET
                  + " HTTP/1.1\r\nHost: 127.0.0.1:"
                  + server.port()
                  + "\r\nX-Request-Id: 7\r\nUser-Agent: tinyscale/test\r\n\r\n");
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.body().bytes().map(String::new)).contains("ok");
    }
  }

  @Test
  void announcesTheBodyItSends() throws Exception {
    BlockingQueue<String> requests = new LinkedBlockingQueue<>();
    try (FakeServer server =
        new FakeServer(
            peer -> {
              while (true) {
                String head = peer.readHead();
                requests.add(head);
                requests.add(new String(peer.readBody(head)));
                peer.write(answer(""));
              }
            })) {
      PacedBody unknown = new PacedBody();

      answered(post(server.port(), Body.of("<x/>")));
      answered(post(server.port(), Body.EMPTY));
      CompletableFuture<Outcome> chunked =
          sending(
              new UpstreamRequest(
                  server(server.port()),
                  "POST",
                  TARGET,
                  List.of(new Header("User-Agent", "Moodle")),
                  unknown.ofLength(-1)));
      unknown.next("one".getBytes());
      unknown.next("two".getBytes());
      unknown.subscriber.join().onComplete();
      chunked.get(60, TimeUnit.SECONDS);

      assertThat(requests.take()).contains("Content-Length: 4\r\n").doesNotContain("Transfer");
      assertThat(requests.take()).isEqualTo("<x/>");
      assertThat(requests.take()).contains("Content-Length: 0\r\n").doesNotContain("Transfer");
      assertThat(requests.take()).isEmpty();
      assertThat(requests.take())
          .contains("Transfer-Encoding: chunked\r\n", "User-Agent: Moodle\r\n")
          .doesNotContain("Content-Length", "tinyscale/test");
      assertThat(requests.take()).isEqualTo("onetwo");
      assertThat(server.connections).hasValue(1);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"/a b", "a", "/a\r\nX: y", "/\u00e4", "http://other/"})
  void refusesTargetsThatAreNoPath(String target) throws Exception {
    UpstreamRequest request = new UpstreamRequest(server(1), "GET", target, List.of(), Body.EMPTY);

    assertThat(send(request)).isInstanceOf(Outcome.NotSent.class);
  }

  @Test
  void refusesHeaderInjection() throws Exception {
    UpstreamRequest request =
        new UpstreamRequest(
            server(1), "GET", "/", List.of(new Header("a", "b\r\nc: d")), Body.EMPTY);

    assertThat(send(request)).isInstanceOf(Outcome.NotSent.class);
  }

  // Answers

  @Test
  void letsOnlyListedHeadersCross() throws Exception {
    try (FakeServer server =
        new FakeServer(
            peer -> {
              peer.readHead();
              peer.write(
                  "HTTP/1.1 200 OK\r\nServer: nginx\r\nDate: now\r\nSet-Cookie: a=b\r\n"
                      + "Content-Type: text/xml;charset=UTF-8\r\nConnection: keep-alive, Vary\r\n"
                      + "Vary: Accept\r\nCache-Control: no-cache\r\nLocation: http://x/\r\n"
                      + "Content-Length: 2\r\nX-Powered-By: z\r\n\r\nok");
            })) {

      assertThat(answered(get(server.port())).headers())
          .containsExactly(
              new Header("Content-Type", "text/xml;charset=UTF-8"),
              new Header("Cache-Control", "no-cache"));
    }
  }

  @Test
  void followsNothingAndDecodesNothing() throws Exception {
    try (FakeServer server =
        new FakeServer(
            peer -> {
              peer.readHead();
              peer.write(
                  "HTTP/1.1 302 Found\r\nLocation: /other\r\nContent-Encoding: gzip\r\n"
                      + "Content-Length: 3\r\n\r\nzip");
            })) {

      Outcome.Answered answer = answered(get(server.port()));

      assertThat(answer.status()).isEqualTo(302);
      assertThat(answer.headers()).as("core must hear of it").hasSize(1);
      assertThat(answer.body().bytes().map(String::new)).contains("zip");
      assertThat(server.connections).hasValue(1);
    }
  }

  @Test
  void ignoresInformationalAnswers() throws Exception {
    try (FakeServer server =
        new FakeServer(
            peer -> {
              peer.readHead();
              peer.write(
                  "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n");
              peer.write(answer("ok"));
            })) {

      assertThat(answered(get(server.port())).body().bytes().map(String::new)).contains("ok");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void keepsUpTo32KiBInMemoryAndStreamsMore(boolean chunked) throws Exception {
    try (FakeServer server =
        new FakeServer(
            peer -> {
              for (int size : new int[] {0, 1, 32 * 1024, 32 * 1024 + 1}) {
                peer.readHead();
                if (chunked) {
                  peer.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
                  for (int at = 0; at < size; at += 1000) {
                    int n = Math.min(1000, size - at);
                    peer.write(Integer.toHexString(n) + "\r\n");
                    peer.out.write(LARGE, at, n);
                    peer.write("\r\n");
                  }
                  peer.write("0\r\n\r\n");
                } else {
                  peer.write("HTTP/1.1 200 OK\r\nContent-Length: " + size + "\r\n\r\n");
                  peer.out.write(LARGE, 0, size);
                }
              }
            })) {

      for (int size : new int[] {0, 1, 32 * 1024, 32 * 1024 + 1}) {
        Body body = answered(get(server.port())).body();

        assertThat(body.bytes().isPresent()).isEqualTo(size <= 32 * 1024);
        assertThat(body.length()).isEqualTo(chunked && size > 32 * 1024 ? -1 : size);
        assertThat(Collector.bytes(body)).isEqualTo(Arrays.copyOf(LARGE, size));
      }
      assertThat(server.connections).hasValue(1);
    }
  }

  @Test
  void readsOnlyAsMuchAsIsAskedFor() throws Exception {
    CountDownLatch allWritten = new CountDownLatch(1);
    try (FakeServer server =
        new FakeServer(
            peer -> {
              peer.socket.setSendBufferSize(16 * 1024);
              peer.readHead();
              peer.write(headOfLarge(200, false));
              peer.out.write(LARGE);
              allWritten.countDown();
              peer.readHead();
            })) {
      Collector collector = new Collector(0);
      answered(get(server.port())).body().content().subscribe(collector);

      collector.subscription.get().request(3);

      await().until(() -> collector.buffers() == 3);
      assertThat(allWritten.await(300, TimeUnit.MILLISECONDS)).isFalse();
      assertThat(collector.buffers()).isEqualTo(3);
      collector.subscription.get().request(Long.MAX_VALUE);
      assertThat(collector.end.get(60, TimeUnit.SECONDS)).isEqualTo(LARGE);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"length", "chunked", "head", "garbage", "nothing", "reset"})
  void givesNoAnswerWhenTheAnswerIsCutEarly(String how) throws Exception {
    try (FakeServer server =
        new FakeServer(
            peer -> {
              peer.readHead();
              switch (how) {
                case "length" -> peer.write("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc");
                case "chunked" ->
                    peer.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
                case "head" -> peer.write("HTTP/1.1 200 OK\r\nContent-");
                case "garbage" -> peer.write("<html>checksum=1</html>\r\n\r\n\r\n");
                case "reset" -> peer.reset();
                default -> {}
              }
            })) {

      Outcome outcome = send(get(server.port()));

      assertThat(outcome).isInstanceOf(Outcome.NoAnswer.class);
      assertThat(outcome.mayTryAnotherServer(ApiCall.CREATE)).isFalse();
      assertThat(((Outcome.NoAnswer) outcome).cause())
          .hasMessageContaining("127.0.0.1:" + server.port())
          .hasMessageNotContaining("checksum");
      assertThat(server.connections).hasValue(1);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"length", "chunked", "reset"})
  void failsTheBodyWhenTheAnswerIsCutLate(String how) throws Exception {
    try (FakeServer server =
        new FakeServer(
            peer -> {
              peer.readHead();
              peer.write(headOfLarge(200, how.equals("chunked")));
              peer.write(how.equals("chunked") ? "f4240\r\n" : "");
              peer.out.write(LARGE, 0, 1_000_000);
              peer.write(how.equals("chunked") ? "\r\n" : "");
              if (how.equals("reset")) {
                peer.reset();
              }
            })) {
      Body body = answered(get(server.port())).body();

      assertThatThrownBy(() -> Collector.bytes(body)).hasCauseInstanceOf(IOException.class);
    }
  }

  @Test
  void takesAnAnswerThatComesBeforeTheRequestWasRead() throws Exception {
    try (FakeServer server =
        new FakeServer(
            peer -> {
              peer.readHead();
              peer.write("HTTP/1.1 413 Too Large\r\nContent-Length: 3\r\n\r\nbig");
              peer.readHead(); // never ends
            })) {
      PacedBody body = new PacedBody();
      CompletableFuture<Outcome> sending = sending(post(server.port(), body.ofLength(1_000_000)));
      body.next(new byte[1000]);

      Outcome.Answered answer = (Outcome.Answered) sending.get(60, TimeUnit.SECONDS);

      assertThat(answer.status()).isEqualTo(413);
      assertThat(answer.body().bytes().map(String::new)).contains("big");
      await().untilTrue(body.cancelled);
      await().until(() -> server.open() == 0);
    }
  }

  @Test
  void takesAnAnswerFromAServerThatThenClosesOnTheUpload() throws Exception {
    try (FakeServer server =
        new FakeServer(
            peer -> {
              peer.readHead();
              peer.write(
                  "HTTP/1.1 413 Too Large\r\nConnection: close\r\nContent-Length: 3\r\n\r\nbig");
            })) {
      for (int i = 0; i < 50; i++) {

        Outcome outcome = send(post(server.port(), Body.of(LARGE)));

        // A reset may overtake the answer in the kernel, but must never count as not sent.
        assertThat(outcome).isNotInstanceOf(Outcome.NotSent.class);
      }
    }
  }

  @Test
  void streamsBothWaysAtOnce() throws Exception {
    try (FakeServer server =
        new FakeServer(
            peer -> {
              String head = peer.readHead();
              peer.write(headOfLarge(200, false));
              peer.readBody(head, peer.out::write);
            })) {

      Outcome.Answered answer = answered(post(server.port(), Body.of(LARGE)));

      assertThat(Collector.bytes(answer.body())).isEqualTo(LARGE);
    }
  }

  // Requests

  @Test
  void asksForNoMoreThanTheServerTakes() throws Exception {
    CountDownLatch goOn = new CountDownLatch(1);
    AtomicReference<byte[]> received = new AtomicReference<>();
    try (FakeServer server =
        new FakeServer(
            peer -> {
              String head = peer.readHead();
              try {
                goOn.await();
              } catch (InterruptedException e) {
                throw new IOException(e);
              }
              received.set(peer.readBody(head));
              peer.write(answer("ok"));
            })) {
      PacedBody body = new PacedBody();
      CompletableFuture<Outcome> sending = sending(post(server.port(), body.ofLength(-1)));
      int given = 0;

      while (given < LARGE.length && body.demand.get() * 100_000 > given) {
        body.next(Arrays.copyOfRange(LARGE, given, given + 100_000));
        given += 100_000;
      }
      // While the socket is full, the demand does not grow.
      assertThat(given).isLessThan(LARGE.length * 4 / 5 + 4_000_000);
      goOn.countDown();
      while (given < LARGE.length) {
        long need = given / 100_000 + 1;
        await().pollInterval(Duration.ofMillis(2)).until(() -> body.demand.get() >= need);
        body.next(Arrays.copyOfRange(LARGE, given, given + 100_000));
        given += 100_000;
      }
      body.subscriber.join().onComplete();

      assertThat(sending.get(60, TimeUnit.SECONDS)).isInstanceOf(Outcome.Answered.class);
      assertThat(received.get()).isEqualTo(LARGE);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"error", "short", "long", "chunked error"})
  void cutsTheRequestWhenItsBodyFails(String how) throws Exception {
    CompletableFuture<Exception> seen = new CompletableFuture<>();
    try (FakeServer server =
        new FakeServer(
            peer -> {
              try {
                peer.readBody(peer.readHead());
                seen.complete(null);
              } catch (IOException e) {
                seen.complete(e);
              }
            })) {
      PacedBody body = new PacedBody();
      CompletableFuture<Outcome> sending =
          sending(post(server.port(), body.ofLength(how.startsWith("chunked") ? -1 : 10)));
      body.next(new byte[3]);

      switch (how) {
        case "short" -> body.subscriber.join().onComplete();
        case "long" -> body.next(new byte[8]);
        default -> body.subscriber.join().onError(new IOException("the caller left"));
      }

      assertThat(sending.get(60, TimeUnit.SECONDS)).isInstanceOf(Outcome.NoAnswer.class);
      assertThat(seen.get(60, TimeUnit.SECONDS)).isInstanceOf(IOException.class);
    }
  }

  // Not sent

  @Test
  void reportsThatNothingWasSentOnARefusedConnection() throws Exception {
    int port = closedPort();
    PacedBody body = new PacedBody();

    Outcome outcome = send(post(port, body.ofLength(10)));

    assertThat(((Outcome.NotSent) outcome).cause())
        .hasMessage("127.0.0.1:" + port + ": Connection refused");
    assertThat(outcome.mayTryAnotherServer(ApiCall.CREATE)).isTrue();
    assertThat(body.subscriber).isNotDone();
  }

  @Test
  void reportsThatNothingWasSentToAnUnknownHost() throws Exception {
    Server server =
        Server.of("x", URI.create("http://no-such-host.invalid/api"), Secret.of("secret"));

    Outcome outcome = send(new UpstreamRequest(server, "GET", TARGET, List.of(), Body.EMPTY));

    assertThat(((Outcome.NotSent) outcome).cause())
        .hasMessage("no-such-host.invalid: unknown host");
  }

  @Test
  void givesUpConnectingInTime() throws Exception {
    // A listener that accepts nothing: the kernel stops answering when its queue is full.
    try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        HttpCoreUpstream hasty = upstream(Duration.ofMillis(300), Duration.ofSeconds(5), 10)) {
      List<Socket> fill = fill(full);

      Outcome outcome =
          hasty
              .send(get(full.getLocalPort()), new Cancellation())
              .toCompletableFuture()
              .get(60, TimeUnit.SECONDS);

      assertThat(((Outcome.NotSent) outcome).cause()).hasMessageContaining("not connected within");
      for (Socket socket : fill) {
        socket.close();
      }
    }
  }

  /** Connects to a listener that accepts nothing until the kernel answers no more. */
  private static int closedPort() throws IOException {
    try (ServerSocket closed = new ServerSocket(0)) {
      return closed.getLocalPort();
    }
  }

  private static List<Socket> fill(ServerSocket listener) {
    List<Socket> fill = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      Socket socket = new Socket();
      fill.add(socket);
      try {
        socket.connect(listener.getLocalSocketAddress(), 100);
      } catch (IOException e) {
        break;
      }
    }
    return fill;
  }

  // Names with several addresses

  private static final String[] TWO = {"127.0.0.2", "127.0.0.1"};

  private static HttpCoreUpstream upstream(Duration connect, LongSupplier clock, String... found)
      throws Exception {
    SSLContext tls = SSLContext.getDefault();
    InetAddress[] addresses = new InetAddress[found.length];
    for (int i = 0; i < found.length; i++) {
      addresses[i] = InetAddress.getByName(found[i]);
    }
    return new HttpCoreUpstream(
        connect,
        Duration.ofSeconds(10),
        10,
        () -> tls,
        "tinyscale/test",
        1,
        host -> addresses,
        clock);
  }

  private static Outcome send(HttpCoreUpstream through, UpstreamRequest request) throws Exception {
    return through
        .send(request, new Cancellation())
        .toCompletableFuture()
        .get(60, TimeUnit.SECONDS);
  }

  private static FakeServer answeringAlways() throws IOException {
    return new FakeServer(
        peer -> {
          while (true) {
            peer.readHead();
            peer.write(answer("ok"));
          }
        });
  }

  @Test
  void triesTheNextAddressShortlyAfterADeadOne() throws Exception {
    try (FakeServer server = answeringAlways();
        ServerSocket dead = new ServerSocket(server.port(), 1, InetAddress.getByName(TWO[0]));
        HttpCoreUpstream patient = upstream(Duration.ofMinutes(2), System::nanoTime, TWO)) {
      List<Socket> fill = fill(dead);
      long begun = System.nanoTime();

      Outcome outcome = send(patient, get(server.port()));

      assertThat(outcome).isInstanceOf(Outcome.Answered.class);
      assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThan(Duration.ofMillis(240));
      String origin = "127.0.0.1:" + server.port();
      assertThat(patient.stats()).containsExactly(new PoolStats(origin, 10, 1, 1, 0));
      for (Socket socket : fill) {
        socket.close();
      }
    }
  }

  @Test
  void triesTheNextAddressAtOnceAfterOneThatRefuses() throws Exception {
    try (FakeServer server = answeringAlways();
        HttpCoreUpstream patient = upstream(Duration.ofMinutes(2), System::nanoTime, TWO)) {

      assertThat(send(patient, get(server.port()))).isInstanceOf(Outcome.Answered.class);
      assertThat(server.connections).hasValue(1);
    }
  }

  /** As a name with an IPv6 address on a machine without IPv6. */
  @ParameterizedTest
  @CsvSource({"127.0.0.1, 255.255.255.255", "255.255.255.255, 127.0.0.1"})
  void anAddressWithoutARouteHidesNoRefusal(String first, String second) throws Exception {
    try (HttpCoreUpstream patient =
        upstream(Duration.ofMinutes(2), System::nanoTime, first, second)) {

      Outcome outcome = send(patient, get(closedPort()));

      assertThat(((Outcome.NotSent) outcome).cause())
          .hasMessageEndingWith("Connection refused")
          .hasCauseInstanceOf(ConnectException.class);
    }
  }

  @Test
  void aNetworkThatCannotBeReachedIsNoLackOfOurs() throws Exception {
    try (HttpCoreUpstream patient =
        upstream(Duration.ofMinutes(2), System::nanoTime, "255.255.255.255")) {

      assertThat(((Outcome.NotSent) send(patient, get(closedPort()))).cause())
          .hasMessageEndingWith("Network is unreachable");
    }
  }

  @Test
  void connectsOnceIfTheFirstAddressAnswers() throws Exception {
    try (FakeServer server = answeringAlways();
        HttpCoreUpstream patient =
            upstream(Duration.ofMinutes(2), System::nanoTime, TWO[1], TWO[1], TWO[1])) {

      assertThat(send(patient, get(server.port()))).isInstanceOf(Outcome.Answered.class);
      assertThat(server.connections).hasValue(1);
    }
  }

  @Test
  void sendsNothingIfEveryAddressIsDead() throws Exception {
    int port = closedPort();
    try (ServerSocket dead = new ServerSocket(port, 1, InetAddress.getByName(TWO[0]));
        HttpCoreUpstream hasty = upstream(Duration.ofMillis(600), System::nanoTime, TWO)) {
      List<Socket> fill = fill(dead);

      Outcome outcome = send(hasty, get(port));

      assertThat(((Outcome.NotSent) outcome).cause()).hasMessageContaining("not connected within");
      String origin = "127.0.0.1:" + port;
      await()
          .untilAsserted(
              () -> assertThat(hasty.stats()).containsExactly(new PoolStats(origin, 10, 0, 0, 0)));
      for (Socket socket : fill) {
        socket.close();
      }
    }
  }

  @Test
  void triesBothFamiliesByTurns() throws Exception {
    InetAddress[] found = {
      InetAddress.getByName("192.0.2.1"),
      InetAddress.getByName("192.0.2.2"),
      InetAddress.getByName("2001:db8::1"),
      InetAddress.getByName("192.0.2.3"),
      InetAddress.getByName("2001:db8::2")
    };

    assertThat(Connector.byTurns(found))
        .containsExactly(found[0], found[2], found[1], found[4], found[3]);
  }

  @Test
  void usesAConnectionForTenMinutes() throws Exception {
    AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5);
    try (FakeServer server = answeringAlways();
        HttpCoreUpstream lasting = upstream(Duration.ofSeconds(2), now::get, TWO[1])) {
      for (int i = 0; i < 60; i++) {
        send(lasting, get(server.port()));
        assertThat(server.connections).hasValue(1);
        now.addAndGet(Duration.ofSeconds(10).toNanos());
      }

      send(lasting, get(server.port()));

      assertThat(server.connections).hasValue(2);
      await().until(() -> server.open() == 1);
    }
  }

  @Test
  void givesUpWaitingForAFreeConnectionInTime() throws Exception {
    try (FakeServer server = new FakeServer(peer -> peer.in.transferTo(new DevNull()));
        HttpCoreUpstream narrow = upstream(Duration.ofMillis(300), Duration.ofSeconds(9), 1)) {
      narrow.send(get(server.port()), new Cancellation());

      Outcome outcome =
          narrow
              .send(get(server.port()), new Cancellation())
              .toCompletableFuture()
              .get(60, TimeUnit.SECONDS);

      assertThat(((Outcome.NotSent) outcome).cause())
          .hasMessageContaining("no connection became free within 300ms");
      assertThat(server.connections).hasValue(1);
    }
  }

  @Test
  void handsAFreedConnectionToAWaitingRequest() throws Exception {
    CountDownLatch goOn = new CountDownLatch(1);
    try (FakeServer server =
            new FakeServer(
                peer -> {
                  while (true) {
                    peer.readHead();
                    try {
                      goOn.await();
                    } catch (InterruptedException e) {
                      throw new IOException(e);
                    }
                    peer.write(answer("ok"));
                  }
                });
        HttpCoreUpstream narrow = upstream(Duration.ofSeconds(5), Duration.ofSeconds(9), 2)) {
      List<CompletableFuture<Outcome>> sendings = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        sendings.add(narrow.send(get(server.port()), new Cancellation()).toCompletableFuture());
      }

      String origin = "127.0.0.1:" + server.port();
      assertThat(narrow.stats()).containsExactly(new PoolStats(origin, 2, 2, 0, 18));

      goOn.countDown();

      for (CompletableFuture<Outcome> sending : sendings) {
        assertThat(sending.get(60, TimeUnit.SECONDS)).isInstanceOf(Outcome.Answered.class);
      }
      assertThat(server.connections).hasValue(2);
      await()
          .untilAsserted(
              () -> assertThat(narrow.stats()).containsExactly(new PoolStats(origin, 2, 2, 2, 0)));
    }
  }

  @Test
  void replacesAConnectionThatDiedWhileIdle() throws Exception {
    try (FakeServer server =
        new FakeServer(
            peer -> {
              peer.readHead();
              peer.write(answer("ok")); // and closes, without a word
            })) {
      for (int i = 0; i < 30; i++) {

        Outcome outcome = send(get(server.port()));

        // If the request crosses the close on the wire there is no answer; usually it is noticed.
        assertThat(outcome).isNotInstanceOf(Outcome.NotSent.class);
        await().until(() -> server.open() == 0);
      }
    }
  }

  // Sending again

  private static UpstreamRequest repeatable(int port) {
    return new UpstreamRequest(server(port), "GET", TARGET, List.of(), Body.EMPTY, true);
  }

  /** Answers the first request of each connection; what follows on it is up to the script. */
  private static FakeServer answeringOnce(BlockingQueue<String> heads, FakeServer.Script then)
      throws IOException {
    return new FakeServer(
        peer -> {
          heads.add(peer.readHead());
          peer.write(answer("ok"));
          heads.add(peer.readHead());
          then.run(peer);
        });
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void repeatsOnAFreshConnectionWhatAUsedOneDidNotAnswer(boolean reset) throws Exception {
    BlockingQueue<String> heads = new LinkedBlockingQueue<>();
    try (FakeServer server =
        answeringOnce(
            heads,
            peer -> {
              if (reset) {
                peer.reset();
              }
            })) {
      answered(repeatable(server.port()));

      Outcome.Answered second = answered(repeatable(server.port()));

      assertThat(second.body().bytes().map(String::new)).contains("ok");
      assertThat(server.connections).hasValue(2);
      assertThat(heads).hasSize(3).allMatch(head -> head.startsWith("GET " + TARGET));
    }
  }

  @Test
  void repeatsNothingThatMustNotComeTwice() throws Exception {
    BlockingQueue<String> heads = new LinkedBlockingQueue<>();
    try (FakeServer server = answeringOnce(heads, peer -> {})) {
      for (boolean withBody : new boolean[] {false, true}) {
        answered(get(server.port()));
        heads.clear();

        Outcome outcome =
            send(
                withBody
                    ? new UpstreamRequest(
                        server(server.port()), "POST", TARGET, List.of(), Body.of("<x/>"), true)
                    : get(server.port()));

        assertThat(outcome).isInstanceOf(Outcome.NoAnswer.class);
        assertThat(heads).hasSize(1);
      }
    }
  }

  @Test
  void repeatsNothingAfterAByteOfTheAnswer() throws Exception {
    BlockingQueue<String> heads = new LinkedBlockingQueue<>();
    try (FakeServer server = answeringOnce(heads, peer -> peer.write("HTTP/1.1 2"))) {
      answered(repeatable(server.port()));

      assertThat(send(repeatable(server.port()))).isInstanceOf(Outcome.NoAnswer.class);
      assertThat(heads).hasSize(2);
    }
  }

  @Test
  void repeatsNothingToASilentServer() throws Exception {
    BlockingQueue<String> heads = new LinkedBlockingQueue<>();
    try (FakeServer server = answeringOnce(heads, peer -> peer.in.transferTo(new DevNull()));
        HttpCoreUpstream hasty = upstream(Duration.ofSeconds(2), Duration.ofMillis(300), 10)) {
      hasty.send(repeatable(server.port()), new Cancellation()).toCompletableFuture().get();

      Outcome outcome =
          hasty
              .send(repeatable(server.port()), new Cancellation())
              .toCompletableFuture()
              .get(60, TimeUnit.SECONDS);

      assertThat(((Outcome.NoAnswer) outcome).cause()).hasMessageContaining("silent");
      assertThat(heads).hasSize(2);
    }
  }

  @Test
  void repeatsNothingOnAFreshConnectionAndNothingTwice() throws Exception {
    BlockingQueue<String> heads = new LinkedBlockingQueue<>();
    try (FakeServer server =
        new FakeServer(
            peer -> {
              heads.add(peer.readHead());
              if (heads.size() == 2) {
                peer.write(answer("ok"));
                heads.add(peer.readHead());
              }
            })) {
      assertThat(send(repeatable(server.port()))).isInstanceOf(Outcome.NoAnswer.class);
      assertThat(heads).hasSize(1);
      answered(repeatable(server.port()));

      assertThat(send(repeatable(server.port()))).isInstanceOf(Outcome.NoAnswer.class);
      assertThat(heads).as("once on the used connection, once on a fresh one").hasSize(4);
    }
  }

  @Test
  void aRepeatThatCouldNotBeSentMayHaveActed() throws Exception {
    AtomicReference<FakeServer> running = new AtomicReference<>();
    CountDownLatch known = new CountDownLatch(1);
    FakeServer server =
        answeringOnce(
            new LinkedBlockingQueue<>(),
            peer -> {
              try {
                known.await();
              } catch (InterruptedException e) {
                throw new IOException(e);
              }
              running.get().close();
            });
    running.set(server);
    known.countDown();
    answered(repeatable(server.port()));

    Outcome outcome = send(repeatable(server.port()));

    assertThat(outcome).isInstanceOf(Outcome.NoAnswer.class);
    assertThat(((Outcome.NoAnswer) outcome).cause()).hasMessageContaining("refused");
  }

  @Test
  void closesAnIdleConnectionBeforeTheServerDoes() throws Exception {
    try (FakeServer server =
        new FakeServer(
            peer -> {
              while (true) {
                peer.readHead();
                peer.write("HTTP/1.1 200 OK\r\nKeep-Alive: timeout=1\r\nContent-Length: 0\r\n\r\n");
              }
            })) {
      answered(get(server.port()));
      answered(get(server.port()));
      assertThat(server.connections).hasValue(1);

      await().until(() -> server.open() == 0);
    }
  }

  // Silence

  @Test
  void givesUpOnAServerThatFallsSilent() throws Exception {
    try (FakeServer server = new FakeServer(peer -> peer.in.transferTo(new DevNull()));
        HttpCoreUpstream hasty = upstream(Duration.ofSeconds(2), Duration.ofMillis(300), 10)) {

      Outcome outcome =
          hasty
              .send(get(server.port()), new Cancellation())
              .toCompletableFuture()
              .get(60, TimeUnit.SECONDS);

      assertThat(((Outcome.NoAnswer) outcome).cause()).hasMessageContaining("silent");
      await().until(() -> server.open() == 0);
    }
  }

  @Test
  void doesNotTakeASlowCallerForASilentServer() throws Exception {
    try (FakeServer server =
            new FakeServer(
                peer -> {
                  peer.readBody(peer.readHead());
                  peer.write(headOfLarge(200, false));
                  peer.out.write(LARGE);
                });
        HttpCoreUpstream hasty = upstream(Duration.ofSeconds(2), Duration.ofMillis(200), 10)) {
      PacedBody body = new PacedBody();
      CompletableFuture<Outcome> sending =
          hasty
              .send(post(server.port(), body.ofLength(2)), new Cancellation())
              .toCompletableFuture();
      body.next(new byte[1]);
      assertThatThrownBy(() -> sending.get(700, TimeUnit.MILLISECONDS)).isNotNull();
      body.next(new byte[1]);
      Outcome.Answered answer = (Outcome.Answered) sending.get(60, TimeUnit.SECONDS);
      Collector collector = new Collector(0);
      answer.body().content().subscribe(collector);
      collector.subscription.get().request(1);
      assertThatThrownBy(() -> collector.end.get(700, TimeUnit.MILLISECONDS)).isNotNull();

      collector.subscription.get().request(Long.MAX_VALUE);

      assertThat(collector.end.get(60, TimeUnit.SECONDS)).isEqualTo(LARGE);
    }
  }

  // Cancellation

  @Test
  void stopsWaitingForAConnectionWhenCancelled() throws Exception {
    try (FakeServer server = new FakeServer(peer -> peer.in.transferTo(new DevNull()));
        HttpCoreUpstream narrow = upstream(Duration.ofSeconds(9), Duration.ofSeconds(9), 1)) {
      narrow.send(get(server.port()), new Cancellation());
      Cancellation cancellation = new Cancellation();
      CompletableFuture<Outcome> waiting =
          narrow.send(get(server.port()), cancellation).toCompletableFuture();

      cancellation.cancel();

      assertThat(waiting).isCompletedWithValueMatching(Outcome.NotSent.class::isInstance);
    }
  }

  @Test
  void sendsNothingThatWasCancelledBefore() throws Exception {
    try (FakeServer server = new FakeServer(Peer::readHead)) {
      Cancellation cancellation = new Cancellation();
      cancellation.cancel();

      Outcome outcome = upstream.send(get(server.port()), cancellation).toCompletableFuture().get();

      assertThat(outcome).isInstanceOf(Outcome.NotSent.class);
      assertThat(server.connections).hasValue(0);
    }
  }

  @Test
  void closesTheConnectionOfAWaitingRequestWhenCancelled() throws Exception {
    CountDownLatch requested = new CountDownLatch(1);
    try (FakeServer server =
        new FakeServer(
            peer -> {
              peer.readHead();
              requested.countDown();
              peer.readHead();
            })) {
      Cancellation cancellation = new Cancellation();
      CompletableFuture<Outcome> sending =
          upstream.send(get(server.port()), cancellation).toCompletableFuture();
      requested.await();

      cancellation.cancel();

      assertThat(sending).isCompletedWithValueMatching(Outcome.NoAnswer.class::isInstance);
      await().until(() -> server.open() == 0);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void closesTheConnectionOfARunningBodyWhenCancelled(boolean bySubscription) throws Exception {
    try (FakeServer server =
        new FakeServer(
            peer -> {
              peer.readHead();
              peer.write(headOfLarge(200, false));
              peer.out.write(LARGE, 0, 1_000_000);
              peer.readHead();
            })) {
      Cancellation cancellation = new Cancellation();
      Outcome.Answered answer =
          (Outcome.Answered)
              upstream
                  .send(get(server.port()), cancellation)
                  .toCompletableFuture()
                  .get(60, TimeUnit.SECONDS);
      Collector collector = new Collector(1);
      answer.body().content().subscribe(collector);
      await().until(() -> collector.size() == 1_000_000);

      if (bySubscription) {
        collector.subscription.get().cancel();
      } else {
        cancellation.cancel();
      }

      await().until(() -> server.open() == 0);
      assertThat(collector.end.isCompletedExceptionally()).isEqualTo(!bySubscription);
    }
  }

  // Close

  @Test
  void closingFailsRunningRequests() throws Exception {
    try (FakeServer server = new FakeServer(peer -> peer.in.transferTo(new DevNull()))) {
      CompletableFuture<Outcome> sending = sending(get(server.port()));
      await().until(() -> server.open() == 1);

      upstream.close();

      assertThat(sending.get(60, TimeUnit.SECONDS)).isNotInstanceOf(Outcome.Answered.class);
      assertThat(send(get(server.port()))).isInstanceOf(Outcome.NotSent.class);
      await().until(() -> server.open() == 0);
    }
  }

  @Test
  void leavesNoThreadAndNoSocketBehind() throws Exception {
    try (FakeServer server =
        new FakeServer(
            peer -> {
              while (true) {
                peer.readHead();
                peer.write(answer("ok"));
              }
            })) {
      upstream.close();
      for (int i = 0; i < 50; i++) {
        try (HttpCoreUpstream one = upstream(Duration.ofSeconds(2), Duration.ofSeconds(2), 3)) {
          one.send(get(server.port()), new Cancellation()).toCompletableFuture().get();
        }
      }

      assertThat(Thread.getAllStackTraces().keySet())
          .noneMatch(thread -> thread.getName().startsWith("tinyscale-http"));
      await().until(() -> server.open() == 0);
      assertThat(server.connections).hasValue(50);
    }
  }

  private static final class DevNull extends java.io.OutputStream {
    @Override
    public void write(int b) {}
  }
}
