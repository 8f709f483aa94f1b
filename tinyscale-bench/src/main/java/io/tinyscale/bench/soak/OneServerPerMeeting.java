package io.tinyscale.bench.soak;

import java.util.ArrayList;
import java.util.List;

/**
 * No meeting lives on two servers at a time. The exceptions: it was created again while its server
 * was judged down, or another balancer created it on a server that tinyscale could not ask. The
 * copy that this server brings back is ended within a few sweeps without trouble, unless it has
 * users. Several balancers may make a second copy at the same time; nobody may get into it, unless
 * one of them had lost the store that they share, and it is ended likewise.
 */
final class OneServerPerMeeting implements Check {

  private static final String RULE = "one server per meeting";

  /** Journals report an end a little early, so that two lives may seem to touch. */
  private static final long TOUCH = 50_000;

  @Override
  public List<Violation> violationsIn(History history) {
    Successions successions = new Successions(history);
    SecondCopies secondCopies = new SecondCopies(history);
    List<Violation> violations = new ArrayList<>();
    successions
        .byMeeting()
        .values()
        .forEach(
            lives -> {
              for (int i = 0; i < lives.size(); i++) {
                for (Life other : lives.subList(i + 1, lives.size())) {
                  check(history, successions, secondCopies, lives.get(i), other, violations);
                }
              }
            });
    return violations;
  }

  private static void check(
      History history,
      Successions successions,
      SecondCopies secondCopies,
      Life one,
      Life other,
      List<Violation> violations) {
    Span both =
        new Span(
            Math.max(one.span().from(), other.span().from()),
            Math.min(one.span().to(), other.span().to()));
    if (both.to() - both.from() < TOUCH) {
      return;
    }
    List<String> servers = List.of(one.server(), other.server());
    if (history.mayBeHidden(one) || history.mayBeHidden(other)) {
      return;
    }
    if (!successions.follow(one, other)) {
      if (!secondCopies.areOfTwoBalancers(one, other)) {
        violations.add(violation(history, "two copies, and no server was down", one, other, both));
        return;
      }
      if (Math.max(one.joined(), other.joined()) <= both.to()
          && !secondCopies.mayLeadToEither(one, other)) {
        violations.add(
            violation(history, "people in both copies of two balancers", one, other, both));
        return;
      }
    }
    Span empty =
        new Span(both.from(), Math.min(both.to(), emptyUntil(history, successions, one, other)));
    if (empty.to() > empty.from()
        // After a restart a single balancer does not know which copy is the leftover.
        && (history.hasSeveralBalancers() || !history.restarted(both.from(), both.to()))
        && empty.longestGap(history.unrestAt(servers)) > history.settings().sweeps()) {
      violations.add(violation(history, "an empty leftover was not ended", one, other, both));
    }
  }

  /**
   * Until when the leftover of two copies had no users. Where several balancers share the servers,
   * any second copy without users is a leftover.
   */
  private static long emptyUntil(History history, Successions successions, Life one, Life other) {
    return history.hasSeveralBalancers()
        ? Math.max(one.joined(), other.joined())
        : successions.emptyUntil(one, other);
  }

  private static Violation violation(
      History history, String what, Life one, Life other, Span both) {
    List<String> details = new ArrayList<>(List.of(one.toString(), other.toString()));
    details.addAll(history.around(one.server(), both));
    details.addAll(history.around(other.server(), both));
    return new Violation(RULE, what + ", " + Clock.text(both), details);
  }
}
