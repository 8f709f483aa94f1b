package io.tinyscale.callback;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A sequence of ASCII characters that is searched for in bytes, by Horspool's method: the longer it
 * is, the fewer bytes are looked at. Immutable.
 */
final class Literal {

  private static final int BYTES = 256;

  private final byte[] bytes;

  /** By the byte under the end of the literal: how far the literal can be moved at least. */
  private final int[] shifts = new int[BYTES];

  Literal(String text) {
    bytes = text.getBytes(StandardCharsets.US_ASCII);
    Arrays.fill(shifts, bytes.length);
    for (int i = 0; i < bytes.length - 1; i++) {
      shifts[bytes[i] & 0xff] = bytes.length - 1 - i;
    }
  }

  int length() {
    return bytes.length;
  }

  /** Where the literal begins first in these bytes; -1 if it is nowhere. */
  int indexIn(byte[] in, int from, int to) {
    int last = bytes.length - 1;
    for (int end = from + last; end < to; end += shifts[in[end] & 0xff]) {
      int i = last;
      while (i >= 0 && in[end - last + i] == bytes[i]) {
        i--;
      }
      if (i < 0) {
        return end - last;
      }
    }
    return -1;
  }

  /** How many bytes at the end may be the beginning of the literal; not all of it. */
  int begunAtEnd(byte[] in, int from, int to) {
    for (int begin = Math.max(from, to - bytes.length + 1); begin < to; begin++) {
      if (Arrays.equals(in, begin, to, bytes, 0, to - begin)) {
        return to - begin;
      }
    }
    return 0;
  }
}
