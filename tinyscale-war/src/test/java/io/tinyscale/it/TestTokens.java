package io.tinyscale.it;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * JSON web tokens as front ends read them and as servers make them, with the JDK alone, so that a
 * mistake of the product's library cannot hide.
 */
final class TestTokens {

  private static final Map<String, String> MACS =
      Map.of("HS256", "HmacSHA256", "HS384", "HmacSHA384", "HS512", "HmacSHA512");

  private TestTokens() {}

  /** A token as a server announces a recording with it. */
  static String recordingReady(String meetingId, String recordId, String secret) {
    JsonObject claims = new JsonObject();
    claims.addProperty("meeting_id", meetingId);
    claims.addProperty("record_id", recordId);
    return sign("{\"alg\":\"HS256\"}", claims.toString(), "HS256", secret);
  }

  /** A token as a server sends analytics with it. */
  static String analytics(Instant expiry, String secret) {
    return sign(
        "{\"typ\":\"JWT\",\"alg\":\"HS512\"}",
        "{\"exp\":" + expiry.getEpochSecond() + "}",
        "HS512",
        secret);
  }

  /** Signs any header and claims with an algorithm, which the header may call otherwise. */
  static String sign(String header, String claims, String algorithm, String secret) {
    String signed = encode(header) + "." + encode(claims);
    return signed + "." + BASE64.encodeToString(mac(algorithm, signed, secret));
  }

  private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

  private static String encode(String text) {
    return BASE64.encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] mac(String algorithm, String text, String secret) {
    try {
      String name = MACS.get(algorithm);
      Mac mac = Mac.getInstance(name);
      mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), name));
      return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * The claims of a token that is signed with this secret and exactly this algorithm and has not
   * expired; empty for any other text.
   */
  static Optional<JsonObject> verify(String token, String algorithm, String secret) {
    String[] parts = token.split("\\.", -1);
    if (parts.length != 3) {
      return Optional.empty();
    }
    try {
      JsonObject header = object(parts[0]);
      JsonObject claims = object(parts[1]);
      boolean signed =
          header.has("alg")
              && header.get("alg").getAsString().equals(algorithm)
              && MessageDigest.isEqual(
                  mac(algorithm, parts[0] + "." + parts[1], secret),
                  Base64.getUrlDecoder().decode(parts[2]));
      JsonElement expiry = claims.get("exp");
      boolean expired = expiry != null && expiry.getAsLong() < Instant.now().getEpochSecond();
      return signed && !expired ? Optional.of(claims) : Optional.empty();
    } catch (IllegalArgumentException | IllegalStateException | JsonParseException e) {
      return Optional.empty();
    }
  }

  private static JsonObject object(String part) {
    return JsonParser.parseString(
            new String(Base64.getUrlDecoder().decode(part), StandardCharsets.UTF_8))
        .getAsJsonObject();
  }
}
