package io.tinyscale.simulator.fault;

import java.util.Arrays;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What makes one meeting of an answer unreadable. Real servers send such meetings, because they
 * check neither the names of metadata nor the characters of names.
 *
 * <p>Bodies are given as text in which each char stands for one byte.
 */
public enum Damage {
  /** An element whose name begins with a digit, in the metadata. */
  ELEMENT_NAME("<1a>x</1a>\n"),
  /** U+000B in a name. */
  CONTROL_CHARACTER("\u000B"),
  /** U+FFFE in a name. */
  NONCHARACTER("\u00EF\u00BF\u00BE"),
  /** An ampersand that begins no reference, in a name. */
  AMPERSAND("R & D "),
  /** A letter in ISO 8859-1 in a name. */
  BYTES("J\u00FCrgen ");

  /** Their names in texts. */
  static final String NAMES =
      Arrays.stream(values()).map(Damage::text).collect(Collectors.joining(" "));

  private static final Pattern MEETING = Pattern.compile("<meeting>");
  private static final String METADATA_END = "</metadata>";
  private static final String BREAKOUT_END = "</isBreakout>\n";

  private final String bytes;

  Damage(String bytes) {
    this.bytes = bytes;
  }

  private String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  static Damage parse(String text) {
    return Arrays.stream(values())
        .filter(damage -> damage.text().equals(text))
        .findFirst()
        .orElseThrow(
            () -> new IllegalArgumentException("damage: " + text + " (expected: " + NAMES + ")"));
  }

  /**
   * Damages the middle meeting of a list, or the only meeting of another answer. The name is that
   * of the first user, or of the meeting if nobody is in it. Other bodies stay as they are.
   */
  String in(String body) {
    int meeting = middleMeeting(body);
    int metadataEnd = body.indexOf(METADATA_END, meeting);
    if (metadataEnd < 0) {
      return body;
    }
    int at = this == ELEMENT_NAME ? metadataEnd : name(body, meeting, metadataEnd);
    return at < 0 ? body : body.substring(0, at) + bytes + body.substring(at);
  }

  /** Breaks a body off behind the tag {@code <parentMeetingID>} in its middle meeting. */
  static String breakOff(String body) {
    int end = body.indexOf(BREAKOUT_END, middleMeeting(body));
    return end < 0 ? body : body.substring(0, end + BREAKOUT_END.length()) + "<parentMeetingID>";
  }

  private static int name(String body, int from, int to) {
    int user = behind(body, "<fullName>", from);
    return user >= 0 && user < to ? user : behind(body, "<meetingName>", from);
  }

  private static int behind(String body, String tag, int from) {
    int at = body.indexOf(tag, from);
    return at < 0 ? at : at + tag.length();
  }

  /** Where the middle meeting of a list begins; 0 if the body is no list. */
  private static int middleMeeting(String body) {
    int[] starts = MEETING.matcher(body).results().mapToInt(MatchResult::start).toArray();
    return starts.length == 0 ? 0 : starts[starts.length / 2];
  }
}
