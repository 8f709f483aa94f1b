package io.tinyscale.relay;

import io.tinyscale.bbb.CallbackKind;

/**
 * A callback that was verified and has to reach its front end. Holds no secret and no web token: a
 * token is made for each try. Immutable; prints without its URL.
 *
 * @param url where it goes, with everything that belongs to its query
 * @param contentType of the body; empty for none
 * @param userAgent what the server called itself; empty if it said nothing
 * @param algorithm how its web token is signed; empty for a callback without a token
 * @param claims what its web token says, a JSON object; the time of expiry of analytics is added
 *     when they are sent
 * @param created in milliseconds of the day's clock
 * @param tries how often it was sent in vain
 */
record Callback(
    CallbackKind kind,
    String tenant,
    String url,
    String contentType,
    String userAgent,
    String algorithm,
    String claims,
    long created,
    int tries) {

  /** Claims without any. */
  static final String NO_CLAIMS = "{}";

  /** The same with another number of tries. */
  Callback withTries(int others) {
    return new Callback(
        kind, tenant, url, contentType, userAgent, algorithm, claims, created, others);
  }

  @Override
  public String toString() {
    return "Callback[" + kind + " of " + tenant + "]";
  }
}
