package io.tinyscale.bbb;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * The checksum of the BBB API: the hash of call name, raw query and secret, one behind the other
 * (BBB docs, API, "Usage").
 */
public final class Checksum {

  private Checksum() {}

  /**
   * The checksum of a call, as lower-case hex digits.
   *
   * @param query the query without any checksum
   */
  public static String of(
      ChecksumAlgorithm algorithm, ApiCall call, QueryString query, Secret secret) {
    MessageDigest digest = algorithm.newDigest();
    digest.update(call.name().getBytes(StandardCharsets.UTF_8));
    digest.update(query.bytes());
    digest.update(secret.bytes());
    return HexFormat.of().formatHex(digest.digest());
  }

  /**
   * Whether a checksum holds for a call. The algorithm is told by its length; case does not matter;
   * the time taken does not depend on where it differs.
   *
   * @param given what the caller sent, which may be anything
   * @param query the query without the checksum
   * @param accepted the algorithms that may be used
   */
  public static boolean holds(
      String given,
      ApiCall call,
      QueryString query,
      Secret secret,
      Set<ChecksumAlgorithm> accepted) {
    Optional<ChecksumAlgorithm> algorithm =
        ChecksumAlgorithm.ofDigits(given.length()).filter(accepted::contains);
    if (algorithm.isEmpty()) {
      return false;
    }
    byte[] expected = of(algorithm.get(), call, query, secret).getBytes(StandardCharsets.US_ASCII);
    return MessageDigest.isEqual(
        expected, given.toLowerCase(Locale.ROOT).getBytes(StandardCharsets.UTF_8));
  }
}
