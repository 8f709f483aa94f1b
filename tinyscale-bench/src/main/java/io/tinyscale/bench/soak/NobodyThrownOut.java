package io.tinyscale.bench.soak;

import io.tinyscale.bench.soak.History.Life;
import io.tinyscale.bench.soak.History.Trouble;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** A meeting with people in it ends only if a front end asked for that. */
final class NobodyThrownOut implements Check {

  private static final String RULE = "nobody thrown out";
  private static final String STOP = "stop";

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
    long earliest = earliest(history, life);
    return history.calls().stream()
        .filter(call -> call.name().equals("end") && call.meetingId().equals(life.meetingId()))
        .anyMatch(
            call -> earliest <= call.begun() && call.begun() < life.span().to() + MILLISECOND);
  }

  /** A server that was stopped goes on with the calls that it got meanwhile, given up or not. */
  private static long earliest(History history, Life life) {
    long usual = life.span().from() - EARLY;
    return history.troubles().stream()
        .filter(trouble -> trouble.server().equals(life.server()) && trouble.kind().equals(STOP))
        .map(Trouble::span)
        .filter(stop -> stop.from() <= life.span().from() && stop.to() >= usual)
        .mapToLong(stop -> Math.min(stop.from(), usual))
        .min()
        .orElse(usual);
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
