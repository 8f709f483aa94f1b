package io.tinyscale.bench.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Writes messages one after the other to a channel that may accept only a part of one. Not
 * thread-safe.
 */
public final class MessageWriter {

  private static final int PIECE = 256 << 10;
  private static final ByteBuffer FILLING = filling();

  private @Nullable Message message;
  private ByteBuffer part = ByteBuffer.allocate(0);
  private long fillingLeft;
  private boolean atEnd = true;

  private static ByteBuffer filling() {
    byte[] bytes = new byte[PIECE];
    Arrays.fill(bytes, (byte) 'x');
    return ByteBuffer.allocateDirect(PIECE).put(bytes).flip().asReadOnlyBuffer();
  }

  /** Begins a message; the previous message must be written. */
  public void begin(Message next) {
    message = next;
    part = ByteBuffer.wrap(next.start());
    fillingLeft = next.filling();
    atEnd = next.end().length == 0;
  }

  /**
   * Writes as much as the channel accepts.
   *
   * @return whether the message is written; if not, the channel accepts no more now
   */
  public boolean write(WritableByteChannel channel) throws IOException {
    while (true) {
      if (part.hasRemaining()) {
        channel.write(part);
        if (part.hasRemaining()) {
          return false;
        }
      }
      if (fillingLeft > 0) {
        part = FILLING.duplicate().limit((int) Math.min(PIECE, fillingLeft));
        fillingLeft -= part.remaining();
      } else if (!atEnd && message != null) {
        part = ByteBuffer.wrap(message.end());
        atEnd = true;
      } else {
        return true;
      }
    }
  }
}
