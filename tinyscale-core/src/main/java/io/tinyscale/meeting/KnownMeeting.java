package io.tinyscale.meeting;

import io.tinyscale.bbb.HeldMeeting;
import io.tinyscale.tenant.MeetingId;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * A meeting as it is remembered, for a person to look at. Immutable.
 *
 * @param copy the copy that calls go to
 * @param others what other servers have of it, or may bring back, in the order of their names
 */
public record KnownMeeting(
    MeetingId meetingId, Certainty certainty, KnownCopy copy, List<KnownCopy> others) {

  /** Copies the list. */
  public KnownMeeting {
    others = List.copyOf(others);
  }

  /** How sure it is that the meeting is where calls go to. */
  public enum Certainty {
    /** A create is on its way there. */
    ON_ITS_WAY,
    /** A create went there and had no answer, or an error. */
    UNSURE,
    /** Its server said that it has the meeting. */
    CERTAIN,
    /** Its server said so, and was then told to end the meeting. */
    ENDING
  }

  /** What a copy is to us. */
  public enum Standing {
    /** Calls go there. */
    CHOSEN,
    /** Its server has never shown it, and may still bring it. */
    POSSIBLE,
    /** It lives beside the chosen one: the meeting is split. */
    RIVAL,
    /** It was given up, and is ended once it is empty. */
    LEFTOVER,
    /** It was given up, and people are in it: the meeting is split. */
    LEFTOVER_IN_USE,
    /** Its server was told to end it. */
    ENDING
  }

  /**
   * The meeting on one server.
   *
   * @param server the server's name
   * @param internalId the id of this run; empty if the server has not told it yet
   * @param users how many people are in it; {@link HeldMeeting#UNKNOWN} if nobody knows
   * @param createTime when it was made, in milliseconds since 1970; 0 if nobody knows
   * @param age how old that knowledge is
   */
  public record KnownCopy(
      String server,
      String internalId,
      int users,
      long createTime,
      Duration age,
      Standing standing) {}

  /** All copies, the chosen one first. */
  public List<KnownCopy> copies() {
    return Stream.concat(Stream.of(copy), others.stream()).toList();
  }

  /** Whether people may meet in two places under the name of this one meeting. */
  public boolean isSplit() {
    return others.stream()
        .anyMatch(
            other ->
                other.standing() == Standing.RIVAL || other.standing() == Standing.LEFTOVER_IN_USE);
  }
}
