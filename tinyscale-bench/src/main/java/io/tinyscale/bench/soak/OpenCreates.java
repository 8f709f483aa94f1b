package io.tinyscale.bench.soak;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Finds the creates of which nobody can tell yet whether they made a meeting. */
final class OpenCreates {

  private final History history;
  private final Successions successions;
  private final Map<String, List<ReceivedCreate>> byMeeting;

  OpenCreates(History history, Successions successions) {
    this.history = history;
    this.successions = successions;
    this.byMeeting =
        history.creates().stream()
            .sorted(Comparator.comparingLong(ReceivedCreate::arrived))
            .collect(Collectors.groupingBy(ReceivedCreate::meetingId));
  }

  /**
   * The creates of the same meeting that other servers had got before a time and that were open
   * when this create arrived. tinyscale decided at some time until the arrival where the create
   * goes. What it could know at the arrival counts: the decision must be wrong whenever it was
   * made.
   */
  List<ReceivedCreate> before(ReceivedCreate create, long by) {
    long decided = successions.decided(create);
    List<ReceivedCreate> creates = byMeeting.getOrDefault(create.meetingId(), List.of());
    return creates.stream()
        .filter(earlier -> !earlier.server().equals(create.server()))
        .filter(earlier -> earlier.arrived() < by)
        .filter(earlier -> isOpen(creates, earlier, create.arrived()))
        // Another balancer may have made the meeting there after the earlier create.
        .filter(earlier -> !successions.livesOn(create, since(earlier, decided)))
        .toList();
  }

  private long since(ReceivedCreate earlier, long decided) {
    return history.hasSeveralBalancers() ? decided : earlier.arrived();
  }

  private boolean isOpen(List<ReceivedCreate> creates, ReceivedCreate create, long by) {
    return !isSettled(create, by) && !isSettledLater(creates, create, by) && !hasEnded(create, by);
  }

  private static boolean isSettled(ReceivedCreate create, long by) {
    return create.tells() && create.decided() <= by;
  }

  private static boolean isSettledLater(
      List<ReceivedCreate> creates, ReceivedCreate open, long by) {
    return creates.stream()
        .anyMatch(
            later ->
                later.server().equals(open.server())
                    && later.arrived() > open.arrived()
                    && isSettled(later, by));
  }

  /**
   * Whether the meeting is known to have existed because it was ended. A create during the end of a
   * meeting creates nothing.
   */
  private boolean hasEnded(ReceivedCreate open, long by) {
    return successions.livesOf(open.meetingId()).stream()
        .anyMatch(
            life ->
                life.server().equals(open.server())
                    && life.span().to() <= by
                    && life.span().touches(open.arrived() - Timing.END_DELAY_MILLIS * 1000, by));
  }
}
