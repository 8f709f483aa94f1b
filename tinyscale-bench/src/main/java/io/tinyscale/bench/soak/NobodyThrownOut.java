package io.tinyscale.bench.soak;

import io.tinyscale.bench.soak.History.Life;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** A meeting with people in it ends only if a front end asked for that. */
final class NobodyThrownOut implements Check {

  private static final String RULE = "nobody thrown out";

  /** How long before its creation the end of a meeting may be requested. */
  private static final long EARLY = 2_000_000;

  /** Servers tell in whole milliseconds when a meeting ended: the call may have come within it. */
  private static final long MILLISECOND = 1_000;

  private static final int MOST_CALLS = 6;

  @Override
  public List<Violation> violationsIn(History history) {
    List<Violation> violations = new ArrayList<>();
    for (Life life : history.lives()) {
      if (life.ended() && life.joined() < life.span().to() && !wasAskedFor(history, life)) {
        violations.add(violation(history, life));
      }
    }
    return violations;
  }

  private static boolean wasAskedFor(History history, Life life) {
    return history.calls().stream()
        .filter(call -> call.name().equals("end") && call.meetingId().equals(life.meetingId()))
        .anyMatch(
            call ->
                life.span().from() - EARLY <= call.begun()
                    && call.begun() < life.span().to() + MILLISECOND);
  }

  private static Violation violation(History history, Life life) {
    List<String> details = new ArrayList<>(List.of(life.toString()));
    details.addAll(history.around(life.server(), life.span()));
    history.calls().stream()
        .filter(call -> call.name().equals("end") && call.meetingId().equals(life.meetingId()))
        .sorted(Comparator.comparingLong(Call::begun).reversed())
        .limit(MOST_CALLS)
        .forEach(call -> details.add(call.toString()));
    return new Violation(RULE, "people were in " + life.meetingId() + ", nobody ended it", details);
  }
}
