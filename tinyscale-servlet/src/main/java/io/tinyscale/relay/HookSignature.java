package io.tinyscale.relay;

import io.tinyscale.bbb.QueryString;
import io.tinyscale.bbb.Secret;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * How a webhook's delivery is signed (BBB docs, Webhooks): a hash of the registered URL, the body
 * and the secret, one behind the other.
 */
enum HookSignature {
  /** 40 digits, what servers use unless they are told otherwise. */
  SHA1("SHA-1", 40),
  /** 64 digits. */
  SHA256("SHA-256", 64),
  /** 96 digits. */
  SHA384("SHA-384", 96),
  /** 128 digits. */
  SHA512("SHA-512", 128);

  private final String algorithm;
  private final int digits;

  HookSignature(String algorithm, int digits) {
    this.algorithm = algorithm;
    this.digits = digits;
  }

  /**
   * Whether a delivery may be signed, as far as its head says: it has one checksum of a length that
   * is known, or the secret of a server. Others need not be read.
   */
  static boolean isPossible(QueryString query, String authorization, List<Secret> secrets) {
    List<String> given = query.all("checksum");
    return given.isEmpty()
        ? isBearer(authorization, secrets)
        : given.size() == 1 && ofLength(given.get(0).length()).isPresent();
  }

  private static boolean isBearer(String authorization, List<Secret> secrets) {
    return Reading.bearer(authorization)
        .filter(text -> !text.isBlank() && isOneOf(Secret.of(text), secrets))
        .isPresent();
  }

  private static Optional<HookSignature> ofLength(int digits) {
    return Arrays.stream(values()).filter(signature -> signature.digits == digits).findFirst();
  }

  /**
   * The algorithm of a delivery that a server signed. A delivery with the server's bare secret in
   * place of a checksum counts as signed with sha1, for the secret itself never goes on.
   *
   * @param authorization the header field; empty if there is none
   * @return empty if none of the secrets signed it
   */
  static Optional<HookSignature> verified(
      String url, byte[] body, QueryString query, String authorization, List<Secret> secrets) {
    List<String> given = query.all("checksum");
    if (given.isEmpty()) {
      return isBearer(authorization, secrets) ? Optional.of(SHA1) : Optional.empty();
    }
    if (given.size() > 1) {
      return Optional.empty();
    }
    byte[] checksum = given.get(0).toLowerCase(Locale.ROOT).getBytes(StandardCharsets.UTF_8);
    return ofLength(checksum.length)
        .filter(signature -> signature.isByOneOf(secrets, url, body, checksum));
  }

  /** Hashes URL and body once, however many secrets there are. */
  private boolean isByOneOf(List<Secret> secrets, String url, byte[] body, byte[] checksum) {
    MessageDigest start = start(url, body);
    boolean holds = false;
    for (Secret secret : secrets) {
      byte[] expected = end(copy(start), secret).getBytes(StandardCharsets.US_ASCII);
      holds |= MessageDigest.isEqual(expected, checksum);
    }
    return holds;
  }

  private static boolean isOneOf(Secret given, List<Secret> secrets) {
    boolean found = false;
    for (Secret secret : secrets) {
      found |= secret.equals(given);
    }
    return found;
  }

  /** The checksum of a delivery, as lower-case hex digits. */
  String of(String url, byte[] body, Secret secret) {
    return end(start(url, body), secret);
  }

  private static String end(MessageDigest started, Secret secret) {
    return HexFormat.of().formatHex(started.digest(secret.key().getEncoded()));
  }

  private static MessageDigest copy(MessageDigest started) {
    try {
      return (MessageDigest) started.clone();
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException("the digests of every Java runtime can be copied", e);
    }
  }

  private MessageDigest start(String url, byte[] body) {
    try {
      MessageDigest digest = MessageDigest.getInstance(algorithm);
      digest.update(url.getBytes(StandardCharsets.UTF_8));
      digest.update(body);
      return digest;
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java runtime has " + algorithm, e);
    }
  }
}
