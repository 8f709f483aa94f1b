package io.tinyscale.store;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;

/**
 * What stands for an id in the store: the first 18 bytes of its SHA-256, in base64url. Ids of
 * meetings may be names of rooms and people, so the store does not see them.
 *
 * @param text 24 characters
 */
public record StoreKey(String text) {

  private static final int BYTES = 18;

  /** The key of an id. */
  public static StoreKey of(String id) {
    byte[] hash = sha256().digest(id.getBytes(StandardCharsets.UTF_8));
    return new StoreKey(
        Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(hash, BYTES)));
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JVM has SHA-256", e);
    }
  }

  @Override
  public String toString() {
    return text;
  }
}
