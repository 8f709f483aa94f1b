package io.tinyscale.simulator.api;

import java.io.IOException;
import java.text.NumberFormat;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.Locale;

/** Writes a meeting as getMeetingInfo and getMeetings show it. Immutable. */
final class MeetingXml {
  private static final String DIAL_NUMBER = "613-555-1234";

  private final SimulatedMeetings meetings;
  private final boolean groupedNumbers;

  MeetingXml(SimulatedMeetings meetings, boolean groupedNumbers) {
    this.meetings = meetings;
    this.groupedNumbers = groupedNumbers;
  }

  /** The fields of an answer to create. */
  void created(Xml xml, SimulatedMeeting meeting) throws IOException {
    xml.element("meetingID", meeting.meetingId())
        .element("internalMeetingID", meeting.internalId())
        .element("parentMeetingID", meeting.given("parentMeetingID").orElse("bbb-none"))
        .element("attendeePW", meeting.attendeePassword())
        .element("moderatorPW", meeting.moderatorPassword())
        .element("createTime", meeting.createTime())
        .element("voiceBridge", meeting.voiceBridge())
        .element("dialNumber", DIAL_NUMBER)
        .element("createDate", new Date(meeting.createTime()))
        .element("hasUserJoined", meeting.userJoined())
        .element("duration", meeting.givenNumber("duration"))
        .element("hasBeenForciblyEnded", meeting.ended());
  }

  /** All fields of a meeting. */
  void full(Xml xml, SimulatedMeeting meeting) throws IOException {
    Collection<Attendee> attendees = meeting.attendees();
    xml.element("meetingName", meeting.name())
        .element("meetingID", meeting.meetingId())
        .element("internalMeetingID", meeting.internalId())
        .element("createTime", meeting.createTime())
        .element("createDate", new Date(meeting.createTime()))
        .element("voiceBridge", meeting.voiceBridge())
        .element("dialNumber", DIAL_NUMBER)
        .element("attendeePW", meeting.attendeePassword())
        .element("moderatorPW", meeting.moderatorPassword())
        .element("running", !attendees.isEmpty())
        .element("duration", meeting.givenNumber("duration"))
        .element("hasUserJoined", meeting.userJoined())
        .element("recording", meeting.isRecorded())
        .element("hasBeenForciblyEnded", meeting.ended())
        .element("startTime", meeting.startTime())
        .element("endTime", meeting.endTime())
        .element("participantCount", number(attendees.size()))
        .element("listenerCount", 0)
        .element("voiceParticipantCount", 0)
        .element("videoCount", 0)
        .element("maxUsers", number(meeting.givenNumber("maxParticipants")))
        .element("moderatorCount", number(attendees.stream().filter(Attendee::moderator).count()));
    xml.open("attendees");
    boolean presenter = true;
    for (Attendee attendee : attendees) {
      attendee(xml, attendee, presenter);
      presenter = false;
    }
    xml.close("attendees");
    xml.entries("metadata", meeting.orderedMetadata());
    breakout(xml, meeting);
  }

  private static void attendee(Xml xml, Attendee attendee, boolean presenter) throws IOException {
    xml.open("attendee")
        .element("userID", attendee.externalId())
        .element("fullName", attendee.fullName())
        .element("role", attendee.role())
        .element("isPresenter", presenter)
        .element("isListeningOnly", false)
        .element("hasJoinedVoice", false)
        .element("hasVideo", false)
        .element("clientType", "HTML5");
    if (!attendee.customData().isEmpty()) {
      xml.entries("customdata", attendee.customData());
    }
    xml.close("attendee");
  }

  private void breakout(Xml xml, SimulatedMeeting meeting) throws IOException {
    xml.element("isBreakout", meeting.isBreakout());
    if (meeting.isBreakout()) {
      xml.element("parentMeetingID", meeting.given("parentMeetingID").orElse(""))
          .element("sequence", meeting.givenNumber("sequence"))
          .element("freeJoin", meeting.given("freeJoin").orElse("false"));
      return;
    }
    List<SimulatedMeeting> rooms = meetings.breakoutsOf(meeting);
    if (!rooms.isEmpty()) {
      xml.open("breakoutRooms");
      for (SimulatedMeeting room : rooms) {
        xml.element("breakout", room.meetingId());
      }
      xml.close("breakoutRooms");
    }
  }

  /** Older templates write numbers as the server's locale does. */
  private Object number(long value) {
    return groupedNumbers ? NumberFormat.getIntegerInstance(Locale.US).format(value) : value;
  }
}
