package io.tinyscale.bbb;

import java.io.StringReader;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.stream.XMLStreamException;

/**
 * What can be saved of XML that is not well-formed. Servers put people's names and the metadata of
 * front ends into it, and not all releases check or escape them.
 */
final class DamagedXml {

  private static final char REPLACEMENT = '\uFFFD';

  /** Sections without references, or else an ampersand with what may be a reference behind it. */
  private static final Pattern REFERENCES =
      Pattern.compile(
          "<!\\[CDATA\\[.*?]]>|<!--.*?-->|<\\?.*?\\?>|&(?:#(x?)([0-9A-Fa-f]{1,8});|([a-z]{2,4});)?",
          Pattern.DOTALL);

  private static final Set<String> NAMES = Set.of("amp", "lt", "gt", "quot", "apos");

  /** What must be known of an item that is left out. */
  private static final List<String> KEYS =
      List.of(
          "meetingID",
          "internalMeetingID",
          "participantCount",
          "videoCount",
          "createTime",
          "maxUsers",
          "isBreakout",
          "recordID");

  private static final String METADATA = "<metadata>";

  private DamagedXml() {}

  /**
   * The document with U+FFFD in place of every character that XML cannot hold, written out or as a
   * reference, and with {@code &amp;} in place of every ampersand that begins no reference.
   */
  static String mended(String xml) {
    Matcher references = REFERENCES.matcher(withCharacters(xml));
    StringBuilder mended = new StringBuilder(xml.length() + 16);
    while (references.find()) {
      references.appendReplacement(mended, Matcher.quoteReplacement(mended(references)));
    }
    return references.appendTail(mended).toString();
  }

  private static String mended(Matcher reference) {
    String written = reference.group();
    if (written.charAt(0) != '&') {
      return written;
    }
    if (reference.group(2) != null) {
      return isNumber(reference) ? written : String.valueOf(REPLACEMENT);
    }
    return reference.group(3) != null && NAMES.contains(reference.group(3))
        ? written
        : "&amp;" + written.substring(1);
  }

  /** Whether a reference by number stands for a character that XML can hold. */
  private static boolean isNumber(Matcher reference) {
    try {
      int radix = reference.group(1).isEmpty() ? 10 : 16;
      long number = Long.parseLong(reference.group(2), radix);
      return number <= Character.MAX_CODE_POINT && isCharacter((int) number);
    } catch (NumberFormatException e) {
      return false;
    }
  }

  private static String withCharacters(String xml) {
    StringBuilder mended = new StringBuilder(xml);
    for (int i = 0; i < mended.length(); i++) {
      int c = mended.codePointAt(i);
      if (!isCharacter(c)) {
        mended.setCharAt(i, REPLACEMENT);
      } else if (Character.isSupplementaryCodePoint(c)) {
        i++;
      }
    }
    return mended.toString();
  }

  /** Whether XML 1.0 can hold this character; it cannot hold half of a surrogate pair. */
  private static boolean isCharacter(int c) {
    return c == '\t'
        || c == '\n'
        || c == '\r'
        || c >= ' ' && c < Character.MIN_SURROGATE
        || c > Character.MAX_SURROGATE && c < 0xFFFE
        || c >= Character.MIN_SUPPLEMENTARY_CODE_POINT;
  }

  /**
   * The texts of the elements right below the root up to the first mistake, and what an item is
   * known by also from behind it.
   */
  static ApiReply fields(String xml, String root) {
    Map<String, String> fields =
        new HashMap<>(SafeXml.childrenUpToMistake(new StringReader(xml), root));
    for (String key : KEYS) {
      if (!fields.containsKey(key)) {
        fields.putAll(field(xml, key));
      }
    }
    int metadata = xml.indexOf(METADATA);
    if (metadata >= 0) {
      String behind = xml.substring(metadata);
      SafeXml.INNER.forEach(
          (name, path) -> {
            String text = fields.containsKey(path) ? null : field(behind, name).get(name);
            if (text != null) {
              fields.put(path, text);
            }
          });
    }
    return new ApiReply(fields);
  }

  /** The first element of this name, if it is well-formed in itself. */
  private static Map<String, String> field(String xml, String name) {
    int begin = xml.indexOf("<" + name + ">");
    int end = xml.indexOf("</" + name + ">", begin + 1);
    if (begin < 0 || end < 0) {
      return Map.of();
    }
    String field = xml.substring(begin, end) + "</" + name + ">";
    try {
      return SafeXml.children(new StringReader("<item>" + field + "</item>"), "item");
    } catch (XMLStreamException e) {
      return Map.of();
    }
  }
}
