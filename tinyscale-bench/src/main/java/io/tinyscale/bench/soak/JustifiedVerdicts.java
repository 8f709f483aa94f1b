package io.tinyscale.bench.soak;

import io.tinyscale.bench.soak.History.Verdict;
import java.util.ArrayList;
import java.util.List;

/**
 * No server is taken for down that nothing was done to: the other rules make exceptions for servers
 * that are down, and what says so is tinyscale itself.
 */
final class JustifiedVerdicts implements Check {

  private static final String RULE = "no server down without a cause";

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
    return violations;
  }
}
