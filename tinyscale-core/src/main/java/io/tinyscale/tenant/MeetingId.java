package io.tinyscale.tenant;

/**
 * The id of a meeting as the servers see it: BBB's {@code meetingID}, the external id that the
 * front end chose. Compared exactly, case and blanks included. Immutable.
 *
 * <p>A call may name a meeting by its internal id instead. Only the directory turns that into a
 * {@code MeetingId}, so that whatever is kept about a meeting is kept under one id.
 *
 * @param text as it stands in a query, decoded
 */
public record MeetingId(String text) {

  /** No meeting. */
  public static final MeetingId NONE = new MeetingId("");

  /** The text alone, for logs. */
  @Override
  public String toString() {
    return text;
  }
}
