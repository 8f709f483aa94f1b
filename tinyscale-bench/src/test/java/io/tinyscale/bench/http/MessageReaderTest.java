package io.tinyscale.bench.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MessageReaderTest {

  private static final String CHUNKED =
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
          + "5;name=a\r\nhello\r\nA\r\n, everybod\r\n1\r\ny\r\n0\r\nX-Sum: 5\r\n\r\n";

  private final MessageReader reader = new MessageReader();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 200 OK\r\nContent-Length: 16\r\n\r\nhello, everybody",
        "HTTP/1.1 200 OK\r\ncontent-length:16\r\nX-Other: a\r\n\r\nhello, everybody",
        CHUNKED,
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n10\r\nhello, everybody\r\n0\r\n\r\n"
      })
  void findsTheEndHoweverTheBytesArrive(String answer) throws IOException {
    for (int piece = 1; piece <= answer.length(); piece++) {
      int ends = 0;
      for (int start = 0; start < answer.length(); start += piece) {
        String part = answer.substring(start, Math.min(answer.length(), start + piece));
        ends += reader.read(bytes(part)) ? 1 : 0;
      }

      assertThat(ends).as("in pieces of %d", piece).isEqualTo(1);
      assertThat(reader.status()).isEqualTo(200);
      assertThat(reader.bodyLength()).isEqualTo(16);
      assertThat(reader.bodyStart()).isEqualTo("hello, everybody");
    }
  }

  @Test
  void leavesTheNextMessageAlone() throws IOException {
    String next = "HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n";
    ByteBuffer both = bytes(CHUNKED + next);

    assertThat(reader.read(both)).isTrue();
    assertThat(both.remaining()).isEqualTo(next.length());
    assertThat(reader.read(both)).isTrue();
    assertThat(reader.status()).isEqualTo(302);
    assertThat(reader.bodyLength()).isZero();
    assertThat(reader.bodyStart()).isEmpty();
  }

  @Test
  void readsRequestsWithAndWithoutABody() throws IOException {
    ByteBuffer both =
        bytes(
            "GET /a?b=c HTTP/1.1\r\nHost: h\r\n\r\n"
                + "POST /d HTTP/1.1\r\nContent-Length: 3\r\n\r\nxyz");

    assertThat(reader.read(both)).isTrue();
    assertThat(reader.target()).isEqualTo("/a?b=c");
    assertThat(reader.read(both)).isTrue();
    assertThat(reader.target()).isEqualTo("/d");
    assertThat(reader.bodyLength()).isEqualTo(3);
  }

  @Test
  void readsHeadsLargerThanItsFirstBuffer() throws IOException {
    String target = "/a?welcome=" + "x".repeat(5_000);

    assertThat(reader.read(bytes("GET " + target + " HTTP/1.1\r\n\r\n"))).isTrue();

    assertThat(reader.target()).isEqualTo(target);
  }

  @Test
  void keepsOnlyTheBeginningOfALongBody() throws IOException {
    String head = "HTTP/1.1 200 OK\r\nContent-Length: 100007\r\n\r\n";

    assertThat(reader.read(bytes(head + "SUCCESS" + "x".repeat(100_000)))).isTrue();

    assertThat(reader.bodyLength()).isEqualTo(100_007);
    assertThat(reader.bodyStart()).hasSizeLessThan(1_000);
    assertThat(reader.bodyBeginsWithin(ascii("SUCCESS"))).isTrue();
    assertThat(reader.bodyBeginsWithin(ascii("FAILED"))).isFalse();
  }

  @Test
  void forgetsTheBodyOfTheMessageBefore() throws IOException {
    reader.read(bytes("HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\nSUCCESS"));
    reader.read(bytes("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nFAILED"));

    assertThat(reader.bodyBeginsWithin(ascii("SUCCESS"))).isFalse();
    assertThat(reader.bodyBeginsWithin(ascii("FAILED"))).isTrue();
  }

  @Test
  void tellsWhetherTheConnectionCloses() throws IOException {
    reader.read(bytes("HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"));
    assertThat(reader.closes()).isTrue();

    reader.read(bytes("HTTP/1.1 204 No Content\r\nConnection: keep-alive\r\n\r\n"));
    assertThat(reader.closes()).isFalse();
  }

  @Test
  void refusesMessagesWithoutARecognizableEnd() {
    assertThatThrownBy(() -> reader.read(bytes("HTTP/1.1 200 OK\r\nServer: a\r\n\r\n")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("ends with its connection");
  }

  @Test
  void refusesAChunkWithoutLength() {
    String head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

    assertThatThrownBy(() -> reader.read(bytes(head + "xyz\r\n")))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("chunk");
  }

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(ascii(text));
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
