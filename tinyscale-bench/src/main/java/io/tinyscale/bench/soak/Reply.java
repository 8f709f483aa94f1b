package io.tinyscale.bench.soak;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The answer to a call.
 *
 * @param status the status of the answer; 0 if there was no complete answer
 * @param headers by name in lower case
 * @param body the body; the failure in words if there was no complete answer
 */
record Reply(int status, Map<String, String> headers, String body) {

  private static final int LONGEST_QUOTE = 120;
  private static final Pattern MEETING =
      Pattern.compile("<meeting>.*?<meetingID>([^<]*)<.*?</meeting>", Pattern.DOTALL);
  private static final Pattern ERROR_KEY = Pattern.compile("\"key\":\"([^\"]*)\"");

  /** The reply of a caller that left before the answer. */
  static final Reply ABANDONED = new Reply(0, Map.of(), "abandoned");

  /** One meeting of a list. */
  record Listed(String meetingId, String internalId) {}

  static Reply none(String failure) {
    return new Reply(0, Map.of(), failure);
  }

  boolean isComplete() {
    return status != 0;
  }

  boolean isRedirect() {
    return status == 302;
  }

  /** Whether a BBB server may answer like this: a document with a return code, or a redirect. */
  boolean isSound() {
    if (isRedirect()) {
      return headers.containsKey("location");
    }
    boolean xml = body.startsWith("<response>") && body.stripTrailing().endsWith("</response>");
    return status == 200 && xml && !text("returncode").isEmpty();
  }

  boolean succeeded() {
    return isRedirect() ? messageKey().isEmpty() : text("returncode").equals("SUCCESS");
  }

  /**
   * The message key of a FAILED document or of a redirect with an error; empty if the answer is
   * neither.
   */
  String messageKey() {
    if (isRedirect()) {
      String location = headers.getOrDefault("location", "");
      int errors = location.indexOf("errors=");
      if (errors < 0) {
        return "";
      }
      Matcher key =
          ERROR_KEY.matcher(
              URLDecoder.decode(location.substring(errors + 7), StandardCharsets.UTF_8));
      return key.find() ? key.group(1) : "unreadable";
    }
    return text("returncode").equals("FAILED") ? text("messageKey") : "";
  }

  /** Number of servers that are missing in a list. */
  boolean isPartial() {
    return headers.containsKey("x-tinyscale-partial");
  }

  /** The text of the first element with this name; empty if there is none. */
  String text(String element) {
    return text(body, element);
  }

  private static String text(String xml, String element) {
    int start = xml.indexOf("<" + element + ">");
    int end = start < 0 ? -1 : xml.indexOf("</" + element + ">", start);
    return end < 0 ? "" : xml.substring(start + element.length() + 2, end);
  }

  /** The meetings of a list. */
  List<Listed> meetings() {
    List<Listed> meetings = new ArrayList<>();
    Matcher matcher = MEETING.matcher(body);
    while (matcher.find()) {
      meetings.add(new Listed(matcher.group(1), text(matcher.group(), "internalMeetingID")));
    }
    return meetings;
  }

  /** The answer in a word or two, for figures. */
  String outcome() {
    if (this == ABANDONED) {
      return "abandoned by the caller";
    }
    if (!isComplete()) {
      return "no answer";
    }
    if (!isSound()) {
      return "not an answer of BBB";
    }
    if (!succeeded()) {
      return "FAILED " + messageKey();
    }
    return isRedirect() ? "redirect" : "SUCCESS";
  }

  String summary() {
    String quote = isRedirect() ? "" : " " + body.replaceAll("\\s+", " ");
    return status
        + " "
        + outcome()
        + (quote.length() > LONGEST_QUOTE ? quote.substring(0, LONGEST_QUOTE) + "..." : quote);
  }
}
