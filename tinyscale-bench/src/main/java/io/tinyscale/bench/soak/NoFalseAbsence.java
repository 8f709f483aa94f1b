package io.tinyscale.bench.soak;

import java.util.ArrayList;
import java.util.List;

/**
 * No answer says that a meeting does not exist, or that it has no users, while the opposite is
 * true.
 */
final class NoFalseAbsence implements Check {

  private static final String RULE = "no false absence";

  @Override
  public List<Violation> violationsIn(History history) {
    KnownLives known = new KnownLives(history);
    List<Violation> violations = new ArrayList<>();
    for (Call call : history.calls()) {
      if (call.deniesMeeting()) {
        known
            .during(call, call.meetingId())
            .forEach(life -> violations.add(violation(history, "not there", call, life)));
      } else if (call.saysNotRunning()) {
        known.during(call, call.meetingId()).stream()
            .filter(life -> life.joined() <= call.begun() - history.settings().cacheTtl())
            .forEach(life -> violations.add(violation(history, "not running", call, life)));
      }
    }
    return violations;
  }

  private static Violation violation(History history, String said, Call call, Life life) {
    List<String> details = new ArrayList<>(List.of(life.toString()));
    details.addAll(history.around(life.server(), new Span(call.begun(), call.ended())));
    return new Violation(RULE, "said to be " + said + ": " + call, details);
  }
}
