package io.tinyscale.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tinyscale.body.Header;
import io.tinyscale.httpcore.TrustedCas;
import io.tinyscale.observe.GatewayObserver;
import io.tinyscale.process.Keytool;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.apache.hc.client5.http.DnsResolver;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class HttpSenderTest {

  private static final String PASSWORD = "password";
  private static final ProxySelector NO_PROXY = proxies(Proxy.NO_PROXY);
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final List<String> LOCAL = List.of("127.0.0.0/8");

  private final FakeNames names = new FakeNames();
  private final RelayThreads threads = new RelayThreads(GatewayObserver.NONE);
  private Receiver frontEnd;
  private HttpSender sender;

  @BeforeEach
  void start() throws IOException {
    frontEnd = new Receiver();
    names.with("fe.example", "127.0.0.1").with("127.0.0.1", "127.0.0.1");
    sender = sender(LOCAL, Optional.empty(), NO_PROXY, List.of());
  }

  @AfterEach
  void stop() throws Exception {
    sender.close();
    threads.close(System.nanoTime() + Duration.ofSeconds(20).toNanos());
    frontEnd.close();
  }

  private HttpSender sender(
      List<String> allow,
      Optional<InetSocketAddress> proxy,
      ProxySelector ofTheJvm,
      List<Certificate> authorities) {
    return new HttpSender(
        new AllowedAddresses(allow, names),
        proxy,
        ofTheJvm,
        TrustedCas.contexts(authorities),
        threads.names(),
        threads.timer(),
        threads);
  }

  private static ProxySelector proxies(Proxy proxy) {
    return new ProxySelector() {
      @Override
      public List<Proxy> select(URI uri) {
        return List.of(proxy);
      }

      @Override
      public void connectFailed(URI uri, SocketAddress address, IOException cause) {}
    };
  }

  private String url(String rest) {
    return "http://fe.example:" + frontEnd.port() + rest;
  }

  private static Message get(String url, Duration limit) throws RefusedException {
    return new Message("GET", Destination.of(url), List.of(), Content.NONE, limit);
  }

  private static Sent sent(CompletionStage<Sent> stage) {
    return stage.toCompletableFuture().join();
  }

  @Test
  void sendsTheBytesOfTheUrlAndNothingElse() throws Exception {
    Message message =
        new Message(
            "GET",
            Destination.of(url("/a//b/../c%2F;d?x=[1]|{2}&y=%C3%A4+z")),
            List.of(new Header("User-Agent", "BBB/1")),
            Content.NONE,
            LONG);

    assertThat(sent(sender.send(message))).isEqualTo(new Sent.Answered(200, ""));

    assertThat(frontEnd.requests()).hasSize(1);
    assertThat(frontEnd.requests().get(0).lines().filter(line -> !line.isEmpty()))
        .containsExactlyInAnyOrder(
            "GET /a//b/../c%2F;d?x=[1]|{2}&y=%C3%A4+z HTTP/1.1",
            "User-Agent: BBB/1", "Connection: close", "Host: fe.example:" + frontEnd.port());
  }

  @Test
  void sendsOverATunnelThroughTheProxy(@TempDir Path directory) throws Exception {
    KeyStore store = certificate(directory, "elsewhere.example");
    try (Receiver secure = new Receiver(secureSocket(store));
        Tunnel tunnel = new Tunnel(secure.port())) {
      HttpSender over =
          sender(
              List.of("public"),
              Optional.of(InetSocketAddress.createUnresolved("127.0.0.1", tunnel.port())),
              NO_PROXY,
              List.of(store.getCertificate("mykey")));
      Message message =
          new Message(
              "POST",
              Destination.of("https://elsewhere.example/a?b=c"),
              List.of(),
              Content.of("body"),
              LONG);

      assertThat(sent(over.send(message))).isEqualTo(new Sent.Answered(200, ""));

      assertThat(tunnel.asked()).startsWith("CONNECT elsewhere.example:443 HTTP/1.1\r\n");
      assertThat(secure.requests().get(0))
          .startsWith("POST /a?b=c HTTP/1.1\r\n")
          .contains("Host: elsewhere.example\r\n")
          .endsWith("\r\n\r\nbody");
      over.close();
    }
  }

  /** A key of its own for this name. */
  private static KeyStore certificate(Path directory, String name) throws Exception {
    Path file = directory.resolve("store");
    Keytool.run(
        file,
        PASSWORD,
        "-genkeypair",
        "-keyalg",
        "EC",
        "-dname",
        "CN=x",
        "-ext",
        "SAN=dns:" + name);
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file)) {
      store.load(in, PASSWORD.toCharArray());
    }
    return store;
  }

  private static ServerSocket secureSocket(KeyStore store) throws Exception {
    KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
    keys.init(store, PASSWORD.toCharArray());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), null, null);
    return context
        .getServerSocketFactory()
        .createServerSocket(0, 50, InetAddress.getLoopbackAddress());
  }

  /** Each byte of the handshake comes in time, and it never ends. */
  @Test
  void closesAConnectionWhoseHandshakeDrips() throws Exception {
    try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      CompletionStage<Sent> running =
          sender.send(
              get("https://fe.example:" + listener.getLocalPort() + "/", Duration.ofMillis(500)));
      try (Socket dripping = listener.accept()) {
        dripping.setSoTimeout(20);
        byte[] head = {22, 3, 3, 64, 0};
        dripping.getOutputStream().write(head);

        await().until(() -> isClosedFor(dripping));
      }
      assertThat(sent(running)).isEqualTo(new Sent.Failed("timeout"));
    }
  }

  /** Writes one byte, and reads what there is. */
  private static boolean isClosedFor(Socket dripping) throws IOException {
    try {
      dripping.getOutputStream().write(0);
      while (dripping.getInputStream().read() >= 0) {
        // The client's part of the handshake.
      }
      return true;
    } catch (SocketTimeoutException stillThere) {
      return false;
    } catch (SocketException reset) {
      return true;
    }
  }

  /** A name server that does not answer holds few threads, so others' names are found. */
  @Test
  void findsOtherNamesWhileOneIsLookedUpForEver() throws Exception {
    CountDownLatch over = new CountDownLatch(1);
    DnsResolver slow =
        new DnsResolver() {
          @Override
          public InetAddress[] resolve(String host) throws UnknownHostException {
            if (host.equals("slow.example")) {
              awaitQuietly(over);
            }
            return names.resolve("fe.example");
          }

          @Override
          public String resolveCanonicalHostname(String host) {
            return host;
          }
        };
    HttpSender waiting =
        new HttpSender(
            new AllowedAddresses(LOCAL, slow),
            Optional.empty(),
            NO_PROXY,
            TrustedCas.contexts(List.of()),
            threads.names(),
            threads.timer(),
            threads);
    try {
      String rest = ":" + frontEnd.port() + "/";
      for (int i = 0; i < 100; i++) {
        waiting.send(get("http://slow.example" + rest, LONG));
      }

      assertThat(sent(waiting.send(get("http://fe.example" + rest, LONG))))
          .isEqualTo(new Sent.Answered(200, ""));
    } finally {
      over.countDown();
      waiting.close();
    }
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void postsContentPieceByPiece() throws Exception {
    String text = "0123456789abcdef".repeat(50_000);
    Message message =
        new Message(
            "POST",
            Destination.of(url("/")),
            List.of(new Header("Content-Type", "application/json")),
            Content.of(text),
            LONG);

    assertThat(sent(sender.send(message))).isEqualTo(new Sent.Answered(200, ""));

    String request = frontEnd.requests().get(0);
    assertThat(request).contains("Content-Type: application/json\r\n", "User-Agent: tinyscale\r\n");
    assertThat(request.substring(request.indexOf("\r\n\r\n") + 4)).isEqualTo(text);
  }

  @Test
  void usesEachConnectionOnce() throws Exception {
    sent(sender.send(get(url("/"), LONG)));
    sent(sender.send(get(url("/"), LONG)));

    assertThat(frontEnd.connections()).isEqualTo(2);
  }

  @Test
  void followsNoRedirectAndKeepsNoCookieAndAnswersNoChallenge() throws Exception {
    frontEnd.answering(
        (request, out) ->
            out.write(
                ("HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nSet-Cookie: a=b\r\n"
                        + "WWW-Authenticate: Basic realm=\"x\"\r\nContent-Length: 0\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII)));

    assertThat(sent(sender.send(get(url("/"), LONG))))
        .isEqualTo(new Sent.Answered(302, "/elsewhere"));
    frontEnd.answering(Receiver.status("401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"x\""));
    assertThat(sent(sender.send(get(url("/"), LONG)))).isEqualTo(new Sent.Answered(401, ""));

    assertThat(frontEnd.requests()).hasSize(2);
    assertThat(frontEnd.requests().get(1)).doesNotContainIgnoringCase("cookie");
  }

  @Test
  void readsLittleOfAnAnswerWithoutEnd() throws Exception {
    AtomicBoolean cut = new AtomicBoolean();
    frontEnd.answering(
        (request, out) -> {
          out.write(
              "HTTP/1.1 200 OK\r\nContent-Length: 5000000000\r\n\r\n"
                  .getBytes(StandardCharsets.US_ASCII));
          try {
            for (long written = 0; written < 5_000_000_000L; written += 65_536) {
              out.write(new byte[65_536]);
            }
          } catch (IOException e) {
            cut.set(true);
            throw e;
          }
        });

    assertThat(sent(sender.send(get(url("/"), LONG)))).isEqualTo(new Sent.Answered(200, ""));

    await().untilTrue(cut);
  }

  @Test
  void takesTheStatusOfAnAnswerThatDrips() throws Exception {
    CountDownLatch over = new CountDownLatch(1);
    frontEnd.answering(
        (request, out) -> {
          out.write(
              "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nx"
                  .getBytes(StandardCharsets.US_ASCII));
          out.flush();
          over.await();
        });

    assertThat(sent(sender.send(get(url("/"), Duration.ofMillis(500)))))
        .isEqualTo(new Sent.Answered(200, ""));
    over.countDown();
  }

  @Test
  void givesUpAnAnswerThatDoesNotCome() throws Exception {
    CountDownLatch over = new CountDownLatch(1);
    frontEnd.answering((request, out) -> over.await());

    assertThat(sent(sender.send(get(url("/"), Duration.ofMillis(500)))))
        .isEqualTo(new Sent.Failed("timeout"));
    over.countDown();
  }

  @Test
  void givesUpAHeadThatDrips() throws Exception {
    AtomicBoolean cut = new AtomicBoolean();
    frontEnd.answering(
        (request, out) -> {
          try {
            out.write("HTTP/1.1 200 OK\r\n".getBytes(StandardCharsets.US_ASCII));
            while (true) {
              out.write("X: y\r\n".getBytes(StandardCharsets.US_ASCII));
              out.flush();
              Thread.sleep(20);
            }
          } catch (IOException e) {
            cut.set(true);
            throw e;
          }
        });

    Sent outcome = sent(sender.send(get(url("/"), Duration.ofSeconds(1))));

    assertThat(outcome).isInstanceOf(Sent.Failed.class);
    await().untilTrue(cut);
  }

  @Test
  void saysWhatFailedWithoutTheUrl() throws Exception {
    frontEnd.answering((request, out) -> out.write("nonsense\r\n\r\n".getBytes()));
    Sent nonsense = sent(sender.send(get(url("/secret"), LONG)));
    frontEnd.answering((request, out) -> out.close());
    Sent closed = sent(sender.send(get(url("/secret"), LONG)));
    frontEnd.close();
    Sent refused = sent(sender.send(get(url("/secret"), LONG)));
    Sent unknown = sent(sender.send(get("http://unknown.example/secret", LONG)));

    assertThat(refused).isEqualTo(new Sent.Failed("no connection"));
    assertThat(unknown).isEqualTo(new Sent.Failed("its name has no address"));
    assertThat(closed).isEqualTo(new Sent.Failed("connection closed"));
    assertThat(nonsense).isInstanceOf(Sent.Failed.class);
    assertThat(List.of(nonsense, closed, refused, unknown).toString())
        .doesNotContain("secret", "example");
  }

  @Test
  void makesNoConnectionToAnAddressThatIsNotAllowed() throws Exception {
    HttpSender strict = sender(List.of("public"), Optional.empty(), NO_PROXY, List.of());

    assertThat(sent(strict.send(get(url("/"), LONG)))).isInstanceOf(Sent.Refused.class);
    assertThat(sent(strict.send(get("http://127.0.0.1:" + frontEnd.port() + "/", LONG))))
        .isInstanceOf(Sent.Refused.class);

    assertThat(frontEnd.connections()).isZero();
    strict.close();
  }

  @Test
  void judgesALiteralIpv6Address() throws Exception {
    names.with("::1", "::1").with("[::1]", "::1");

    assertThat(sent(sender.send(get("http://[::1]:" + frontEnd.port() + "/", LONG))))
        .isInstanceOf(Sent.Refused.class);
  }

  @Test
  void connectsToTheAddressThatWasJudged() throws Exception {
    names.with("moving.example", "127.0.0.1").with("moving.example", "10.0.0.1");
    String url = "http://moving.example:" + frontEnd.port() + "/";

    assertThat(sent(sender.send(get(url, LONG)))).isEqualTo(new Sent.Answered(200, ""));
    assertThat(frontEnd.requests()).hasSize(1);

    assertThat(sent(sender.send(get(url, LONG)))).isInstanceOf(Sent.Refused.class);
  }

  @Test
  void sendsEverythingOverTheProxy() throws Exception {
    HttpSender over =
        sender(
            List.of("public"),
            Optional.of(InetSocketAddress.createUnresolved("127.0.0.1", frontEnd.port())),
            NO_PROXY,
            List.of());

    assertThat(sent(over.send(get("http://elsewhere.example/a?b=c", LONG))))
        .isEqualTo(new Sent.Answered(200, ""));
    frontEnd.answering(Receiver.status("403 Forbidden"));
    Sent tunnel = sent(over.send(get("https://elsewhere.example/a?b=c", LONG)));

    assertThat(tunnel).isEqualTo(new Sent.Failed("status 403 of the proxy"));
    assertThat(frontEnd.requests().get(0))
        .startsWith("GET http://elsewhere.example/a?b=c HTTP/1.1\r\n");
    assertThat(frontEnd.requests().get(1))
        .startsWith("CONNECT elsewhere.example:443 HTTP/1.1\r\n")
        .doesNotContain("b=c");
    over.close();
  }

  @Test
  void asksTheJvmForAProxy() throws Exception {
    HttpSender over =
        sender(
            List.of("public"),
            Optional.empty(),
            proxies(
                new Proxy(
                    Proxy.Type.HTTP,
                    InetSocketAddress.createUnresolved("127.0.0.1", frontEnd.port()))),
            List.of());

    assertThat(sent(over.send(get("http://elsewhere.example/", LONG))))
        .isEqualTo(new Sent.Answered(200, ""));
    assertThat(frontEnd.requests().get(0)).startsWith("GET http://elsewhere.example/ HTTP/1.1");
    over.close();
  }

  @Test
  void trustsTheAuthoritiesOfTheConfigurationAndVerifiesNames(@TempDir Path directory)
      throws Exception {
    names.with("other.example", "127.0.0.1");
    KeyStore store = certificate(directory, "fe.example");
    HttpSender trusting =
        sender(LOCAL, Optional.empty(), NO_PROXY, List.of(store.getCertificate("mykey")));
    try (Receiver secure = new Receiver(secureSocket(store))) {
      String rest = ":" + secure.port() + "/";

      assertThat(sent(trusting.send(get("https://fe.example" + rest, LONG))))
          .isEqualTo(new Sent.Answered(200, ""));
      assertThat(sent(trusting.send(get("https://other.example" + rest, LONG))))
          .isEqualTo(new Sent.Failed("TLS failed"));
      assertThat(sent(sender.send(get("https://fe.example" + rest, LONG))))
          .isEqualTo(new Sent.Failed("TLS failed"));
      assertThat(secure.requests()).hasSize(1);
    }
    trusting.close();
  }

  /** Over a proxy and without, in plain HTTP and with TLS that fails. */
  @Test
  void writesNothingOfARequestIntoTheLog() throws Exception {
    Logger library = Logger.getLogger("org.apache.hc");
    List<String> lines = new CopyOnWriteArrayList<>();
    Handler recorder =
        new Handler() {
          @Override
          public void publish(LogRecord line) {
            lines.add(new SimpleFormatter().format(line));
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    library.setLevel(Level.ALL);
    library.addHandler(recorder);
    HttpSender over =
        sender(
            LOCAL,
            Optional.of(InetSocketAddress.createUnresolved("127.0.0.1", frontEnd.port())),
            NO_PROXY,
            List.of());
    try {
      for (HttpSender each : List.of(sender, over)) {
        for (String url : List.of(url("/path-77?query-77"), url("/").replace("http:", "https:"))) {
          Message message =
              new Message(
                  "POST",
                  Destination.of(url),
                  List.of(new Header("Authorization", "Bearer token-77")),
                  Content.of("body-77"),
                  // The front end speaks no TLS and says nothing.
                  url.startsWith("https:") ? Duration.ofSeconds(1) : LONG);
          sent(each.send(message));
        }
      }
    } finally {
      library.removeHandler(recorder);
      library.setLevel(null);
      over.close();
    }

    assertThat(frontEnd.requests().get(0)).contains("path-77", "token-77", "body-77");
    assertThat(lines).isNotEmpty().noneMatch(line -> line.contains("-77"));
  }

  @Test
  void givesUpWhatIsUnderWayWhenItIsClosed() throws Exception {
    CountDownLatch over = new CountDownLatch(1);
    frontEnd.answering((request, out) -> over.await());
    CompletionStage<Sent> running = sender.send(get(url("/"), LONG));
    await().until(() -> !frontEnd.requests().isEmpty());

    sender.close();

    assertThat(sent(running)).isEqualTo(new Sent.Failed("closed"));
    assertThat(sent(sender.send(get(url("/"), LONG)))).isInstanceOf(Sent.Failed.class);
    over.countDown();
  }
}
