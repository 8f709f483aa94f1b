package io.tinyscale.bbb;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Looks for ASCII text in the bytes of an answer without decoding them first. */
public final class Bytes {

  private Bytes() {}

  /** The bytes of a text to look for, which must not be empty. */
  public static byte[] of(String text) {
    if (text.isEmpty()) {
      throw new IllegalArgumentException("an empty text is everywhere");
    }
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** Whether the bytes contain the text somewhere. */
  public static boolean contains(byte[] bytes, byte[] text) {
    return contains(bytes, 0, bytes.length, text);
  }

  /** Whether the bytes from one place to another contain the text somewhere. */
  public static boolean contains(byte[] bytes, int from, int to, byte[] text) {
    for (int start = from; start + text.length <= to; start++) {
      if (bytes[start] == text[0]
          && Arrays.equals(bytes, start, start + text.length, text, 0, text.length)) {
        return true;
      }
    }
    return false;
  }
}
