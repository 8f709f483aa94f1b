package io.tinyscale.simulator.http;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The incoming bytes of a connection, with one small buffer. Used by one thread. */
final class SocketInput extends InputStream {
  private final InputStream in;
  private final byte[] buffer = new byte[8192];
  private int position;
  private int limit;

  SocketInput(InputStream in) {
    this.in = in;
  }

  @Override
  public int read() throws IOException {
    return position < limit || fill() ? buffer[position++] & 0xff : -1;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (position == limit) {
      if (length >= buffer.length) {
        return in.read(target, offset, length);
      }
      if (!fill()) {
        return -1;
      }
    }
    int count = Math.min(length, limit - position);
    System.arraycopy(buffer, position, target, offset, count);
    position += count;
    return count;
  }

  private boolean fill() throws IOException {
    position = 0;
    limit = Math.max(0, in.read(buffer, 0, buffer.length));
    return limit > 0;
  }

  /**
   * Reads a line and returns it without its end, one char per byte; null if the stream ends before
   * the first byte.
   *
   * @throws BadRequestException if the line is longer than {@code maxLength}
   * @throws EOFException if the stream ends within the line
   */
  @Nullable String readLine(int maxLength) throws IOException {
    int first = read();
    if (first < 0) {
      return null;
    }
    byte[] line = new byte[128];
    int length = 0;
    for (int b = first; b != '\n'; b = read()) {
      if (b < 0) {
        throw new EOFException("connection closed within a line");
      }
      if (length == maxLength) {
        throw new BadRequestException(414, "line too long");
      }
      if (length == line.length) {
        line = Arrays.copyOf(line, length * 2);
      }
      line[length++] = (byte) b;
    }
    if (length > 0 && line[length - 1] == '\r') {
      length--;
    }
    return new String(line, 0, length, StandardCharsets.ISO_8859_1);
  }
}
