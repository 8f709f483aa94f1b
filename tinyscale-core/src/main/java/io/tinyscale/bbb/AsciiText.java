package io.tinyscale.bbb;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A piece of ASCII text that is looked for in the bytes of answers, without making text of them
 * first. Immutable.
 */
public final class AsciiText {

  private final byte[] text;

  /** This text, which must not be empty. */
  public AsciiText(String text) {
    if (text.isEmpty()) {
      throw new IllegalArgumentException("an empty text is everywhere");
    }
    this.text = text.getBytes(StandardCharsets.US_ASCII);
  }

  /** Whether the bytes have it somewhere. */
  public boolean isIn(byte[] bytes) {
    for (int start = 0; start + text.length <= bytes.length; start++) {
      if (bytes[start] == text[0]
          && Arrays.equals(bytes, start, start + text.length, text, 0, text.length)) {
        return true;
      }
    }
    return false;
  }
}
