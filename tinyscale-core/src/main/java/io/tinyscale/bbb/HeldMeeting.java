package io.tinyscale.bbb;

/**
 * A meeting as the server that holds it shows it.
 *
 * @param internalId the id that only this run of the meeting has; empty if the server did not tell
 * @param users how many people are in it; {@link #UNKNOWN} if the server did not tell
 * @param moderatorPassword what older servers want to be told before they end it; may be empty
 */
public record HeldMeeting(String internalId, int users, String moderatorPassword) {

  /** The number of users where nobody counted them. */
  public static final int UNKNOWN = -1;

  /** Longer ids cannot be asked for, and what servers say may be of any length. */
  public static final int LONGEST_ID = 256;

  private static final String USERS = "participantCount";

  /** A meeting of which only the internal id is known. */
  public static HeldMeeting of(String internalId) {
    return new HeldMeeting(internalId, UNKNOWN, "");
  }

  /** A meeting as the answer to getMeetingInfo or one item of getMeetings has it. */
  public static HeldMeeting of(ApiReply fields) {
    int users =
        fields.text(USERS).chars().noneMatch(c -> c >= '0' && c <= '9')
            ? UNKNOWN
            : (int) Math.min(Integer.MAX_VALUE, fields.number(USERS));
    return new HeldMeeting(
        orNothing(fields.text("internalMeetingID")), users, orNothing(fields.text("moderatorPW")));
  }

  private static String orNothing(String text) {
    return text.length() <= LONGEST_ID ? text : "";
  }

  /** The password stays out of every log. */
  @Override
  public String toString() {
    return "HeldMeeting[" + internalId + ", users=" + users + "]";
  }
}
