package io.tinyscale.simulator.http;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * The body of one request, as a stream that counts and hashes the bytes read. It never reads beyond
 * the end of the body, and it buffers nothing. Used by one thread.
 */
public final class RequestBody extends InputStream {
  private static final String SHA256_OF_NOTHING = Hashes.hex("SHA-256", new byte[0]);

  /**
   * Called before the first byte is read, to send {@code 100 Continue} if the caller asked for it.
   */
  interface BeforeReading {
    void run() throws IOException;
  }

  private final SocketInput in;
  private final boolean chunked;
  private final BeforeReading beforeReading;
  private final byte[] single = new byte[1];
  private @Nullable MessageDigest digest;
  private boolean started;
  private boolean ended;

  /** Number of unread bytes of the body, or of the current chunk. */
  private long remaining;

  private long count;

  private RequestBody(SocketInput in, boolean chunked, long length, BeforeReading beforeReading) {
    this.in = in;
    this.chunked = chunked;
    this.remaining = length;
    this.ended = !chunked && length == 0;
    this.beforeReading = beforeReading;
  }

  /** The body that the head announces. */
  static RequestBody of(RequestHead head, SocketInput in, BeforeReading beforeReading)
      throws IOException {
    boolean chunked = head.headers().hasToken("Transfer-Encoding", "chunked");
    String length = head.header("Content-Length").orElse("0");
    if (head.header("Transfer-Encoding").isPresent()
        && (!chunked || head.header("Content-Length").isPresent())) {
      throw new BadRequestException(400, "ambiguous framing of the body");
    }
    if (length.isEmpty() || length.length() > 18 || !length.chars().allMatch(Character::isDigit)) {
      throw new BadRequestException(400, "malformed Content-Length");
    }
    return new RequestBody(in, chunked, chunked ? 0 : Long.parseLong(length), beforeReading);
  }

  /** Number of bytes read so far. */
  public long count() {
    return count;
  }

  /** SHA-256 in lower-case hex of the bytes read so far. */
  public String sha256() {
    if (digest == null) {
      return SHA256_OF_NOTHING;
    }
    return HexFormat.of().formatHex(copyOf(digest).digest());
  }

  private MessageDigest digest() {
    if (digest == null) {
      digest = Hashes.digest("SHA-256");
    }
    return digest;
  }

  private static MessageDigest copyOf(MessageDigest digest) {
    try {
      return (MessageDigest) digest.clone();
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Reads and discards the rest. */
  public void drain() throws IOException {
    drain(Long.MAX_VALUE);
  }

  /** Reads and discards at most that many bytes. */
  public void drain(long atMost) throws IOException {
    byte[] buffer = new byte[(int) Math.min(atMost, ended ? 1 : 64 * 1024)];
    long left = atMost;
    while (left > 0) {
      int n = read(buffer, 0, (int) Math.min(left, buffer.length));
      if (n < 0) {
        return;
      }
      left -= n;
    }
  }

  @Override
  public int read() throws IOException {
    return read(single, 0, 1) < 0 ? -1 : single[0] & 0xff;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    if (length == 0) {
      return 0;
    }
    if (!started && !ended) {
      started = true;
      beforeReading.run();
    }
    if (chunked && remaining == 0 && !ended) {
      nextChunk();
    }
    if (ended) {
      return -1;
    }
    int n = in.read(target, offset, (int) Math.min(length, remaining));
    if (n < 0) {
      throw new EOFException("connection closed within the body");
    }
    digest().update(target, offset, n);
    count += n;
    remaining -= n;
    if (remaining == 0) {
      if (chunked) {
        expectEmptyLine();
      } else {
        ended = true;
      }
    }
    return n;
  }

  private void nextChunk() throws IOException {
    String line = in.readLine(1024);
    if (line == null) {
      throw new BadRequestException(400, "malformed chunk size");
    }
    int semicolon = line.indexOf(';');
    try {
      remaining = Long.parseLong((semicolon < 0 ? line : line.substring(0, semicolon)).strip(), 16);
    } catch (NumberFormatException e) {
      throw new BadRequestException(400, "malformed chunk size");
    }
    if (remaining < 0) {
      throw new BadRequestException(400, "malformed chunk size");
    }
    if (remaining == 0) {
      ended = true;
      String trailer = in.readLine(8192);
      while (trailer != null && !trailer.isEmpty()) {
        trailer = in.readLine(8192);
      }
    }
  }

  private void expectEmptyLine() throws IOException {
    if (!"".equals(in.readLine(2))) {
      throw new BadRequestException(400, "malformed chunk");
    }
  }
}
