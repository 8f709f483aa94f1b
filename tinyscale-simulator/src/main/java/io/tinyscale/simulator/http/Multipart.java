package io.tinyscale.simulator.http;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/**
 * Measures the parts of a multipart body without holding them. Reads the body once, on one thread.
 */
public final class Multipart {
  private static final int MAX_HEADER = 8192;

  private final InputStream body;
  private final byte[] delimiter;

  /** For each length of a match, the length of the longest shorter match at its end. */
  private final int[] fallback;

  private final byte[] buffer = new byte[8192];
  private int position;
  private int limit;

  public Multipart(InputStream body, String boundary) {
    this.body = body;
    this.delimiter = ("\r\n--" + boundary).getBytes(StandardCharsets.ISO_8859_1);
    this.fallback = fallbackOf(delimiter);
  }

  private static int[] fallbackOf(byte[] pattern) {
    int[] table = new int[pattern.length + 1];
    int matched = 0;
    for (int i = 1; i < pattern.length; i++) {
      while (matched > 0 && pattern[i] != pattern[matched]) {
        matched = table[matched];
      }
      if (pattern[i] == pattern[matched]) {
        matched++;
      }
      table[i + 1] = matched;
    }
    return table;
  }

  /** The size in bytes of the first part of that name; 0 if there is none. */
  public long sizeOf(String name) throws IOException {
    // No line end precedes the first delimiter: start as if it had been read.
    long before = skipToDelimiter(2);
    while (before >= 0 && read() != '-') {
      read();
      boolean wanted = headerNames(name);
      long size = skipToDelimiter(0);
      if (wanted) {
        return Math.max(0, size);
      }
      before = size;
    }
    return 0;
  }

  /** Reads the header lines of a part; returns whether the part has that name. */
  private boolean headerNames(String name) throws IOException {
    StringBuilder header = new StringBuilder("\r\n");
    while (header.length() < MAX_HEADER && header.indexOf("\r\n\r\n", header.length() - 4) < 0) {
      int b = read();
      if (b < 0) {
        return false;
      }
      header.append((char) b);
    }
    return header.indexOf("name=\"" + name + "\"") >= 0;
  }

  /** Number of bytes before the next delimiter, which is read, too; -1 if there is none. */
  private long skipToDelimiter(int alreadyMatched) throws IOException {
    int matched = alreadyMatched;
    long read = alreadyMatched;
    while (matched < delimiter.length) {
      int b = read();
      if (b < 0) {
        return -1;
      }
      read++;
      while (matched > 0 && (byte) b != delimiter[matched]) {
        matched = fallback[matched];
      }
      if ((byte) b == delimiter[matched]) {
        matched++;
      }
    }
    return read - delimiter.length;
  }

  private int read() throws IOException {
    if (position == limit) {
      position = 0;
      limit = Math.max(0, body.read(buffer));
      if (limit == 0) {
        return -1;
      }
    }
    return buffer[position++] & 0xff;
  }
}
