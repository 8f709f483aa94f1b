package io.tinyscale.bench.placement;

import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * How a load balancer computes a figure for each server, of which it takes the smallest.
 *
 * @param poll how often it asks a server, in milliseconds; 0 if it always knows
 * @param polled the figure by what a server tells
 * @param atCreate what a create adds to it until the server tells again
 * @param atJoin what a join adds to it until the server tells again
 * @param atChoice what the new meeting adds to the figures that are compared
 * @param isWeighted whether figures are divided by the weights
 * @param isRandomAmongEquals whether it chooses at random among equal servers; if not, it takes the
 *     first one
 */
record Formula(
    long poll,
    Polled polled,
    ToDoubleFunction<Meeting> atCreate,
    double atJoin,
    ToDoubleFunction<Meeting> atChoice,
    boolean isWeighted,
    boolean isRandomAmongEquals) {

  /** Takes its poll from {@link Chooser#interval}: as often as tinyscale's own policies. */
  static final long AS_USUAL = -1;

  private static final long SECOND = Term.SECOND;

  /** The figure of one server. */
  interface Polled {

    /**
     * The figure.
     *
     * @param fill the load of the server in relation to its capacity
     */
    double figure(List<Running> meetings, double fill, long now);
  }

  /** Adds something up over the meetings of a server. */
  private interface OfMeeting {
    double figure(Running meeting, long age);
  }

  private static Polled sum(OfMeeting figure) {
    return (meetings, fill, now) -> {
      double sum = 0;
      for (Running meeting : meetings) {
        sum += figure.figure(meeting, now - meeting.since());
      }
      return sum;
    };
  }

  private static double nothing(Meeting meeting) {
    return 0;
  }

  /** The number of meetings, breakout rooms apart. */
  static Formula leastMeetings() {
    return new Formula(
        AS_USUAL,
        sum((m, age) -> m.meeting().isBreakout() ? 0 : 1),
        meeting -> 1,
        0,
        Formula::nothing,
        true,
        true);
  }

  /** The number of users as last told: the herd follows each poll. */
  static Formula leastUsers() {
    return new Formula(
        AS_USUAL, sum((m, age) -> m.users()), Formula::nothing, 0, Formula::nothing, true, true);
  }

  /**
   * Scalelite: moderators count twice, and young meetings have at least 15 users.
   *
   * @param atJoin what a join counts for until the next poll; nothing, in Scalelite as published
   */
  static Formula scalelite(double atJoin) {
    return new Formula(
        60 * SECOND,
        sum(
            (m, age) -> {
              if (m.meeting().isBreakout()) {
                return 0;
              }
              int users = m.users() + Math.min(m.moderators(), m.users());
              return age < 900 * SECOND ? Math.max(users, 15) : users;
            }),
        meeting -> 1,
        atJoin,
        Formula::nothing,
        true,
        false);
  }

  /** b3scale: always knows all meetings that are a second old; a meeting is at least 15 users. */
  static Formula b3scale() {
    return new Formula(
        0,
        (meetings, fill, now) -> {
          int known = 0;
          int users = 0;
          for (Running meeting : meetings) {
            if (now - meeting.since() >= SECOND) {
              known++;
              users += meeting.users();
            }
          }
          return Math.max(15 * known, users);
        },
        Formula::nothing,
        0,
        Formula::nothing,
        true,
        false);
  }

  /** BBBLB: each meeting has 20 ghost users for as long as it lasts; no weights. */
  static Formula bbblb() {
    double ghosts = 1.55 * 20;
    return new Formula(
        30 * SECOND,
        sum((m, age) -> 5 + m.users() + 0.5 * m.voices() + 0.5 * m.cameras() + ghosts),
        meeting -> 5 + ghosts,
        1,
        Formula::nothing,
        false,
        false);
  }

  /** B3LB: users, meetings, and a processor figure that grows steeply; no weights. */
  static Formula b3lb() {
    Polled users = sum((m, age) -> m.users() + (m.meeting().isBreakout() ? 0 : 30));
    return new Formula(
        15 * SECOND,
        (meetings, fill, now) -> {
          double cpu = Math.min(1, 0.9 * fill);
          double powers = 0;
          for (int i = 0; i < 5; i++) {
            powers = cpu * (1 + powers);
          }
          return users.figure(meetings, fill, now) + 5000.0 / 6 * powers;
        },
        Formula::nothing,
        0,
        Formula::nothing,
        false,
        true);
  }

  /** An oracle: knows how large each meeting will become, but not which meetings will come. */
  static Formula knownSizes(Trace trace) {
    return new Formula(
        AS_USUAL,
        sum(
            (m, age) ->
                age < 1500 * SECOND && !m.meeting().isBreakout()
                    ? Math.max(m.load(), trace.peak(m.meeting()))
                    : m.load()),
        trace::peak,
        0,
        meeting -> trace.peak(meeting) / 2,
        true,
        false);
  }
}
