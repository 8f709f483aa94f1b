package io.tinyscale.bench.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/**
 * Finds where HTTP/1.1 messages end, in a stream that arrives in pieces. Keeps the head and the
 * first bytes of the body, and drops the rest. Not thread-safe.
 */
public final class MessageReader {

  private static final int LARGEST_HEAD = 1 << 20;
  private static final int KEPT_OF_BODY = 512;

  private enum State {
    HEAD,
    BODY,
    CHUNK_SIZE,
    CHUNK_DATA,
    CHUNK_END,
    TRAILER
  }

  private State state = State.HEAD;
  private byte[] head = new byte[1024];
  private int headLength;
  private int lastHeadLength;
  private final byte[] body = new byte[KEPT_OF_BODY];
  private int bodyKept;
  private long bodyLength;
  private long left;
  private int lineLength;
  private boolean closes;

  /**
   * Reads the bytes of one message and leaves the rest for the next message.
   *
   * @return whether the message is complete
   * @throws IOException if this is not HTTP, or if the message ends only with its connection
   */
  public boolean read(ByteBuffer in) throws IOException {
    while (in.hasRemaining()) {
      switch (state) {
        case HEAD -> {
          if (readHead(in) && afterHead()) {
            return true;
          }
        }
        case BODY -> {
          take(in);
          if (left == 0) {
            return complete();
          }
        }
        case CHUNK_SIZE -> readChunkSize(in);
        case CHUNK_DATA -> {
          take(in);
          state = left == 0 ? State.CHUNK_END : state;
        }
        case CHUNK_END -> {
          if (in.get() == '\n') {
            left = 0;
            lineLength = 0;
            state = State.CHUNK_SIZE;
          }
        }
        case TRAILER -> {
          if (readTrailer(in)) {
            return complete();
          }
        }
        default -> throw new IllegalStateException(state.name());
      }
    }
    return false;
  }

  private boolean readHead(ByteBuffer in) throws IOException {
    if (headLength == 0) {
      bodyKept = 0;
      bodyLength = 0;
    }
    while (in.hasRemaining()) {
      byte b = in.get();
      if (headLength == head.length) {
        if (headLength == LARGEST_HEAD) {
          throw new IOException("the head of a message is too large");
        }
        head = Arrays.copyOf(head, headLength * 2);
      }
      head[headLength++] = b;
      if (b == '\n'
          && headLength >= 4
          && head[headLength - 2] == '\r'
          && head[headLength - 3] == '\n') {
        return true;
      }
    }
    return false;
  }

  /** Whether the message has no body. */
  private boolean afterHead() throws IOException {
    boolean chunked = false;
    boolean lengthTold = false;
    closes = false;
    left = 0;
    for (int start = lineEnd(0) + 1; start < headLength - 2; start = lineEnd(start) + 1) {
      if (isField(start, "content-length:")) {
        left = Long.parseLong(value(start + "content-length:".length()));
        lengthTold = true;
      } else if (isField(start, "transfer-encoding:")) {
        chunked = true;
      } else if (isField(start, "connection:")) {
        closes = value(start + "connection:".length()).toLowerCase(Locale.ROOT).equals("close");
      }
    }
    if (chunked) {
      left = 0;
      lineLength = 0;
      state = State.CHUNK_SIZE;
      return false;
    }
    if (left > 0) {
      state = State.BODY;
      return false;
    }
    if (!lengthTold && isAnswer() && status() != 204 && status() != 304) {
      throw new IOException("an answer that ends with its connection");
    }
    return complete();
  }

  private boolean complete() {
    state = State.HEAD;
    lastHeadLength = headLength;
    headLength = 0;
    return true;
  }

  private void take(ByteBuffer in) {
    int length = (int) Math.min(left, in.remaining());
    int kept = Math.min(length, body.length - bodyKept);
    if (kept > 0) {
      in.get(in.position(), body, bodyKept, kept);
      bodyKept += kept;
    }
    in.position(in.position() + length);
    bodyLength += length;
    left -= length;
  }

  private void readChunkSize(ByteBuffer in) throws IOException {
    byte b = in.get();
    int digit = Character.digit(b, 16);
    if (b == '\n') {
      state = left == 0 ? State.TRAILER : State.CHUNK_DATA;
      lineLength = 0;
    } else if (lineLength >= 0 && digit >= 0) {
      left = left * 16 + digit;
      lineLength++;
    } else if (b == ';' || b == '\r' || b == ' ') {
      // The rest of the head does not tell the length.
      lineLength = -1;
    } else if (lineLength >= 0) {
      throw new IOException("a chunk without its length");
    }
  }

  /** Whether the empty line after the last chunk has been read. */
  private boolean readTrailer(ByteBuffer in) {
    byte b = in.get();
    if (b == '\n') {
      boolean empty = lineLength == 0;
      lineLength = 0;
      return empty;
    }
    lineLength += b == '\r' ? 0 : 1;
    return false;
  }

  private int lineEnd(int start) {
    int end = start;
    while (head[end] != '\n') {
      end++;
    }
    return end;
  }

  private boolean isField(int start, String lowerCaseName) {
    if (start + lowerCaseName.length() > headLength) {
      return false;
    }
    for (int i = 0; i < lowerCaseName.length(); i++) {
      int c = head[start + i];
      if ((c >= 'A' && c <= 'Z' ? c | 0x20 : c) != lowerCaseName.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private String value(int start) {
    return new String(head, start, lineEnd(start) - start, StandardCharsets.ISO_8859_1).trim();
  }

  private boolean isAnswer() {
    return head[0] == 'H' && head[1] == 'T';
  }

  /** The status of the answer that was read last. */
  public int status() {
    return (head[9] - '0') * 100 + (head[10] - '0') * 10 + (head[11] - '0');
  }

  /** Whether the sender closes the connection after the message that was read last. */
  public boolean closes() {
    return closes;
  }

  /** The target of the request that was read last: path and query. */
  public String target() {
    int start = indexOf(head, 0, lastHeadLength, ' ') + 1;
    return new String(
        head, start, indexOf(head, start, lastHeadLength, ' ') - start, StandardCharsets.US_ASCII);
  }

  /** Length of the body of the message that was read last, in bytes. */
  public long bodyLength() {
    return bodyLength;
  }

  /** Whether the first bytes of the body that was read last contain these characters. */
  public boolean bodyBeginsWithin(byte[] text) {
    for (int start = 0; start + text.length <= bodyKept; start++) {
      if (Arrays.equals(body, start, start + text.length, text, 0, text.length)) {
        return true;
      }
    }
    return false;
  }

  /** The first bytes of the body that was read last. */
  public String bodyStart() {
    return new String(body, 0, bodyKept, StandardCharsets.UTF_8);
  }

  private static int indexOf(byte[] bytes, int from, int to, char wanted) {
    for (int i = from; i < to; i++) {
      if (bytes[i] == wanted) {
        return i;
      }
    }
    return to;
  }
}
