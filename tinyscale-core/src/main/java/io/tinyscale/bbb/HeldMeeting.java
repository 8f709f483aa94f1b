package io.tinyscale.bbb;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A meeting as the server that holds it shows it.
 *
 * @param internalId the id that only this run of the meeting has; empty if the server did not tell
 * @param users how many people are in it; {@link #UNKNOWN} if the server did not tell
 * @param moderatorPassword what older servers want to be told before they end it; may be empty
 * @param cameras how many cameras are on
 * @param createTime when it was made, in milliseconds since 1970 by the server's clock; 0 if the
 *     server did not tell
 * @param maxUsers how many people may be in it; 0 for any number
 * @param isBreakout whether it is a breakout room
 * @param sizeHint how many people its front end expects; 0 if it did not say so
 * @param everJoined whether anybody has ever been in it; also if the server did not tell
 */
public record HeldMeeting(
    String internalId,
    int users,
    String moderatorPassword,
    int cameras,
    long createTime,
    int maxUsers,
    boolean isBreakout,
    int sizeHint,
    boolean everJoined) {

  /** The number of users where nobody counted them. */
  public static final int UNKNOWN = -1;

  /** Longer ids cannot be asked for, and what servers say may be of any length. */
  public static final int LONGEST_ID = 256;

  private static final String USERS = "participantCount";
  private static final Pattern SIZE_HINT = Pattern.compile("0*([1-9][0-9]{0,3}|10000)");

  /** A meeting of which nothing else is known. */
  public HeldMeeting(String internalId, int users, String moderatorPassword) {
    this(internalId, users, moderatorPassword, 0, 0, 0, false, 0, true);
  }

  /** A meeting of which only the internal id is known. */
  public static HeldMeeting of(String internalId) {
    return new HeldMeeting(internalId, UNKNOWN, "");
  }

  /** A meeting as the answer to getMeetingInfo or one item of getMeetings has it. */
  public static HeldMeeting of(ApiReply fields) {
    boolean isCounted =
        !isNegative(fields, USERS)
            && fields.text(USERS).chars().anyMatch(c -> c >= '0' && c <= '9');
    return new HeldMeeting(
        orNothing(fields.text("internalMeetingID")),
        isCounted ? count(fields, USERS) : UNKNOWN,
        orNothing(fields.text("moderatorPW")),
        count(fields, "videoCount"),
        fields.number("createTime"),
        count(fields, "maxUsers"),
        fields.text("isBreakout").equals("true"),
        sizeHint(fields.text(SafeXml.SIZE_HINT)),
        !fields.text("hasUserJoined").equals("false"));
  }

  /**
   * How many people a front end expects, by what it wrote, 1 to 10000; 0 if that is anything else.
   */
  public static int sizeHint(String text) {
    Matcher hint = SIZE_HINT.matcher(text.strip());
    return hint.matches() ? Integer.parseInt(hint.group(1)) : 0;
  }

  /** A number of things; what is no such number counts as 0. */
  public static int count(ApiReply fields, String name) {
    return isNegative(fields, name) ? 0 : (int) Math.min(Integer.MAX_VALUE, fields.number(name));
  }

  /** The kind of front end that a meeting comes from; empty if it does not say so. */
  public static String origin(ApiReply fields) {
    return fields.text(SafeXml.ORIGIN);
  }

  /** The host of the front end that a meeting comes from; empty if it does not say so. */
  public static String originServer(ApiReply fields) {
    return fields.text(SafeXml.ORIGIN_SERVER);
  }

  private static boolean isNegative(ApiReply fields, String name) {
    return fields.text(name).strip().startsWith("-");
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
