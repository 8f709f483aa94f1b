package io.tinyscale.servlet;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.servlet.FakeServer.Peer;
import io.tinyscale.servlet.httpclient.HttpClientUpstream;
import java.time.Duration;
import java.util.Random;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DataPathTest {

  private static final byte[] LARGE = new byte[3_000_000];

  static {
    new Random(1).nextBytes(LARGE);
  }

  private HttpClientUpstream upstream;

  @BeforeEach
  void start() throws Exception {
    upstream =
        new HttpClientUpstream(
            Duration.ofSeconds(2), Duration.ofSeconds(5), 10, SSLContext.getDefault(), "tinyscale");
  }

  @AfterEach
  void stop() {
    upstream.close();
  }

  private static void echo(Peer peer) throws java.io.IOException {
    while (true) {
      String head = peer.readHead();
      byte[] body = peer.readBody(head);
      peer.write(
          "HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\nContent-Length: "
              + body.length
              + "\r\n\r\n");
      peer.out.write(body);
    }
  }

  @ParameterizedTest
  @EnumSource
  void echoesSmallAndLargeBodies(TestContainer.Kind kind) throws Exception {
    try (FakeServer server = new FakeServer(DataPathTest::echo);
        TestContainer container = kind.start(new RelayFilter(upstream, server.port(), 10_000_000));
        Peer caller = Peer.connect(container.port())) {

      for (int i = 0; i < 3; i++) {
        for (int size : new int[] {0, 1, 5_000, 32_768, 32_769, LARGE.length}) {
          caller.write(
              "POST /bigbluebutton/api/create?a=b%20c HTTP/1.1\r\nHost: x\r\nContent-Length: "
                  + size
                  + "\r\n\r\n");
          caller.out.write(LARGE, 0, size);
          String head = caller.readHead();
          assertThat(head).startsWith("HTTP/1.1 200");
          assertThat(caller.readBody(head)).isEqualTo(java.util.Arrays.copyOf(LARGE, size));
        }
      }
    }
  }
}
