package io.tinyscale.server;

import java.util.Locale;

/** What became of one attempt to send a call to a server. */
public enum AttemptOutcome {
  /** The server answered as BBB does, SUCCESS or FAILED, or does not have the call. */
  ANSWERED,
  /** Something answered, but not BBB: a page, an error of a web server, junk. */
  NOT_BBB,
  /** The server refused our checksum. */
  SECRET_REFUSED,
  /** No byte of the call left us. */
  NOT_SENT,
  /** The call was sent and no answer came in time. */
  NO_ANSWER,
  /** The caller left before there was an answer. */
  CANCELLED,
  /** Too many calls to the server were in flight: nothing was sent. */
  OVERLOADED;

  /** The outcome in one word, for logs and metrics. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
