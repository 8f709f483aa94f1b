package io.tinyscale.observe;

import java.util.Locale;

/** How the question was answered where a meeting is. */
public enum Located {
  /** The directory remembers the meeting. */
  REMEMBERED,
  /** A server that was asked has it. */
  FOUND,
  /** No server has it. */
  ABSENT,
  /** Some server that could have it did not say. */
  UNKNOWN,
  /** Too many such questions were under way to ask. */
  LIMITED;

  /** The answer in one word, for logs and metrics. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
