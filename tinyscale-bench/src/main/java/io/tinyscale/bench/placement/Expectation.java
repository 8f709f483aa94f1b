package io.tinyscale.bench.placement;

import java.util.Locale;

/**
 * What must hold in a scenario, and what was measured.
 *
 * @param text the rule
 * @param measured the values
 */
record Expectation(String text, String measured, boolean holds) {

  /** A value may be at most so many times another one. */
  static Expectation atMost(String text, double value, double times, double other) {
    return new Expectation(
        text,
        String.format(Locale.ROOT, "%.2f, %.2f times %.2f", value, value / other, other),
        value <= times * other);
  }

  /** A value must be at least so many times another one. */
  static Expectation atLeast(String text, double value, double times, double other) {
    return new Expectation(
        text,
        String.format(Locale.ROOT, "%.2f, %.2f times %.2f", value, value / other, other),
        value >= times * other);
  }

  /** Values must grow from one to the next. */
  static Expectation rising(String text, double... values) {
    boolean holds = true;
    StringBuilder measured = new StringBuilder();
    for (int i = 0; i < values.length; i++) {
      measured.append(i == 0 ? "" : ", ").append(String.format(Locale.ROOT, "%.2f", values[i]));
      holds &= i == 0 || values[i - 1] < values[i];
    }
    return new Expectation(text, measured.toString(), holds);
  }

  /** The line of a report. */
  String line() {
    return (holds ? "PASS " : "FAIL ") + text + ": " + measured;
  }
}
