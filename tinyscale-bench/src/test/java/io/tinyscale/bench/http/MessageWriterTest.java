package io.tinyscale.bench.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MessageWriterTest {

  private final MessageWriter writer = new MessageWriter();

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 262_143, 262_144, 262_145, 1_000_000})
  void writesAWholeMessageThatItsReaderUnderstands(long filling) throws IOException {
    SlowChannel channel = new SlowChannel(100_003);
    writer.begin(Message.of("HTTP/1.1 200 OK\r\n", "<a>", filling, "</a>"));

    while (!writer.write(channel)) {
      channel.takesMore();
    }

    MessageReader reader = new MessageReader();
    ByteBuffer written = ByteBuffer.wrap(channel.bytes.toByteArray());
    assertThat(reader.read(written)).isTrue();
    assertThat(written.hasRemaining()).isFalse();
    assertThat(reader.bodyLength()).isEqualTo(filling + 7);
    assertThat(channel.bytes.toString()).endsWith(filling == 0 ? "<a></a>" : "x</a>");
  }

  @Test
  void writesTheNextMessageBehindTheFirst() throws IOException {
    SlowChannel channel = new SlowChannel(1_000);
    writer.begin(Message.of("one"));
    assertThat(writer.write(channel)).isTrue();

    writer.begin(Message.of("two"));
    assertThat(writer.write(channel)).isTrue();

    assertThat(channel.bytes.toString()).isEqualTo("onetwo");
  }

  /** Takes so many bytes and then none until it is told to. */
  private static final class SlowChannel implements WritableByteChannel {

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final int atOnce;
    private int room;

    SlowChannel(int atOnce) {
      this.atOnce = atOnce;
      this.room = atOnce;
    }

    void takesMore() {
      room = atOnce;
    }

    @Override
    public int write(ByteBuffer source) {
      byte[] taken = new byte[Math.min(room, source.remaining())];
      source.get(taken);
      bytes.writeBytes(taken);
      room -= taken.length;
      return taken.length;
    }

    @Override
    public boolean isOpen() {
      return true;
    }

    @Override
    public void close() {}
  }
}
