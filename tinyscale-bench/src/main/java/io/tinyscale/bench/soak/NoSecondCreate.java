package io.tinyscale.bench.soak;

import io.tinyscale.bench.soak.History.Life;
import io.tinyscale.bench.soak.History.ReceivedCreate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * No create goes to a second server while the first server has the meeting or may have created it
 * without an answer. The exception: tinyscale had judged the first server down.
 */
final class NoSecondCreate implements Check {

  private static final String RULE = "no create for a second server";

  private static final int MOST_CALLS = 12;

  @Override
  public List<Violation> violationsIn(History history) {
    Successions successions = new Successions(history);
    Map<String, List<ReceivedCreate>> byMeeting =
        history.creates().stream()
            .sorted(Comparator.comparingLong(ReceivedCreate::arrived))
            .collect(Collectors.groupingBy(ReceivedCreate::meetingId));
    List<Violation> violations = new ArrayList<>();
    byMeeting.forEach(
        (meetingId, creates) -> {
          for (ReceivedCreate create : creates) {
            checkLives(history, successions, create, violations);
            checkUnsettled(history, successions, creates, create, violations);
          }
        });
    return violations;
  }

  private static void checkLives(
      History history, Successions successions, ReceivedCreate create, List<Violation> violations) {
    long decided = Successions.decided(history, create.server(), create.arrived());
    for (Life life : successions.standing(create.meetingId(), decided, create.arrived())) {
      if (!life.server().equals(create.server())
          && !history.wasDown(life.server(), decided, create.arrived())) {
        violations.add(violation(history, create, life.server(), "it lives: " + life));
      }
    }
  }

  private static void checkUnsettled(
      History history,
      Successions successions,
      List<ReceivedCreate> creates,
      ReceivedCreate create,
      List<Violation> violations) {
    // tinyscale decided at some time from this one to the arrival. What it could know at the
    // arrival counts: the decision must be wrong whenever it was made.
    long decided = Successions.decided(history, create.server(), create.arrived());
    long arrived = create.arrived();
    for (ReceivedCreate earlier : creates) {
      if (earlier.server().equals(create.server())
          || earlier.arrived() >= decided
          || arrived - earlier.arrived() > history.settings().create()
          || isSettled(earlier, arrived)
          || isSettledLater(creates, earlier, arrived)
          || hasEnded(successions, earlier, arrived)
          || livesOn(successions, create, earlier.arrived())
          || history.wasDown(earlier.server(), earlier.arrived(), arrived)
          || history.restarted(earlier.arrived(), arrived)) {
        continue;
      }
      violations.add(
          violation(history, create, earlier.server(), "not known what became of the " + earlier));
    }
  }

  private static boolean isSettled(ReceivedCreate create, long by) {
    return create.tells() && create.decided() <= by;
  }

  private static boolean isSettledLater(
      List<ReceivedCreate> creates, ReceivedCreate open, long by) {
    return creates.stream()
        .anyMatch(
            later ->
                later.server().equals(open.server())
                    && later.arrived() > open.arrived()
                    && isSettled(later, by));
  }

  /**
   * Whether the server of the create has had the meeting since that time. Then the create makes no
   * second copy; whether there may be two is for another rule.
   */
  private static boolean livesOn(Successions successions, ReceivedCreate create, long since) {
    return successions.livesOf(create.meetingId()).stream()
        .anyMatch(
            life -> life.server().equals(create.server()) && life.covers(since, create.arrived()));
  }

  /**
   * Whether the meeting is known to have existed because it was ended. A create during the end of a
   * meeting creates nothing.
   */
  private static boolean hasEnded(Successions successions, ReceivedCreate open, long by) {
    return successions.livesOf(open.meetingId()).stream()
        .anyMatch(
            life ->
                life.server().equals(open.server())
                    && life.span().to() <= by
                    && life.span().touches(open.arrived() - Timing.END_DELAY_MILLIS * 1000, by));
  }

  private static Violation violation(
      History history, ReceivedCreate create, String first, String why) {
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
    return new Violation(RULE, create.toString(), details);
  }
}
