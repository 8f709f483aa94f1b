package io.tinyscale.bench.soak;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.function.IntSupplier;

/**
 * Calls tinyscale as a front end does.
 *
 * @param port the present port of tinyscale
 */
record SignedCalls(IntSupplier port, String secret) {

  private static final Duration PATIENCE = Duration.ofSeconds(40);

  Reply get(String call, String query) {
    return HttpCaller.get(port.getAsInt(), target(call, query), PATIENCE);
  }

  /** The path and the signed query of a call. */
  String target(String call, String query) {
    return "/bigbluebutton/api/"
        + call
        + "?"
        + query
        + (query.isEmpty() ? "" : "&")
        + "checksum="
        + sha256(call + query + secret);
  }

  private static String sha256(String text) {
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
