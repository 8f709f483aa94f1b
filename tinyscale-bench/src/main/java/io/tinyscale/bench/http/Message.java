package io.tinyscale.bench.http;

import java.nio.charset.StandardCharsets;

/**
 * A whole HTTP message, rendered before it is needed.
 *
 * @param start the head and the first bytes of the body
 * @param filling number of filler bytes that follow
 * @param end the last bytes of the body
 */
public record Message(byte[] start, long filling, byte[] end) {

  private static final byte[] NOTHING = new byte[0];

  /** A short message. */
  public static Message of(String text) {
    return new Message(text.getBytes(StandardCharsets.UTF_8), 0, NOTHING);
  }

  /**
   * A message with its length in the head.
   *
   * @param head its head up to the field with the length
   * @param opening the first characters of its body
   * @param filling number of filler bytes that follow
   * @param closing the last characters of its body
   */
  public static Message of(String head, String opening, long filling, String closing) {
    byte[] end = closing.getBytes(StandardCharsets.UTF_8);
    long length = opening.getBytes(StandardCharsets.UTF_8).length + filling + end.length;
    String start = head + "Content-Length: " + length + "\r\n\r\n" + opening;
    return filling == 0
        ? of(start + closing)
        : new Message(start.getBytes(StandardCharsets.UTF_8), filling, end);
  }
}
