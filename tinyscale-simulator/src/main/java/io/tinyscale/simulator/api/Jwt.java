package io.tinyscale.simulator.api;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** JSON web tokens as the servers sign their callbacks with the shared secret. */
final class Jwt {
  private Jwt() {}

  static String hs256(Map<String, ?> claims, String secret) {
    return sign("{\"alg\":\"HS256\"}", claims, "HmacSHA256", secret);
  }

  static String hs512(Map<String, ?> claims, String secret) {
    return sign("{\"typ\":\"JWT\",\"alg\":\"HS512\"}", claims, "HmacSHA512", secret);
  }

  private static String sign(String header, Map<String, ?> claims, String mac, String secret) {
    String signed = encode(utf8(header)) + "." + encode(utf8(Json.of(claims)));
    try {
      Mac signer = Mac.getInstance(mac);
      signer.init(new SecretKeySpec(utf8(secret), mac));
      return signed + "." + encode(signer.doFinal(utf8(signed)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String encode(byte[] bytes) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
