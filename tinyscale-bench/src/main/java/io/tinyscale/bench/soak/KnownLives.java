package io.tinyscale.bench.soak;

import io.tinyscale.bench.soak.History.Life;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Which meetings a call's answer had to know of: those that lived all through it and, as answers
 * may be a little old, that little longer; at once, if a front end was told before it that its
 * create had succeeded.
 */
final class KnownLives {

  private final History history;
  private final Successions successions;
  private final Map<String, List<Call>> creates;

  KnownLives(History history) {
    this.history = history;
    this.successions = new Successions(history);
    this.creates =
        history.calls().stream()
            .filter(call -> call.name().equals("create") && call.succeeded())
            .collect(Collectors.groupingBy(Call::meetingId));
  }

  /** The copies of a meeting that this call had to know of. */
  List<Life> during(Call call, String meetingId) {
    return successions.standing(meetingId, call.begun(), call.ended()).stream()
        .filter(life -> isKnown(life, call))
        .toList();
  }

  /** All meetings that this call had to know of. */
  List<Life> during(Call call) {
    return successions.byMeeting().keySet().stream()
        .flatMap(meetingId -> during(call, meetingId).stream())
        .toList();
  }

  private boolean isKnown(Life life, Call call) {
    long old = call.begun() - history.settings().cacheTtl();
    return life.span().from() <= old
        || creates.getOrDefault(life.meetingId(), List.of()).stream()
            .anyMatch(
                create ->
                    create.ended() <= call.begun()
                        && create.reply().text("internalMeetingID").equals(life.internalId()));
  }
}
