package io.tinyscale.relay;

import io.tinyscale.bbb.CallbackKind;
import io.tinyscale.bbb.Secret;
import io.tinyscale.callback.CallbackRelay;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import javax.crypto.Mac;

/**
 * What the last part of a relay URL says: which callback it is, whose, and where it goes. Nothing
 * is stored for it, so it is signed. A webhook's is not: it must be the same on every server for
 * ever, and the server signs each delivery together with the URL.
 *
 * <p>Its text is {@code <letter>1.<tenant>.<nonce>.<url>.<mac>}, for a webhook {@code
 * h1.<tenant>.<url>}. Immutable; prints without its URL.
 *
 * @param url where the front end wants to be called
 */
record Token(CallbackKind kind, Party tenant, String url) {

  /** How many random bytes make one create's token differ from another's. */
  static final int NONCE_BYTES = 9;

  private static final int MAC_BYTES = 16;
  private static final byte[] PURPOSE = "tinyscale-relay 1\n".getBytes(StandardCharsets.US_ASCII);
  private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();
  private static final Base64.Decoder DECODER = Base64.getUrlDecoder();

  /** The token's text, signed with the tenant's first secret unless it is a webhook's. */
  String text(byte[] nonce) {
    String start = kind.letter() + "1." + tenant.name() + ".";
    String end = ENCODER.encodeToString(url.getBytes(StandardCharsets.UTF_8));
    if (kind == CallbackKind.WEBHOOK) {
      return start + end;
    }
    String signed = start + ENCODER.encodeToString(nonce) + "." + end;
    return signed + "." + mac(tenant.signing(), signed);
  }

  /** The text of a webhook's token. */
  static String ofHook(Party tenant, String url) {
    return new Token(CallbackKind.WEBHOOK, tenant, url).text(new byte[0]);
  }

  /**
   * Reads a token.
   *
   * @return empty if it is none, was changed, or belongs to none of the tenants
   */
  static Optional<Token> read(String text, List<Party> tenants) {
    if (text.length() > CallbackRelay.LONGEST_TOKEN) {
      return Optional.empty();
    }
    String[] parts = text.split("\\.", -1);
    Optional<CallbackKind> kind = kind(parts[0]);
    if (kind.isEmpty() || parts.length != (kind.get() == CallbackKind.WEBHOOK ? 3 : 5)) {
      return Optional.empty();
    }
    return tenants.stream()
        .filter(tenant -> tenant.name().equals(parts[1]))
        .findFirst()
        .flatMap(tenant -> read(text, parts, kind.get(), tenant));
  }

  private static Optional<Token> read(
      String text, String[] parts, CallbackKind kind, Party tenant) {
    if (kind == CallbackKind.WEBHOOK) {
      // Without a signature nothing else makes sure that a URL has one spelling.
      return decoded(parts[2])
          .filter(url -> ofHook(tenant, url).equals(text))
          .map(url -> new Token(kind, tenant, url));
    }
    String signed = text.substring(0, text.lastIndexOf('.'));
    byte[] given = parts[4].getBytes(StandardCharsets.UTF_8);
    boolean holds = false;
    for (Secret secret : tenant.secrets()) {
      byte[] expected = mac(secret, signed).getBytes(StandardCharsets.US_ASCII);
      holds |= MessageDigest.isEqual(expected, given);
    }
    return holds ? decoded(parts[3]).map(url -> new Token(kind, tenant, url)) : Optional.empty();
  }

  private static Optional<CallbackKind> kind(String part) {
    return Arrays.stream(CallbackKind.values())
        .filter(kind -> part.equals(kind.letter() + "1"))
        .findFirst();
  }

  private static Optional<String> decoded(String base64) {
    try {
      return Optional.of(new String(DECODER.decode(base64), StandardCharsets.UTF_8));
    } catch (IllegalArgumentException notBase64) {
      return Optional.empty();
    }
  }

  private static String mac(Secret secret, String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(secret.key());
      mac.update(PURPOSE);
      byte[] whole = mac.doFinal(text.getBytes(StandardCharsets.US_ASCII));
      return ENCODER.encodeToString(Arrays.copyOf(whole, MAC_BYTES));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java runtime has HmacSHA256", e);
    }
  }

  @Override
  public String toString() {
    return "Token[" + kind + " of " + tenant.name() + "]";
  }
}
