package io.tinyscale.observe;

import java.util.Locale;

/** How a call of a front end was answered. */
public enum CallOutcome {
  /** With a server's own answer, SUCCESS or FAILED. */
  RELAYED,
  /** With a redirect: a join, or a join's error. */
  REDIRECTED,
  /** With a document of our own that says SUCCESS. */
  ANSWERED,
  /** With a document of our own that says FAILED. */
  FAILED,
  /** It was not admitted, or too many calls were in flight. */
  REFUSED;

  /** The outcome in one word, for logs and metrics. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
