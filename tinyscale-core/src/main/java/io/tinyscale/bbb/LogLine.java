package io.tinyscale.bbb;

/** Which characters a line of a log or of a message must not hold. */
public final class LogLine {

  private LogLine() {}

  /**
   * Whether a character could start another line or steer a terminal: text from outside must not
   * forge a line.
   */
  public static boolean forbids(int codePoint) {
    return Character.isISOControl(codePoint) || codePoint == 0x2028 || codePoint == 0x2029;
  }
}
