package io.tinyscale.bench.soak;

import java.util.ArrayList;
import java.util.List;

/** All answers about a living meeting show the same internal id. */
final class StableIds implements Check {

  private static final String RULE = "stable ids";

  @Override
  public List<Violation> violationsIn(History history) {
    KnownLives known = new KnownLives(history);
    List<Violation> violations = new ArrayList<>();
    for (Call call : history.calls()) {
      for (Reply.Listed told : told(call)) {
        check(history, known, call, told.meetingId(), told.internalId(), violations);
      }
    }
    return violations;
  }

  /** The ids in an answer. */
  private static List<Reply.Listed> told(Call call) {
    if (!call.succeeded()) {
      return List.of();
    }
    return switch (call.name()) {
      case "create", "getMeetingInfo" ->
          List.of(new Reply.Listed(call.meetingId(), call.reply().text("internalMeetingID")));
      // If the meeting's server is missing in a list, a copy that is about to be ended may appear.
      case "getMeetings" -> call.reply().isPartial() ? List.of() : call.reply().meetings();
      default -> List.of();
    };
  }

  private static void check(
      History history,
      KnownLives known,
      Call call,
      String meetingId,
      String told,
      List<Violation> violations) {
    List<Life> lives = known.during(call, meetingId);
    if (call.name().equals("getMeetings")
        && lives.stream().anyMatch(life -> history.mayLackMeetings(life.server(), call))) {
      // The list may show a copy that was given up instead.
      return;
    }
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
