package io.tinyscale.bench.soak;

import java.util.Arrays;
import java.util.List;

/**
 * A promise that was not kept.
 *
 * @param rule the promise
 * @param what the violation in one line
 * @param details more about the violation
 */
record Violation(String rule, String what, List<String> details) {

  Violation {
    details = List.copyOf(details);
  }

  static Violation of(String rule, String what, Object... details) {
    return new Violation(rule, what, Arrays.stream(details).map(String::valueOf).toList());
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(rule).append(": ").append(what);
    details.forEach(detail -> text.append("\n      ").append(detail));
    return text.toString();
  }
}
