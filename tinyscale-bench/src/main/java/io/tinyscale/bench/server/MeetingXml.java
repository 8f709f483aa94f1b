package io.tinyscale.bench.server;

/** A meeting with one user, as servers show it; about 1 kB. */
public final class MeetingXml {

  private MeetingXml() {}

  /** The meeting as an item of a list. */
  public static String listed(String meetingId) {
    return "<meeting>" + details(meetingId) + "</meeting>";
  }

  /** The meeting as the content of an answer about it. */
  static String details(String meetingId) {
    return """
        <meetingName>Lesson %1$s</meetingName><meetingID>%1$s</meetingID>\
        <internalMeetingID>%1$s-1795000000000</internalMeetingID>\
        <createTime>1795000000000</createTime>\
        <createDate>Sun Nov 22 10:00:00 UTC 2026</createDate><voiceBridge>70000</voiceBridge>\
        <dialNumber>613-555-1234</dialNumber><attendeePW>ap</attendeePW>\
        <moderatorPW>mp</moderatorPW><running>true</running><duration>0</duration>\
        <hasUserJoined>true</hasUserJoined><recording>false</recording>\
        <hasBeenForciblyEnded>false</hasBeenForciblyEnded><startTime>1795000000100</startTime>\
        <endTime>0</endTime><participantCount>1</participantCount>\
        <listenerCount>1</listenerCount><voiceParticipantCount>0</voiceParticipantCount>\
        <videoCount>0</videoCount><maxUsers>0</maxUsers><moderatorCount>1</moderatorCount>\
        <attendees><attendee><userID>w_abcdefghijkl</userID><fullName>A Teacher</fullName>\
        <role>MODERATOR</role><isPresenter>true</isPresenter>\
        <isListeningOnly>true</isListeningOnly><hasJoinedVoice>false</hasJoinedVoice>\
        <hasVideo>false</hasVideo><clientType>HTML5</clientType></attendee></attendees>\
        <metadata><bbb-origin>front end</bbb-origin></metadata>\
        <isBreakout>false</isBreakout>"""
        .formatted(meetingId);
  }
}
