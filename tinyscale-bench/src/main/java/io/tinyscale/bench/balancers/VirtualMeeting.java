package io.tinyscale.bench.balancers;

import java.util.LinkedHashSet;
import java.util.Set;

/** One run of a room on one server. Not thread-safe. */
final class VirtualMeeting {

  private final Room room;
  private final VirtualServer server;
  private final String internalId;
  private final long createTime;

  /** As the server counts them: whoever lost a stopped server is counted until it goes on. */
  private final Set<Visitor> counted = new LinkedHashSet<>();

  private boolean everJoined;
  private boolean ended;

  /**
   * A meeting that nobody is in.
   *
   * @param createTime by the server's clock
   */
  VirtualMeeting(Room room, VirtualServer server, String internalId, long createTime) {
    this.room = room;
    this.server = server;
    this.internalId = internalId;
    this.createTime = createTime;
  }

  Room room() {
    return room;
  }

  VirtualServer server() {
    return server;
  }

  String internalId() {
    return internalId;
  }

  boolean isEnded() {
    return ended;
  }

  /** The people whom the server counts. */
  Set<Visitor> counted() {
    return counted;
  }

  void enter(Visitor visitor) {
    counted.add(visitor);
    everJoined = true;
  }

  /** Marks it as ended and sends everybody away. */
  void end() {
    ended = true;
    counted.clear();
  }

  /** The elements of an answer to create. */
  String created(String key, String message) {
    return common()
        + "<parentMeetingID>bbb-none</parentMeetingID><messageKey>"
        + key
        + "</messageKey><message>"
        + message
        + "</message>";
  }

  /** All elements. */
  String full() {
    return "<meetingName>Room</meetingName>"
        + common()
        + "<running>"
        + !counted.isEmpty()
        + "</running><recording>false</recording><participantCount>"
        + counted.size()
        + "</participantCount><listenerCount>0</listenerCount><voiceParticipantCount>0"
        + "</voiceParticipantCount><videoCount>0</videoCount><maxUsers>0</maxUsers>"
        + "<moderatorCount>"
        + counted.size()
        + "</moderatorCount><attendees/><metadata/><isBreakout>false</isBreakout>";
  }

  private String common() {
    return "<meetingID>"
        + room.id()
        + "</meetingID><internalMeetingID>"
        + internalId
        + "</internalMeetingID><createTime>"
        + createTime
        + "</createTime><attendeePW>ap</attendeePW><moderatorPW>mp</moderatorPW><duration>0"
        + "</duration><hasUserJoined>"
        + everJoined
        + "</hasUserJoined><hasBeenForciblyEnded>"
        + ended
        + "</hasBeenForciblyEnded>";
  }
}
