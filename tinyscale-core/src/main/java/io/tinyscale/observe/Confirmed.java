package io.tinyscale.observe;

import java.util.Locale;

/** What came of the question whether another server has a meeting that was just made. */
public enum Confirmed {
  /** No other server has it. */
  ALONE,
  /** Another server has it, and its copy counts: the caller got that one. */
  YIELDED,
  /** Another server has it, and the new copy counts. */
  KEPT,
  /** No server that answered has it, but not all answered. */
  UNSURE;

  /** The name in metrics. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
