package io.tinyscale.relay;

import io.tinyscale.bbb.CallbackKind;
import io.tinyscale.bbb.Secret;
import io.tinyscale.callback.CallbackRelay;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.crypto.Mac;

/**
 * What the last part of a relay URL says: which callback it is, whose, and where it goes. Nothing
 * is stored for it, so it is signed. A webhook's is not: it must be the same on every server for
 * ever, and the server signs each delivery together with the URL.
 *
 * <p>Its text is {@code <letter>1.<tenant>.<nonce>.<url>.<mac>}, for a webhook {@code
 * h1.<tenant>.<url>}. For the end of a meeting a part of a hash of the meeting's id follows the
 * nonce; older tokens lack it. Immutable; prints without its URL.
 *
 * @param url where the front end wants to be called
 * @param meeting a part of a hash of the meeting's id, in base64; empty if the token does not say
 *     whose it is
 */
record Token(CallbackKind kind, Party tenant, String url, String meeting) {

  /** How many random bytes make one create's token differ from another's. */
  static final int NONCE_BYTES = 9;

  private static final int MAC_BYTES = 16;
  private static final int MEETING_BYTES = 9;

  /** In base64, which has four characters for three bytes. */
  private static final int NONCE_LENGTH = NONCE_BYTES / 3 * 4;

  /** Servers leave them out of an id. */
  private static final Pattern CONTROLS = Pattern.compile("\\p{Cc}");

  private static final byte[] PURPOSE = "tinyscale-relay 1\n".getBytes(StandardCharsets.US_ASCII);
  private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();
  private static final Base64.Decoder DECODER = Base64.getUrlDecoder();

  /** A token that does not say whose it is. */
  Token(CallbackKind kind, Party tenant, String url) {
    this(kind, tenant, url, "");
  }

  /**
   * The token for the end of a meeting.
   *
   * @param meetingId as the front end gave it; empty if it gave none
   */
  static Token ofEnd(Party tenant, String url, String meetingId) {
    String known = meetingId.isEmpty() ? "" : hash(asServersHaveIt(meetingId));
    return new Token(CallbackKind.ENDED, tenant, url, known);
  }

  private static String asServersHaveIt(String meetingId) {
    return CONTROLS.matcher(meetingId).replaceAll("").strip();
  }

  private static String hash(String meetingId) {
    try {
      byte[] whole =
          MessageDigest.getInstance("SHA-256").digest(meetingId.getBytes(StandardCharsets.UTF_8));
      return ENCODER.encodeToString(Arrays.copyOf(whole, MEETING_BYTES));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java runtime has SHA-256", e);
    }
  }

  /** Whether the token is for exactly this meeting. */
  boolean isFor(String meetingId) {
    return meeting.equals(hash(meetingId));
  }

  /** Whether the token may be for this meeting: older tokens may be for any. */
  boolean mayBeFor(String meetingId) {
    return meeting.isEmpty() || isFor(asServersHaveIt(meetingId));
  }

  /** The token's text, signed with the tenant's first secret unless it is a webhook's. */
  String text(byte[] nonce) {
    String start = kind.letter() + "1." + tenant.name() + ".";
    String end = ENCODER.encodeToString(url.getBytes(StandardCharsets.UTF_8));
    if (kind == CallbackKind.WEBHOOK) {
      return start + end;
    }
    String signed = start + ENCODER.encodeToString(nonce) + meeting + "." + end;
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
    String meeting = parts[2].substring(Math.min(NONCE_LENGTH, parts[2].length()));
    return holds
        ? decoded(parts[3]).map(url -> new Token(kind, tenant, url, meeting))
        : Optional.empty();
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
