package io.tinyscale.meeting;

import io.tinyscale.bbb.HeldMeeting;
import java.util.Comparator;

/**
 * A meeting on one server, as that server showed it last.
 *
 * @param server the server's name; empty for {@link #NONE}
 * @param internalId the id that only this run of the meeting has; empty until the server told it
 * @param users how many people were in it, or {@link HeldMeeting#UNKNOWN}
 * @param counted when the server told how many, on the scale of {@link System#nanoTime()}
 */
record Copy(String server, String internalId, int users, long counted) {

  /** The copy of a meeting that is on no server. */
  static final Copy NONE = unseen("");

  /** Which of two copies is kept when they are first seen side by side. */
  static final Comparator<Copy> OLDEST_WITH_USERS =
      Comparator.comparing((Copy copy) -> !copy.hasUsers())
          .thenComparingLong(Copy::createTime)
          .thenComparing(Copy::server);

  /** A copy that a server has, or may get, and has never shown. */
  static Copy unseen(String server) {
    return new Copy(server, "", HeldMeeting.UNKNOWN, 0);
  }

  /** A copy that a server shows now. */
  static Copy of(String server, HeldMeeting shown, long now) {
    return new Copy(server, shown.internalId(), shown.users(), now);
  }

  /** The same copy as its server shows it now, which may leave out what it told before. */
  Copy shownAs(Copy now) {
    if (!isSameRunAs(now)) {
      return now;
    }
    return now.users == HeldMeeting.UNKNOWN
        ? this
        : new Copy(server, internalId, now.users, now.counted);
  }

  /** Whether what the server shows now is this run of the meeting, as far as it tells. */
  boolean isSameRunAs(Copy now) {
    return now.internalId.isEmpty() || now.internalId.equals(internalId);
  }

  /** Whether nobody was in it when its server last told. */
  boolean surelyEmpty() {
    return users == 0;
  }

  boolean hasUsers() {
    return users > 0;
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
