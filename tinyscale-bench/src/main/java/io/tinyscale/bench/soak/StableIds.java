package io.tinyscale.bench.soak;

import io.tinyscale.bench.soak.History.Life;
import java.util.ArrayList;
import java.util.List;

/** As long as a meeting lives, every answer about it shows the same internal id. */
final class StableIds implements Check {

  private static final String RULE = "stable ids";

  @Override
  public List<Violation> violationsIn(History history) {
    KnownLives known = new KnownLives(history);
    List<Violation> violations = new ArrayList<>();
    for (Call call : history.calls()) {
      if (call.succeeded()) {
        switch (call.name()) {
          case "create", "getMeetingInfo" ->
              check(
                  history,
                  known,
                  call,
                  call.meetingId(),
                  call.reply().text("internalMeetingID"),
                  violations);
          case "getMeetings" ->
              call.reply()
                  .meetings()
                  .forEach(
                      listed ->
                          check(
                              history,
                              known,
                              call,
                              listed.meetingId(),
                              listed.internalId(),
                              violations));
          default -> {}
        }
      }
    }
    return violations;
  }

  private static void check(
      History history,
      KnownLives known,
      Call call,
      String meetingId,
      String told,
      List<Violation> violations) {
    List<Life> lives = known.during(call, meetingId);
    if (!lives.isEmpty() && lives.stream().noneMatch(life -> life.internalId().equals(told))) {
      List<String> details = new ArrayList<>();
      for (Life life : lives) {
        details.add(life.toString());
        details.addAll(history.around(life.server(), new Span(call.begun(), call.ended())));
      }
      violations.add(
          new Violation(
              RULE,
              call.name()
                  + " of "
                  + call.frontEnd()
                  + " "
                  + Clock.text(new Span(call.begun(), call.ended()))
                  + " showed "
                  + told
                  + " for "
                  + meetingId,
              details));
    }
  }
}
