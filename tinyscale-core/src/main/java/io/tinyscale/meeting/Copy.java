package io.tinyscale.meeting;

import io.tinyscale.bbb.HeldMeeting;

/**
 * A meeting on one server, as that server showed it last, and what we sent there. Immutable. All
 * times are on the scale of {@link System#nanoTime()}.
 *
 * <p>A number of people is as old as the question for it: people may have come while the server
 * answered. So an answer proves that a copy is empty only if the question began after the last join
 * went out.
 *
 * @param server the server's name; empty for {@link #NONE}
 * @param internalId the id that only this run of the meeting has; empty until the server told it
 * @param users how many people were in it, or {@link HeldMeeting#UNKNOWN}
 * @param asked when the question began whose answer told how many
 * @param joined after this time no join went out to the server for the meeting
 * @param created after this time no create for the meeting was answered by the server, or stayed
 *     without an answer
 * @param ours whether a create of ours made this run, or is to make it
 * @param used whether a create or a join of ours went to the meeting on this server
 * @param everJoined whether its server said, or may have said, that anybody has ever been in it
 */
record Copy(
    String server,
    String internalId,
    int users,
    long asked,
    long joined,
    long created,
    boolean ours,
    boolean used,
    boolean everJoined) {

  /** The copy of a meeting that is on no server. */
  static final Copy NONE = unseen("", 0);

  /** A copy that a server may have, and has never shown. */
  static Copy unseen(String server, long now) {
    return new Copy(server, "", HeldMeeting.UNKNOWN, now, now - 1, now - 1, false, false, false);
  }

  /** A copy that a create is to make, which goes out now or had no answer until now. */
  static Copy placed(String server, long now) {
    return new Copy(server, "", HeldMeeting.UNKNOWN, now, now - 1, now, true, true, false);
  }

  /**
   * A copy of which the answer to a create tells.
   *
   * @param internalId empty if the server did not tell it
   */
  static Copy made(String server, String internalId, long now) {
    return new Copy(server, internalId, HeldMeeting.UNKNOWN, now, now - 1, now, true, true, false);
  }

  /**
   * A copy that a server shows.
   *
   * @param asked when the server was asked
   */
  static Copy of(String server, HeldMeeting shown, long asked) {
    return new Copy(
        server,
        shown.internalId(),
        shown.users(),
        asked,
        asked - 1,
        asked - 1,
        false,
        false,
        shown.everJoined());
  }

  /**
   * The same copy as its server shows it now, which may leave out what it told before. An answer to
   * an older question does not change the number of people. Joins lead to the next run, too.
   */
  Copy shownAs(Copy now) {
    boolean isFirstSight = internalId.isEmpty();
    boolean isSame = isFirstSight || isSameRunAs(now);
    boolean isCounted =
        now.users != HeldMeeting.UNKNOWN
            && (users == HeldMeeting.UNKNOWN || asked - now.asked <= 0);
    return new Copy(
        server,
        isSame && now.internalId.isEmpty() ? internalId : now.internalId,
        isSame && !isCounted ? users : now.users,
        isSame && !isCounted ? asked : now.asked,
        joined,
        later(created, now.created),
        isFirstSight ? ours || now.ours : isSame ? ours : now.ours,
        used || now.used,
        isSame && everJoined || now.everJoined);
  }

  /** The same after a join went out to its server. */
  Copy joinedAt(long now) {
    return new Copy(
        server, internalId, users, asked, later(joined, now), created, ours, true, everJoined);
  }

  /** The same after a create to its server had no answer. */
  Copy unansweredAt(long now) {
    return new Copy(
        server, internalId, users, asked, joined, later(created, now), ours, used, everJoined);
  }

  /** The same with people in it if a join went out to it since it was made. */
  Copy withArriving() {
    return joined - created > 0 ? entered() : this;
  }

  /** The same if one of those who were sent to it has arrived. */
  Copy entered() {
    int least = Math.max(1, users);
    return new Copy(server, internalId, least, asked, joined, created, ours, used, everJoined);
  }

  private static long later(long one, long other) {
    return one - other < 0 ? other : one;
  }

  /** Whether what the server shows now is this run of the meeting, as far as it tells. */
  boolean isSameRunAs(Copy now) {
    return now.internalId.isEmpty() || now.internalId.equals(internalId);
  }

  /** Whether another copy has the same internal id, so that both are one copy. */
  boolean isOneRunWith(Copy other) {
    return !internalId.isEmpty() && internalId.equals(other.internalId);
  }

  /** Whether what the server shows now may be this run of the meeting. */
  boolean mayBe(Copy now) {
    return internalId.isEmpty() || isSameRunAs(now);
  }

  boolean hasUsers() {
    return users > 0;
  }

  /**
   * Whether nobody is in it for certain: nobody was in it when it was last seen, and no join to it
   * went out since its server was asked. This holds as long as all joins go through us.
   */
  boolean surelyEmpty() {
    return users == 0 && noJoinSince(asked);
  }

  /** Whether no join to it went out at or after that time. */
  boolean noJoinSince(long time) {
    return joined - time < 0;
  }

  /**
   * Whether no create for it was answered, or stayed without an answer, at or after that time. A
   * create may bring people who join through another balancer.
   */
  boolean noCreateSince(long time) {
    return created - time < 0;
  }

  /** When the meeting was made, in milliseconds since 1970, as its internal id tells. */
  long createTime() {
    int dash = internalId.lastIndexOf('-');
    try {
      return dash < 0
          ? Long.MAX_VALUE
          : Long.parseLong(internalId, dash + 1, internalId.length(), 10);
    } catch (NumberFormatException e) {
      return Long.MAX_VALUE;
    }
  }
}
