package io.tinyscale.bench.soak;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * No create goes to a second server while the first server has the meeting or may have created it
 * without an answer. The exceptions: tinyscale had judged the first server down, and what several
 * balancers cannot know of each other.
 */
final class NoSecondCreate implements Check {

  private static final String RULE = "no create for a second server";

  private static final int MOST_CALLS = 12;

  @Override
  public List<Violation> violationsIn(History history) {
    Successions successions = new Successions(history);
    SecondCopies secondCopies = new SecondCopies(history);
    Map<String, List<ReceivedCreate>> byMeeting =
        history.creates().stream()
            .sorted(Comparator.comparingLong(ReceivedCreate::arrived))
            .collect(Collectors.groupingBy(ReceivedCreate::meetingId));
    List<Violation> violations = new ArrayList<>();
    byMeeting.forEach(
        (meetingId, creates) -> {
          for (ReceivedCreate create : creates) {
            checkLives(history, successions, secondCopies, create, violations);
            checkUnsettled(history, successions, secondCopies, creates, create, violations);
          }
        });
    return violations;
  }

  private static void checkLives(
      History history,
      Successions successions,
      SecondCopies secondCopies,
      ReceivedCreate create,
      List<Violation> violations) {
    long decided = successions.decided(create);
    for (Life life : successions.standing(create.meetingId(), decided, create.arrived())) {
      if (!life.server().equals(create.server())
          && !wasDown(history, create, life.server(), decided)
          && !secondCopies.couldNotKnow(create, life)
          && !secondCopies.isUnseen(create, life)) {
        violations.add(violation(history, create, life.server(), "it lives: " + life));
      }
    }
  }

  private static void checkUnsettled(
      History history,
      Successions successions,
      SecondCopies secondCopies,
      List<ReceivedCreate> creates,
      ReceivedCreate create,
      List<Violation> violations) {
    // tinyscale decided at some time from this one to the arrival. What it could know at the
    // arrival counts: the decision must be wrong whenever it was made.
    long decided = successions.decided(create);
    long arrived = create.arrived();
    for (ReceivedCreate earlier : creates) {
      if (earlier.server().equals(create.server())
          || earlier.arrived() >= decided
          || arrived - earlier.arrived() > history.settings().create()
          || isSettled(earlier, arrived)
          || isSettledLater(creates, earlier, arrived)
          || hasEnded(successions, earlier, arrived)
          || livesOn(
              successions, create, history.hasSeveralBalancers() ? decided : earlier.arrived())
          || wasDown(history, create, earlier.server(), earlier.arrived())
          || wasRestarted(history, create, earlier.arrived())
          || secondCopies.isUnknown(earlier, create)) {
        continue;
      }
      violations.add(
          violation(history, create, earlier.server(), "not known what became of the " + earlier));
    }
  }

  /** Whether the balancer of a create judged a server down from that time to its arrival. */
  private static boolean wasDown(
      History history, ReceivedCreate create, String server, long since) {
    return history.hasSeveralBalancers()
        ? history.wasDownFor(create.balancer(), server, since, create.arrived())
        : history.wasDown(server, since, create.arrived());
  }

  /** Whether the balancer of a create forgot what it had known at that time. */
  private static boolean wasRestarted(History history, ReceivedCreate create, long since) {
    return history.outages(create.balancer(), Outage.Kind.RESTART).stream()
        .anyMatch(restart -> restart.touches(since, create.arrived()));
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
   * second copy; whether there may be two is for another rule. Another balancer may have made it
   * there after the earlier create.
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
