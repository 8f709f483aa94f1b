package io.tinyscale.bbb;

import static java.util.stream.Collectors.toUnmodifiableSet;

import java.util.Set;
import java.util.regex.Pattern;

/**
 * One item of a list: a meeting or a recording.
 *
 * @param xml the element as the server wrote it
 * @param fields the texts of the elements right below it
 */
public record ListedItem(String xml, ApiReply fields) {

  private static final Pattern FORMAT =
      Pattern.compile("<format>\\s*<type>\\s*([^<]*?)\\s*</type>");

  /** The external id of a meeting. */
  public String meetingId() {
    return fields.text("meetingID");
  }

  /** The id that only this run of the meeting has. */
  public String internalMeetingId() {
    return fields.text("internalMeetingID");
  }

  /** The id of a recording. */
  public String recordId() {
    return fields.text("recordID");
  }

  /** When a recording began, in milliseconds since 1970; 0 if it does not say so. */
  public long startTime() {
    return fields.number("startTime");
  }

  /**
   * The types of a recording's playback formats, such as {@code presentation} and {@code video}.
   */
  public Set<String> formats() {
    return FORMAT.matcher(xml).results().map(found -> found.group(1)).collect(toUnmodifiableSet());
  }

  /** Items hold passwords and people's names: they never reach a log by accident. */
  @Override
  public String toString() {
    return "ListedItem[" + xml.length() + " characters]";
  }
}
