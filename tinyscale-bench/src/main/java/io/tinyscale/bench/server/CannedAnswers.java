package io.tinyscale.bench.server;

import io.tinyscale.bench.http.Message;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The answers of the servers. Meetings {@code m0}, {@code m1}, ... always run. Each server lists
 * its share of them and answers about all, so that a proxy that knows nothing of meetings gets the
 * same answers. Created meetings live until they are ended. Checksums are not checked. Not
 * thread-safe.
 */
final class CannedAnswers {

  private static final String XML_HEAD =
      "HTTP/1.1 200 OK\r\nServer: canned\r\nContent-Type: text/xml;charset=UTF-8\r\n"
          + "Cache-Control: no-cache\r\n";
  private static final String SUCCESS = "<response><returncode>SUCCESS</returncode>";

  private static final Message RUNNING = xml(SUCCESS + "<running>true</running></response>");
  private static final Message NOT_RUNNING = xml(SUCCESS + "<running>false</running></response>");
  private static final Message DONE = xml(SUCCESS + "</response>");
  private static final Message VERSION = xml(SUCCESS + "<version>2.0</version></response>");
  private static final Message NOT_FOUND =
      xml(
          "<response><returncode>FAILED</returncode><messageKey>notFound</messageKey>"
              + "<message>A meeting with that ID does not exist</message></response>");
  private static final Message JOINED =
      Message.of(
          "HTTP/1.1 302 Found\r\nServer: canned\r\n"
              + "Location: https://example.org/html5client/join?sessionToken=abcdefgh\r\n",
          "",
          0,
          "");
  private static final Message REFUSED =
      Message.of("HTTP/1.1 404 Not Found\r\nServer: canned\r\n", "", 0, "");

  /** The meeting whose details are a large answer. */
  private static final String LARGE = "large";

  private final int servers;
  private final int meetings;
  private final long largeBody;
  private final Map<Integer, String> fixedLists = new HashMap<>();
  private final Map<Integer, Message> fixedInfos = new HashMap<>();

  /** Created meetings, with the number of the server that made them. */
  private final Map<String, Integer> created = new LinkedHashMap<>();

  /**
   * The answers of a number of servers.
   *
   * @param meetings number of meetings that run from the start, on all servers together
   * @param largeBody size in bytes of the answer to {@code getMeetingInfo} of the meeting {@code
   *     large}
   */
  CannedAnswers(int servers, int meetings, long largeBody) {
    this.servers = servers;
    this.meetings = meetings;
    this.largeBody = largeBody;
  }

  /** The answer of one server to a call. */
  Message answer(int server, String call, String query) {
    return switch (call) {
      case "isMeetingRunning" -> exists(meetingId(query)) ? RUNNING : NOT_RUNNING;
      case "getMeetingInfo" -> info(server, meetingId(query));
      case "getMeetings" -> list(server);
      case "create" -> create(server, meetingId(query));
      case "join" -> exists(meetingId(query)) ? JOINED : NOT_FOUND;
      case "end" -> end(meetingId(query));
      case "insertDocument" -> DONE;
      // A balancer in doubt asks the root of the API.
      case "" -> VERSION;
      default -> REFUSED;
    };
  }

  /** Forgets the created meetings. */
  void forgetCreated() {
    created.clear();
  }

  private boolean exists(String meetingId) {
    return fixedNumber(meetingId) >= 0 || created.containsKey(meetingId) || isLarge(meetingId);
  }

  private static boolean isLarge(String meetingId) {
    return meetingId.equals(LARGE);
  }

  private Message info(int server, String meetingId) {
    if (isLarge(meetingId)) {
      return Message.of(
          XML_HEAD,
          SUCCESS + "<meetingID>large</meetingID><meetingName>",
          largeBody,
          "</meetingName></response>");
    }
    int number = fixedNumber(meetingId);
    if (number >= 0) {
      return fixedInfos.computeIfAbsent(
          number, n -> xml(SUCCESS + MeetingXml.details(meetingId) + "</response>"));
    }
    return created.getOrDefault(meetingId, -1) == server
        ? xml(SUCCESS + MeetingXml.details(meetingId) + "</response>")
        : NOT_FOUND;
  }

  private Message create(int server, String meetingId) {
    if (fixedNumber(meetingId) < 0) {
      created.putIfAbsent(meetingId, server);
    }
    return xml(
        SUCCESS
            + "<meetingID>"
            + meetingId
            + "</meetingID><internalMeetingID>"
            + meetingId
            + "-1795000000000</internalMeetingID><parentMeetingID>bbb-none</parentMeetingID>"
            + "<attendeePW>ap</attendeePW><moderatorPW>mp</moderatorPW>"
            + "<createTime>1795000000000</createTime><voiceBridge>70000</voiceBridge>"
            + "<dialNumber>613-555-1234</dialNumber><createDate>Sun Nov 22 10:00:00 UTC 2026"
            + "</createDate><hasUserJoined>false</hasUserJoined><duration>0</duration>"
            + "<hasBeenForciblyEnded>false</hasBeenForciblyEnded><messageKey></messageKey>"
            + "<message></message></response>");
  }

  private Message end(String meetingId) {
    return created.remove(meetingId) != null || fixedNumber(meetingId) >= 0 ? DONE : NOT_FOUND;
  }

  private Message list(int server) {
    StringBuilder list = new StringBuilder(fixedLists.computeIfAbsent(server, this::fixedList));
    for (Iterator<Map.Entry<String, Integer>> all = created.entrySet().iterator();
        all.hasNext(); ) {
      Map.Entry<String, Integer> meeting = all.next();
      if (meeting.getValue() == server) {
        list.append(MeetingXml.listed(meeting.getKey()));
      }
    }
    return xml(SUCCESS + "<meetings>" + list + "</meetings></response>");
  }

  private String fixedList(int server) {
    StringBuilder list = new StringBuilder();
    if (largeBody > 0 && server == 0) {
      list.append(MeetingXml.listed(LARGE));
    }
    for (int number = server; number < meetings; number += servers) {
      list.append(MeetingXml.listed("m" + number));
    }
    return list.toString();
  }

  /** The number of a meeting that runs from the start; -1 for any other. */
  private int fixedNumber(String meetingId) {
    if (meetingId.length() < 2 || meetingId.length() > 9 || meetingId.charAt(0) != 'm') {
      return -1;
    }
    int number = 0;
    for (int i = 1; i < meetingId.length(); i++) {
      int digit = meetingId.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      number = number * 10 + digit;
    }
    return number < meetings ? number : -1;
  }

  private static String meetingId(String query) {
    int start = query.startsWith("meetingID=") ? 0 : query.indexOf("&meetingID=") + 1;
    if (start == 0 && !query.startsWith("meetingID=")) {
      return "";
    }
    start += "meetingID=".length();
    int end = query.indexOf('&', start);
    return query.substring(start, end < 0 ? query.length() : end);
  }

  private static Message xml(String body) {
    return Message.of(XML_HEAD, body, 0, "");
  }
}
