package io.tinyscale.bench.soak;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * A promise that was not kept.
 *
 * @param rule the promise
 * @param what the violation in one line
 * @param details more about the violation
 */
record Violation(String rule, String what, List<String> details) {

  private static final int MOST_CALLS = 12;

  Violation {
    details = List.copyOf(details);
  }

  static Violation of(String rule, String what, Object... details) {
    return new Violation(rule, what, Arrays.stream(details).map(String::valueOf).toList());
  }

  /** A create went to another server than that of a meeting that lives. */
  static Violation ofCreate(String rule, History history, ReceivedCreate create, Life first) {
    return ofCreate(rule, history, create, first.server(), "it lives: " + first);
  }

  /** A create went to another server than an earlier one whose result nobody knew. */
  static Violation ofCreate(
      String rule, History history, ReceivedCreate create, ReceivedCreate earlier) {
    return ofCreate(
        rule, history, create, earlier.server(), "not known what became of the " + earlier);
  }

  private static Violation ofCreate(
      String rule, History history, ReceivedCreate create, String first, String why) {
    List<String> details = new ArrayList<>(List.of(why));
    Span then = new Span(create.arrived(), create.arrived());
    details.addAll(history.around(first, then));
    details.addAll(history.around(create.server(), then));
    history.calls().stream()
        .filter(call -> call.meetingId().equals(create.meetingId()))
        .filter(call -> then.widened(2_000_000, 500_000).touches(call.begun(), call.ended()))
        .sorted(Comparator.comparingLong(Call::begun))
        .limit(MOST_CALLS)
        .forEach(call -> details.add(call.toString()));
    return new Violation(rule, create.toString(), details);
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(rule).append(": ").append(what);
    details.forEach(detail -> text.append("\n      ").append(detail));
    return text.toString();
  }
}
