package io.tinyscale.bench.soak;

import java.util.ArrayList;
import java.util.List;

/**
 * Balancers that share a store make no meeting on two servers: no create goes to a second server
 * while a copy that tinyscale made lives on the first, or is on its way there, even if both come at
 * the same time. What balancers without a store cannot know of each other is no excuse. The
 * exceptions: all balancers had given up the first server, or the store had not been well for as
 * long as it remembers where a create went.
 */
final class StoreDecides implements Check {

  private static final String RULE = "one server for a meeting by the store";

  @Override
  public List<Violation> violationsIn(History history) {
    if (!history.hasStore()) {
      return List.of();
    }
    Run run = new Run(history);
    List<Violation> violations = new ArrayList<>();
    history.creates().stream()
        .filter(run::isDecided)
        .forEach(create -> run.check(create, violations));
    return violations;
  }

  /** How many creates this check judges. */
  static long judged(History history) {
    Run run = new Run(history);
    return history.creates().stream().filter(run::isDecided).count();
  }

  private static final class Run {

    private final History history;
    private final Successions successions;
    private final OpenCreates openCreates;
    private final SecondCopies secondCopies;

    Run(History history) {
      this.history = history;
      this.successions = new Successions(history);
      this.openCreates = new OpenCreates(history, successions);
      this.secondCopies = new SecondCopies(history);
    }

    /** Whether the store was well long enough to know where creates of the meeting had gone. */
    boolean isDecided(ReceivedCreate create) {
      return history.wasStoreWell(
          successions.decided(create) - history.settings().claim(), create.arrived());
    }

    void check(ReceivedCreate create, List<Violation> violations) {
      long arrived = create.arrived();
      long decided = successions.decided(create);
      if (successions.livesOn(create, decided)) {
        return;
      }
      successions.livesOf(create.meetingId()).stream()
          .filter(life -> stands(life, arrived))
          .filter(life -> !life.server().equals(create.server()) && isMadeByTinyscale(life))
          .filter(life -> !isGivenUp(create, life.server(), decided))
          .filter(life -> !isWorkedOffLater(create, life.span().from()))
          .forEach(life -> violations.add(Violation.ofCreate(RULE, history, create, life)));
      openCreates.before(create, arrived).stream()
          .filter(earlier -> isRemembered(earlier, create))
          .filter(earlier -> !isGivenUp(create, earlier.server(), earlier.arrived()))
          .filter(earlier -> !isWorkedOffLater(create, earlier.arrived()))
          .forEach(earlier -> violations.add(Violation.ofCreate(RULE, history, create, earlier)));
    }

    /**
     * Whether a copy is the meeting at that time. Where two copies lived already, the second one
     * has been judged when it was made, and the other rules say which of them is the meeting.
     */
    private boolean stands(Life life, long at) {
      boolean isAlone =
          successions.livesOf(life.meetingId()).stream()
              .filter(other -> !other.server().equals(life.server()))
              .filter(other -> other.span().from() <= at)
              .noneMatch(other -> other.span().touches(life.span().from(), at));
      return life.covers(at, at) && (isAlone || !successions.isGivenUp(life, at));
    }

    /** A meeting that was made without tinyscale is not known to the store. */
    private boolean isMadeByTinyscale(Life life) {
      return !secondCopies.makersOf(life).isEmpty();
    }

    /** Whether the store knew at the arrival of a create where an earlier one had gone. */
    private boolean isRemembered(ReceivedCreate earlier, ReceivedCreate create) {
      return create.arrived() - successions.decided(earlier) < history.settings().claim();
    }

    /**
     * Whether all balancers had given up a server when this create was sent. Its balancer must have
     * judged so itself since that time; what the others judge it knows from its last beat.
     */
    private boolean isGivenUp(ReceivedCreate create, String server, long since) {
      long arrived = create.arrived();
      return history.wasDownFor(create.balancer(), server, since, arrived)
          && history.wasGivenUpByAll(server, since - history.settings().beat(), arrived);
    }

    /**
     * Whether a create waited in a stopped server that all balancers gave up, so that the meeting
     * was made elsewhere by that time.
     */
    private boolean isWorkedOffLater(ReceivedCreate create, long made) {
      long decided = successions.decided(create);
      return decided < made
          && history.wasGivenUpByAll(create.server(), decided - history.settings().beat(), made);
    }
  }
}
