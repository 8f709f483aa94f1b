package io.tinyscale.simulator;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Digests under the names the JDK gives them. */
final class Hashes {
  private Hashes() {}

  static MessageDigest digest(String algorithm) {
    try {
      return MessageDigest.getInstance(algorithm);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The digest in lower-case hex. */
  static String hex(String algorithm, byte[] bytes) {
    return HexFormat.of().formatHex(digest(algorithm).digest(bytes));
  }

  /** The hash every internal meeting id begins with: SHA-1 of the external id alone. */
  static String ofMeetingId(String meetingId) {
    return hex("SHA-1", meetingId.getBytes(StandardCharsets.UTF_8));
  }
}
