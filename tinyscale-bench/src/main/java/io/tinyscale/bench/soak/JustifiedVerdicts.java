package io.tinyscale.bench.soak;

import io.tinyscale.bench.soak.History.Verdict;
import java.util.ArrayList;
import java.util.List;

/**
 * tinyscale judges a server down only if the server had a fault. This check is needed because the
 * other checks make exceptions for servers that are down, and they rely on the verdicts of
 * tinyscale. On an overloaded machine two sweeps in a row may be late without a fault, so a few
 * such verdicts are allowed.
 */
final class JustifiedVerdicts implements Check {

  private static final String RULE = "no server down without a cause";

  private static final int LET_PASS = 2;
  private static final int ONE_IN = 20;

  @Override
  public List<Violation> violationsIn(History history) {
    List<Violation> violations = new ArrayList<>();
    for (Verdict verdict : history.verdicts()) {
      // The last failed sweep may have begun just before the end of the trouble.
      long begun = verdict.span().from();
      long since = begun - history.settings().sweeps() / 2;
      boolean caused =
          history.troubles().stream()
              .anyMatch(
                  trouble ->
                      trouble.server().equals(verdict.server())
                          && trouble.span().touches(since, begun));
      if (!caused) {
        violations.add(
            Violation.of(
                RULE,
                verdict.server() + " " + Clock.text(verdict.span()),
                history.around(verdict.server(), verdict.span()).toArray()));
      }
    }
    return violations.size() <= Math.max(LET_PASS, history.verdicts().size() / ONE_IN)
        ? List.of()
        : violations;
  }
}
