package io.tinyscale.bench.soak;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * No create goes to a second server while the first server has the meeting or may have created it
 * without an answer. The exceptions: tinyscale had judged the first server down, and what several
 * balancers cannot know of each other.
 */
final class NoSecondCreate implements Check {

  private static final String RULE = "no create for a second server";

  @Override
  public List<Violation> violationsIn(History history) {
    Successions successions = new Successions(history);
    OpenCreates openCreates = new OpenCreates(history, successions);
    SecondCopies secondCopies = new SecondCopies(history);
    List<Violation> violations = new ArrayList<>();
    history.creates().stream()
        .sorted(Comparator.comparingLong(ReceivedCreate::arrived))
        .forEach(
            create -> {
              checkLives(history, successions, secondCopies, create, violations);
              checkOpen(
                  history,
                  openCreates.before(create, successions.decided(create)),
                  secondCopies,
                  create,
                  violations);
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
        violations.add(Violation.ofCreate(RULE, history, create, life));
      }
    }
  }

  private static void checkOpen(
      History history,
      List<ReceivedCreate> open,
      SecondCopies secondCopies,
      ReceivedCreate create,
      List<Violation> violations) {
    for (ReceivedCreate earlier : open) {
      if (create.arrived() - earlier.arrived() <= history.settings().create()
          && !wasDown(history, create, earlier.server(), earlier.arrived())
          && !wasRestarted(history, create, earlier.arrived())
          && !secondCopies.isUnknown(earlier, create)) {
        violations.add(Violation.ofCreate(RULE, history, create, earlier));
      }
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
}
