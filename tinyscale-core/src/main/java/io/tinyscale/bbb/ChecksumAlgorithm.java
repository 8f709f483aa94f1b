package io.tinyscale.bbb;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;

/**
 * The hash functions of the BBB API, told apart by the length of the checksum in hex digits (BBB
 * docs, API, "Usage"; sha384 and sha512 since 2.5).
 */
public enum ChecksumAlgorithm {
  /** 40 digits. */
  SHA1("sha1", "SHA-1", 40),
  /** 64 digits. */
  SHA256("sha256", "SHA-256", 64),
  /** 96 digits. */
  SHA384("sha384", "SHA-384", 96),
  /** 128 digits. */
  SHA512("sha512", "SHA-512", 128);

  private final String text;
  private final String jcaName;
  private final int digits;

  ChecksumAlgorithm(String text, String jcaName, int digits) {
    this.text = text;
    this.jcaName = jcaName;
    this.digits = digits;
  }

  /** The algorithm with this name in configuration ({@code sha256}), if there is one. */
  public static Optional<ChecksumAlgorithm> named(String text) {
    for (ChecksumAlgorithm algorithm : values()) {
      if (algorithm.text.equals(text)) {
        return Optional.of(algorithm);
      }
    }
    return Optional.empty();
  }

  /** The algorithm whose checksums have this many hex digits, if there is one. */
  static Optional<ChecksumAlgorithm> ofDigits(int digits) {
    for (ChecksumAlgorithm algorithm : values()) {
      if (algorithm.digits == digits) {
        return Optional.of(algorithm);
      }
    }
    return Optional.empty();
  }

  MessageDigest newDigest() {
    try {
      return MessageDigest.getInstance(jcaName);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java runtime of today has " + jcaName, e);
    }
  }

  /** The name in configuration. */
  @Override
  public String toString() {
    return text;
  }
}
