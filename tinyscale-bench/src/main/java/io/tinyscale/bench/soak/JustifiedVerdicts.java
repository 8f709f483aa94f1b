package io.tinyscale.bench.soak;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * tinyscale judges a server down only if the server has answered nothing for three seconds, and has
 * a fault that may silence it. This check is needed because the other checks make exceptions for
 * servers that are down, and they rely on the verdicts of tinyscale.
 *
 * <p>On an overloaded machine a server may be silent without any fault, so a few such verdicts are
 * allowed.
 */
final class JustifiedVerdicts implements Check {

  private static final String RULE = "no server down that answers";

  /** Three seconds before the verdict, less a quarter of a second for the way of the answer. */
  private static final long SILENCE = 3_000_000 - Verdicts.BEFORE - 250_000;

  /** Maximum time in which a server that goes on answers calls that have been given up. */
  private static final long BACKLOG = 1_000_000;

  /** Time from the answer to a sweep to the answer to the next one. */
  private static final long SWEEP = 1_100_000;

  /** An answer to another balancer does not count. */
  private static final long NEVER = -1;

  private static final int LET_PASS = 2;
  private static final int ONE_IN = 20;

  @Override
  public List<Violation> violationsIn(History history) {
    List<Violation> violations = new ArrayList<>();
    List<Violation> withoutFault = new ArrayList<>();
    for (Verdict verdict : history.verdicts()) {
      Optional<GivenAnswer> answer = lastAnswer(history, verdict);
      List<Trouble> troubles = troubles(history, verdict);
      if (answer.isPresent()) {
        violations.add(violation(history, verdict, answer.get().toString()));
      } else if (troubles.isEmpty()) {
        withoutFault.add(violation(history, verdict, "it had no fault"));
      } else if (troubles.stream().noneMatch(Trouble::maySilence)) {
        violations.add(violation(history, verdict, "its faults silence no server"));
      }
    }
    if (withoutFault.size() > Math.max(LET_PASS, history.verdicts().size() / ONE_IN)) {
      violations.addAll(withoutFault);
    }
    return violations;
  }

  /** The last answer in the three seconds before a verdict that can have reached tinyscale. */
  private static Optional<GivenAnswer> lastAnswer(History history, Verdict verdict) {
    long to = verdict.span().from();
    // A balancer does not know what was answered before its own start.
    long start =
        history.outages(verdict.balancer(), Outage.Kind.RESTART).stream()
            .filter(restart -> restart.from() <= to)
            .mapToLong(Span::to)
            .max()
            .orElse(0);
    return history.answers().stream()
        .filter(answer -> answer.server().equals(verdict.server()))
        .filter(answer -> answer.given() <= to)
        .filter(answer -> Math.max(start, to - silence(history, verdict, answer)) <= answer.given())
        .filter(
            answer ->
                history.stops(answer.server()).stream()
                    .map(stop -> stop.widened(0, BACKLOG))
                    .noneMatch(stop -> stop.touches(answer.arrived(), answer.arrived())))
        .max(Comparator.comparingLong(GivenAnswer::given));
  }

  /**
   * How long a server must be silent after an answer. The answer counts for the balancer that
   * asked. Sweeps do not tell which of several balancers asked; each sweeps as often as the others,
   * so that it had an answer at most a sweep before.
   */
  private static long silence(History history, Verdict verdict, GivenAnswer answer) {
    if (!history.hasSeveralBalancers() || answer.balancer().equals(verdict.balancer())) {
      return SILENCE;
    }
    return answer.balancer().isEmpty() && !endsSilence(history, answer) ? SILENCE - SWEEP : NEVER;
  }

  /**
   * Whether the server was silent shortly before. The sweep of another balancer may have been under
   * way then: it gets no answer, and only the next one tells that the silence is over.
   */
  private static boolean endsSilence(History history, GivenAnswer answer) {
    long since = answer.arrived() - history.settings().answer();
    return history.troubles().stream()
        .filter(trouble -> trouble.concerns(answer.server()) && trouble.maySilence())
        .anyMatch(trouble -> trouble.span().touches(since, answer.arrived()));
  }

  private static List<Trouble> troubles(History history, Verdict verdict) {
    // The last failed sweep may have begun just before the end of the trouble.
    long begun = verdict.span().from();
    long since = begun - history.settings().sweeps() / 2;
    return history.troubles().stream()
        .filter(trouble -> trouble.concerns(verdict.server()))
        .filter(trouble -> trouble.span().touches(since, begun))
        .toList();
  }

  private static Violation violation(History history, Verdict verdict, String why) {
    List<String> details = new ArrayList<>(List.of(why));
    details.addAll(history.around(verdict.server(), verdict.span()));
    return new Violation(RULE, verdict.server() + " " + Clock.text(verdict.span()), details);
  }
}
