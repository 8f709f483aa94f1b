package io.tinyscale.bbb;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;

/**
 * A secret shared with a front end or with a server. Prints as {@code ***}; only {@link Checksum},
 * and whoever makes or verifies another signature with {@link #key}, sees its bytes. Immutable.
 */
public final class Secret {

  private static final int SHORTEST = 16;

  private final byte[] bytes;

  private Secret(byte[] bytes) {
    this.bytes = bytes;
  }

  /**
   * The secret with this text.
   *
   * @throws IllegalArgumentException if it is blank: a BBB server reads an empty secret as "check
   *     nothing", which must never happen by accident
   */
  public static Secret of(String text) {
    if (text.isBlank()) {
      throw new IllegalArgumentException("a secret must not be empty");
    }
    return new Secret(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Whether the secret is so short that it can be guessed. */
  public boolean isShort() {
    return bytes.length < SHORTEST;
  }

  /**
   * The secret as a key for signatures that are no checksums, such as those of callbacks. Whichever
   * HMAC uses it: the algorithm that the key names is a label alone.
   */
  public SecretKey key() {
    return new SecretKeySpec(bytes, "HmacSHA256");
  }

  byte[] bytes() {
    return bytes;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Secret secret && MessageDigest.isEqual(bytes, secret.bytes);
  }

  /** Constant: a hash of the secret would tell something about it. */
  @Override
  public int hashCode() {
    return 1;
  }

  @Override
  public String toString() {
    return "***";
  }
}
