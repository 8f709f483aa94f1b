package io.tinyscale.meeting;

import io.tinyscale.bbb.HeldMeeting;
import java.util.Comparator;

/**
 * Decides which of two copies of a meeting calls go to. Pure functions.
 *
 * <p>While tinyscale is alone, calls stay with the copy in use as long as possible. If others make
 * meetings, too, all balancers have to come to the same choice, so it rests only on what the
 * servers show to everybody. An empty copy on a cordoned server is in the way of its drain: it is
 * chosen only if the other copy is empty and on a cordoned server, too.
 */
final class CopyChoice {

  /** So often in a row another copy must have more people than the copy in use. */
  private static final int LEADS = 2;

  private CopyChoice() {}

  /** Which copy is chosen, the first, as long as no copy is in use. */
  static Comparator<Copy> order(Servers servers) {
    Comparator<Copy> people =
        servers.alone()
            ? Comparator.comparingInt(copy -> -Math.max(0, copy.users()))
            : Comparator.comparing(copy -> !copy.hasUsers());
    return people
        // Where balancers share the servers, one of them may have cordoned a server alone: all must
        // choose the same copy.
        .thenComparing(
            copy -> !servers.shared() && !copy.hasUsers() && servers.cordoned(copy.server()))
        .thenComparingLong(Copy::createTime)
        .thenComparing(Copy::server);
  }

  /**
   * Whether calls go to the other copy from now on.
   *
   * @param kept the copy that calls went to until now
   * @param other a copy that a complete sweep has just shown
   */
  static boolean moves(Copy kept, OtherCopy other, Servers servers) {
    Copy there = other.copy();
    if (kept.users() == HeldMeeting.UNKNOWN || there.users() == HeldMeeting.UNKNOWN) {
      return false;
    }
    boolean isKeptEmpty = kept.surelyEmpty();
    if (isKeptEmpty == there.hasUsers()) {
      // People are in one of them only. If they are in the other copy, they decide.
      return isKeptEmpty;
    }
    if (!servers.alone()) {
      return order(servers).compare(there, isKeptEmpty ? kept : kept.entered()) < 0;
    }
    return isKeptEmpty
        ? servers.cordoned(kept.server()) && !servers.cordoned(there.server())
        : other.leads() >= LEADS;
  }
}
