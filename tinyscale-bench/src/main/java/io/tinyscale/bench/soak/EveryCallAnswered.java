package io.tinyscale.bench.soak;

import io.tinyscale.bench.soak.History.Settings;
import java.util.ArrayList;
import java.util.List;

/**
 * Every call is answered in time and as a BBB server answers, except calls during an outage of
 * their balancer. If there is another balancer, that one answers. While tinyscale has no
 * descriptors left, calls wait for their connection and may be late.
 */
final class EveryCallAnswered implements Check {

  private static final String RULE = "every call answered";

  @Override
  public List<Violation> violationsIn(History history) {
    List<Violation> violations = new ArrayList<>();
    for (Call call : history.calls()) {
      if (call.reply() == Reply.ABANDONED || isExcused(history, call)) {
        continue;
      }
      long deadline = deadline(history.settings(), call.name()) + history.settings().slack();
      if (!call.reply().isComplete()) {
        violations.add(Violation.of(RULE, "no answer: " + call));
      } else if (!call.reply().isSound()) {
        violations.add(Violation.of(RULE, "not an answer of BBB: " + call));
      } else if (call.micros() > deadline && !history.wasShort(call.begun(), call.ended())) {
        violations.add(
            Violation.of(RULE, "after " + call.micros() / 1000 + " ms, too late: " + call));
      }
    }
    return violations;
  }

  /** With several balancers a call may stay without an answer only if it is repeated. */
  private static boolean isExcused(History history, Call call) {
    boolean isRepeated = !call.isLast() && !call.reply().isComplete();
    return history.wasAway(call.balancer(), call.begun(), call.ended())
        && (isRepeated || call.reply().isComplete() || !history.hasSeveralBalancers());
  }

  /** The maximum time of a call. It covers all steps of the call together. */
  static long deadline(Settings settings, String call) {
    return switch (call) {
      case "create", "insertDocument" -> settings.create();
      case "getMeetings", "getRecordings", "hooks/create", "join" -> settings.list();
      default -> settings.answer();
    };
  }
}
