package io.tinyscale.bench.soak;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A list shows each meeting once. It is complete, or it is marked as partial. It may lack a meeting
 * that its server does not show as XML.
 */
final class CompleteLists implements Check {

  private static final String RULE = "complete lists";

  @Override
  public List<Violation> violationsIn(History history) {
    KnownLives known = new KnownLives(history);
    List<Violation> violations = new ArrayList<>();
    for (Call call : history.calls()) {
      if (call.name().equals("getMeetings") && call.succeeded()) {
        check(history, known, call, violations);
      }
    }
    return violations;
  }

  private static void check(
      History history, KnownLives known, Call call, List<Violation> violations) {
    List<String> listed = call.reply().meetings().stream().map(Reply.Listed::meetingId).toList();
    Set<String> once = new HashSet<>();
    listed.stream()
        .filter(meetingId -> !once.add(meetingId))
        .forEach(
            meetingId ->
                violations.add(Violation.of(RULE, "shown twice: " + meetingId, brief(call))));
    if (call.reply().isPartial()) {
      return;
    }
    List<Life> missing =
        known.during(call).stream()
            .filter(life -> !once.contains(life.meetingId()))
            .filter(life -> !history.mayLackMeetings(life.server(), call))
            .toList();
    if (!missing.isEmpty()) {
      List<String> details = new ArrayList<>(List.of(brief(call)));
      missing.forEach(life -> details.add(life.toString()));
      missing.stream()
          .map(Life::server)
          .distinct()
          .forEach(
              server ->
                  details.addAll(history.around(server, new Span(call.begun(), call.ended()))));
      violations.add(
          new Violation(
              RULE,
              "missing: " + missing.stream().map(Life::meetingId).collect(Collectors.joining(", ")),
              details));
    }
  }

  private static String brief(Call call) {
    return call.frontEnd() + " " + Clock.text(new Span(call.begun(), call.ended()));
  }
}
