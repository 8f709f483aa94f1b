package io.tinyscale.bench.soak;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Finds the meetings that the answer to a call had to know. These are the meetings that lived
 * during the whole call and, because answers may be a little old, some time before it. If a front
 * end had been told that its create succeeded, the balancer that told so had to know the meeting at
 * once.
 */
final class KnownLives {

  private final History history;
  private final Successions successions;
  private final SecondCopies secondCopies;
  private final Map<String, List<Call>> creates;

  KnownLives(History history) {
    this.history = history;
    this.successions = new Successions(history);
    this.secondCopies = new SecondCopies(history);
    this.creates =
        history.calls().stream()
            .filter(call -> call.name().equals("create") && call.succeeded())
            .collect(Collectors.groupingBy(Call::meetingId));
  }

  /** The copies of a meeting that this call had to know. */
  List<Life> during(Call call, String meetingId) {
    return successions.standing(meetingId, call.begun(), call.ended()).stream()
        .filter(life -> isKnown(life, call))
        .toList();
  }

  /** All meetings that this call had to know. */
  List<Life> during(Call call) {
    return successions.byMeeting().keySet().stream()
        .flatMap(meetingId -> during(call, meetingId).stream())
        .toList();
  }

  /**
   * Whether the meeting is older than answers may be, or the same balancer had told that it was
   * made. The other balancers are told nothing: there it is known as soon as their answers are not
   * older any more, and no server that cannot tell is in the way.
   */
  private boolean isKnown(Life life, Call call) {
    long old = call.begun() - history.settings().cacheTtl();
    return life.span().from() <= old && !secondCopies.mayBeUnseen(call, life)
        || creates.getOrDefault(life.meetingId(), List.of()).stream()
            .anyMatch(
                create ->
                    create.ended() <= call.begun()
                        && create.balancer().equals(call.balancer())
                        && create.reply().text("internalMeetingID").equals(life.internalId()));
  }
}
