package io.tinyscale.bench.soak;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Finds the copies of meetings that were given up: a server was judged down, its meeting was
 * created again elsewhere, and the copy that the server brings back is a leftover. No other meeting
 * may live twice.
 */
final class Successions {

  /** Maximum time between the choice of a server for a create and the arrival at the server. */
  private static final long ON_ITS_WAY = 250_000;

  private final History history;
  private final Map<String, List<Life>> byMeeting;
  private final Map<String, List<ReceivedCreate>> lostCreates;
  private final SecondCopies secondCopies;

  Successions(History history) {
    this.history = history;
    this.secondCopies = new SecondCopies(history);
    this.byMeeting = history.livesByMeeting();
    this.lostCreates =
        history.creates().stream()
            .filter(create -> !create.tells())
            .collect(Collectors.groupingBy(ReceivedCreate::meetingId));
  }

  /** The lives of every meeting. */
  Map<String, List<Life>> byMeeting() {
    return byMeeting;
  }

  List<Life> livesOf(String meetingId) {
    return byMeeting.getOrDefault(meetingId, List.of());
  }

  /**
   * Whether this copy had been given up for another copy by that time, or tinyscale may never have
   * known it.
   */
  boolean isGivenUp(Life life, long by) {
    return history.mayBeHidden(life)
        || livesOf(life.meetingId()).stream()
            .anyMatch(
                other ->
                    other.span().from() <= by && succeeds(other, life)
                        || secondCopies.isYielded(life, other, by)
                        || isLostAndMadeAgain(life, other, by)
                        || succeeds(life, other)
                            && (isBack(other, life, by)
                                || isForgotten(other, life, by)
                                || isReachable(other, life, by)));
  }

  /**
   * Whether a copy was made on a server that had lost the successor of an older copy, or a copy to
   * which calls had returned from its successor. Calls may go to the copy that is left, because
   * people may be in it.
   */
  private boolean isLostAndMadeAgain(Life life, Life older, long by) {
    return older.span().from() < life.span().from()
        && older.span().to() >= life.span().from()
        && life.span().from() <= by
        && livesOf(life.meetingId()).stream()
            .filter(lost -> lost.server().equals(life.server()) && !lost.ended())
            .filter(lost -> lost.span().to() <= life.span().from())
            .anyMatch(
                lost ->
                    succeeds(lost, older)
                        || succeeds(older, lost) && isReachable(lost, older, life.span().from()));
  }

  /**
   * Whether the server of a copy that was given up may be up again, and both copies lived then.
   * Calls go to either, depending on the people in them.
   */
  private boolean isReachable(Life given, Life successor, long by) {
    long to = Math.min(given.span().to(), by);
    return successor.span().from() <= to && !history.wasSurelyDown(given.server(), to);
  }

  /**
   * Whether tinyscale was restarted while both copies existed. After that it does not know which of
   * them is the leftover.
   */
  private boolean isForgotten(Life given, Life successor, long by) {
    long to = Math.min(given.span().to(), by);
    return successor.span().from() <= to && history.restarted(successor.span().from(), to);
  }

  /** Whether a copy that was given up may be the meeting again, because its successor is down. */
  private boolean isBack(Life given, Life successor, long by) {
    return history.verdicts().stream()
        .filter(verdict -> verdict.server().equals(successor.server()))
        .map(Verdict::span)
        .anyMatch(
            down ->
                down.touches(successor.span().from(), by)
                    && down.touches(given.span().from(), Math.min(given.span().to(), by)));
  }

  /**
   * Whether one of the two copies was created because the server of the other was down, or again on
   * a server that had lost such a copy.
   */
  boolean follow(Life one, Life other) {
    return succeeds(other, one)
        || succeeds(one, other)
        || isLostAndMadeAgain(other, one, Span.OPEN)
        || isLostAndMadeAgain(one, other, Span.OPEN);
  }

  /**
   * Until when the leftover of two successive copies had no users. If either may be the leftover,
   * both had to be empty.
   */
  long emptyUntil(Life one, Life other) {
    boolean oneIsLeft = succeeds(other, one) || isBack(other, one, Span.OPEN);
    boolean otherIsLeft = succeeds(one, other) || isBack(one, other, Span.OPEN);
    return Math.min(
        oneIsLeft || !otherIsLeft ? one.joined() : Span.OPEN,
        otherIsLeft || !oneIsLeft ? other.joined() : Span.OPEN);
  }

  /** The lives of a meeting during the whole span that were not given up by its end. */
  List<Life> standing(String meetingId, long from, long to) {
    return livesOf(meetingId).stream()
        .filter(life -> life.covers(from, to) && !isGivenUp(life, to))
        .toList();
  }

  /**
   * Whether the server of a create has had the meeting since that time. Then the create makes no
   * second copy; whether there may be two is for another rule.
   */
  boolean livesOn(ReceivedCreate create, long since) {
    return livesOf(create.meetingId()).stream()
        .anyMatch(
            life -> life.server().equals(create.server()) && life.covers(since, create.arrived()));
  }

  private boolean succeeds(Life next, Life given) {
    return wasMadeAnew(next, given)
        || repeatsALostCreate(next, given)
        || secondCopies.isMadeUnseen(next, given);
  }

  /**
   * Whether a create without an answer had given up the other copy. The repeated create goes to the
   * same server as the first, even if the other server is back by then.
   */
  private boolean repeatsALostCreate(Life next, Life given) {
    return !next.server().equals(given.server())
        && lostCreates.getOrDefault(next.meetingId(), List.of()).stream()
            .filter(create -> create.server().equals(next.server()))
            .filter(create -> given.covers(create.arrived(), next.span().from()))
            // tinyscale waits that long for a create, and then the create may still take effect for
            // that long.
            .filter(
                create -> next.span().from() - create.arrived() <= 2 * history.settings().create())
            .anyMatch(create -> history.wasDown(given.server(), decided(create), create.arrived()));
  }

  private boolean wasMadeAnew(Life next, Life given) {
    if (next.server().equals(given.server()) || !wasDownForMaker(next, given.server())) {
      return false;
    }
    // A create that waited in a stopped server may take effect when another copy exists already.
    return given.span().from() <= next.span().from()
        ? given.span().to() >= decided(next)
        : history.wasDown(given.server(), decided(given), given.span().from())
            && next.span().to() >= given.span().from();
  }

  /** Whether a balancer that may have made a copy judged the server of another copy down then. */
  private boolean wasDownForMaker(Life made, String server) {
    long from = made.span().from();
    List<ReceivedCreate> makers = secondCopies.makersOf(made);
    return history.hasSeveralBalancers() && !makers.isEmpty()
        ? makers.stream()
            .map(ReceivedCreate::balancer)
            .anyMatch(
                maker ->
                    history.wasDownFor(maker, server, decided(made.server(), maker, from), from))
        : history.wasDown(server, decided(made), from);
  }

  private long decided(Life life) {
    return secondCopies.makersOf(life).stream()
        .mapToLong(maker -> decided(life.server(), maker.balancer(), life.span().from()))
        .min()
        .orElseGet(() -> decided(life.server(), "", life.span().from()));
  }

  /** The earliest time at which a balancer may have decided to send a create. */
  long decided(ReceivedCreate create) {
    return decided(create.server(), create.balancer(), create.arrived());
  }

  /** A stopped server works off later what was sent, a frozen balancer sends later. */
  private long decided(String server, String balancer, long arrived) {
    long earliest = arrived - ON_ITS_WAY;
    return Stream.concat(
            history.stops(server).stream(), history.outages(balancer, Outage.Kind.FREEZE).stream())
        .map(stop -> stop.widened(ON_ITS_WAY, ON_ITS_WAY))
        .filter(stop -> stop.touches(earliest, arrived))
        .mapToLong(Span::from)
        .min()
        .orElse(earliest);
  }
}
