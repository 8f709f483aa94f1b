package io.tinyscale.observe;

import java.util.Locale;

/** What became of one sweep of one server. */
public enum SweepOutcome {
  /** The server told all its meetings. */
  COMPLETE,
  /** The list came to its end, but something in it had to be mended or left out. */
  DAMAGED,
  /** The server answers, but its list came too late, broke off, or was an error. */
  UNKNOWN,
  /** The server refused our secret. */
  REFUSED,
  /** We could not ask, for want of a file descriptor or a port. */
  UNASKED,
  /** Nothing answered; at the first sweep of a server also if its list could not be read. */
  SILENT;

  /** The outcome in one word, for logs and metrics. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
