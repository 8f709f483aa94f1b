package io.tinyscale.relay;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.util.Set;
import org.apache.hc.core5.http.nio.AsyncEntityProducer;
import org.apache.hc.core5.http.nio.DataStreamChannel;
import org.jspecify.annotations.Nullable;

/**
 * Gives content to the HTTP client as fast as the front end takes it. Reads short pieces of a file
 * on the client's own thread.
 */
final class ContentProducer implements AsyncEntityProducer {

  private static final int PIECE = 16 << 10;

  private final Content content;
  private @Nullable ReadableByteChannel source;
  private ByteBuffer piece = ByteBuffer.allocate(0);
  private long left;

  ContentProducer(Content content) {
    this.content = content;
    this.left = content.length();
  }

  @Override
  public int available() {
    return Integer.MAX_VALUE;
  }

  @Override
  public void produce(DataStreamChannel channel) throws IOException {
    while (left > 0) {
      if (!piece.hasRemaining()) {
        read();
      }
      int before = piece.remaining();
      channel.write(piece);
      left -= before - piece.remaining();
      if (piece.hasRemaining()) {
        return;
      }
    }
    channel.endStream(null);
  }

  private void read() throws IOException {
    ReadableByteChannel open = source;
    if (open == null) {
      open = content.open();
      source = open;
      piece = ByteBuffer.allocate((int) Math.min(PIECE, left));
    }
    piece.clear().limit((int) Math.min(piece.capacity(), left));
    if (open.read(piece) <= 0) {
      throw new IOException("the content is shorter than it was");
    }
    piece.flip();
  }

  @Override
  public boolean isRepeatable() {
    return false;
  }

  @Override
  public long getContentLength() {
    return content.length();
  }

  /** The header fields of the message say it. */
  @Override
  public @Nullable String getContentType() {
    return null;
  }

  @Override
  public @Nullable String getContentEncoding() {
    return null;
  }

  @Override
  public boolean isChunked() {
    return false;
  }

  @Override
  public Set<String> getTrailerNames() {
    return Set.of();
  }

  @Override
  public void failed(Exception cause) {
    releaseResources();
  }

  @Override
  public void releaseResources() {
    ReadableByteChannel open = source;
    source = null;
    if (open != null) {
      try {
        open.close();
      } catch (IOException nothingIsLost) {
        // It was only read.
      }
    }
  }
}
