package io.tinyscale.httpcore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.tinyscale.bbb.Secret;
import io.tinyscale.body.Body;
import io.tinyscale.body.Cancellation;
import io.tinyscale.process.Keytool;
import io.tinyscale.server.Server;
import io.tinyscale.servlet.FakeServer;
import io.tinyscale.upstream.Outcome;
import io.tinyscale.upstream.UpstreamRequest;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class TlsTest {

  private static final byte[] LARGE = new byte[3_000_000];
  private static final char[] PASSWORD = "password".toCharArray();

  private static SSLContext forLocalhost;
  private static SSLContext forOther;

  static {
    new Random(1).nextBytes(LARGE);
  }

  @BeforeAll
  static void makeCertificates(@TempDir Path directory) throws Exception {
    forLocalhost = context(directory, "localhost");
    forOther = context(directory, "other.example.org");
  }

  /** A context that presents a certificate for this name, and trusts it. */
  private static SSLContext context(Path directory, String name) throws Exception {
    Path file = directory.resolve(name);
    Keytool.run(
        file,
        new String(PASSWORD),
        "-genkeypair",
        "-keyalg",
        "EC",
        "-dname",
        "CN=" + name,
        "-ext",
        "SAN=dns:" + name);
    KeyStore store = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file)) {
      store.load(in, PASSWORD);
    }
    KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
    keys.init(store, PASSWORD);
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry(name, store.getCertificate("mykey"));
    TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
    return context;
  }

  private static FakeServer server(SSLContext tls, FakeServer.Script script) throws IOException {
    return new FakeServer(
        tls.getServerSocketFactory().createServerSocket(0, 50, InetAddress.getLoopbackAddress()),
        script);
  }

  private static HttpCoreUpstream upstream(SSLContext tls) {
    return new HttpCoreUpstream(
        Duration.ofSeconds(2), Duration.ofSeconds(5), 5, () -> tls, "tinyscale/test");
  }

  private static Outcome send(HttpCoreUpstream upstream, int port, Body body) throws Exception {
    return upstream
        .send(request(port, body), new Cancellation())
        .toCompletableFuture()
        .get(60, TimeUnit.SECONDS);
  }

  private static UpstreamRequest request(int port, Body body) {
    Server server =
        Server.of(
            "server",
            URI.create("https://localhost:" + port + "/bigbluebutton/api"),
            Secret.of("secret"));
    return new UpstreamRequest(server, "POST", "/x?checksum=1", List.of(), body);
  }

  private static void echo(FakeServer.Peer peer) throws IOException {
    while (true) {
      byte[] body = peer.readBody(peer.readHead());
      peer.write("HTTP/1.1 200 OK\r\nContent-Length: " + body.length + "\r\n\r\n");
      peer.out.write(body);
    }
  }

  @Test
  void carriesSmallAndLargeBodies() throws Exception {
    try (FakeServer server = server(forLocalhost, TlsTest::echo);
        HttpCoreUpstream upstream = upstream(forLocalhost)) {
      for (int i = 0; i < 3; i++) {

        Outcome.Answered small = (Outcome.Answered) send(upstream, server.port(), Body.of("small"));
        Outcome.Answered large = (Outcome.Answered) send(upstream, server.port(), Body.of(LARGE));

        assertThat(Collector.bytes(small.body())).asString().isEqualTo("small");
        assertThat(Collector.bytes(large.body())).isEqualTo(LARGE);
      }
      assertThat(server.connections).hasValue(1);
    }
  }

  @Test
  void sendsNothingToAServerItDoesNotTrust() throws Exception {
    try (FakeServer server = server(forLocalhost, TlsTest::echo);
        HttpCoreUpstream upstream = upstream(forOther)) {

      Outcome outcome = send(upstream, server.port(), Body.of("small"));

      assertThat(((Outcome.NotSent) outcome).cause())
          .hasMessageStartingWith("localhost:" + server.port() + ": TLS: ")
          .hasMessageContaining("certification path")
          .hasMessageNotContaining("checksum");
      await().until(() -> server.open() == 0);
    }
  }

  @Test
  void sendsNothingToAServerOfAnotherName() throws Exception {
    try (FakeServer server = server(forOther, TlsTest::echo);
        HttpCoreUpstream upstream = upstream(forOther)) {

      Outcome outcome = send(upstream, server.port(), Body.of("small"));

      assertThat(((Outcome.NotSent) outcome).cause())
          .hasMessageStartingWith("localhost:" + server.port() + ": TLS: ")
          .hasMessageContaining("localhost");
    }
  }

  @Test
  void sendsNothingToAServerThatDoesNotSpeakTls() throws Exception {
    try (FakeServer server =
            new FakeServer(peer -> peer.write("HTTP/1.1 400 Bad Request\r\n\r\n"));
        HttpCoreUpstream upstream = upstream(forLocalhost)) {

      Outcome outcome = send(upstream, server.port(), Body.of("small"));

      assertThat(outcome).isInstanceOf(Outcome.NotSent.class);
    }
  }

  @Test
  void givesUpAHandshakeThatDoesNotEnd() throws Exception {
    try (ServerSocket silent = new ServerSocket(0);
        HttpCoreUpstream upstream = upstream(forLocalhost)) {

      Outcome outcome = send(upstream, silent.getLocalPort(), Body.of("small"));

      assertThat(((Outcome.NotSent) outcome).cause()).hasMessageContaining("within 2s");
    }
  }

  @Test
  void aConnectionClosedInMidAnswerIsACutAnswer() throws Exception {
    try (FakeServer server =
            server(
                forLocalhost,
                peer -> {
                  peer.readBody(peer.readHead());
                  peer.write("HTTP/1.1 200 OK\r\nContent-Length: " + LARGE.length + "\r\n\r\n");
                  peer.out.write(LARGE, 0, 1_000_000);
                });
        HttpCoreUpstream upstream = upstream(forLocalhost)) {

      Outcome.Answered answer = (Outcome.Answered) send(upstream, server.port(), Body.of("small"));

      assertThatThrownBy(() -> Collector.bytes(answer.body()))
          .hasCauseInstanceOf(IOException.class);
    }
  }
}
