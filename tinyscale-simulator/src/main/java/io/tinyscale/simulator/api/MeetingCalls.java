package io.tinyscale.simulator.api;

import io.tinyscale.simulator.http.Response;
import io.tinyscale.simulator.http.ServerPages;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import javax.xml.stream.XMLStreamException;

/** The calls about meetings, except join. */
final class MeetingCalls {
  private static final String ALREADY_THERE =
      "This conference was already in existence and may currently be in progress.";
  private static final String END_SENT =
      "A request to end the meeting was sent.  Please wait a few seconds, and then use the"
          + " getMeetingInfo or isMeetingRunning API calls to verify that it was ended.";
  private static final List<String> BOOLEANS =
      List.of("record", "isBreakout", "webcamsOnlyForModerator", "meetingKeepEvents");
  private static final List<String> INTEGERS =
      List.of("voiceBridge", "maxParticipants", "duration", "sequence");

  private final SimulatedMeetings meetings;
  private final Profile profile;
  private final MeetingXml meetingXml;

  MeetingCalls(SimulatedMeetings meetings, Profile profile, MeetingXml meetingXml) {
    this.meetings = meetings;
    this.profile = profile;
    this.meetingXml = meetingXml;
  }

  /** Creates a meeting, or answers that it exists already. An XML body may hold documents. */
  Response create(ApiRequest request) throws IOException {
    Optional<Failure> broken =
        ParameterRules.meetingId(request)
            .or(() -> ParameterRules.meetingName(request))
            .or(() -> ParameterRules.passwords(request))
            .or(() -> ParameterRules.booleans(request, BOOLEANS))
            .or(() -> ParameterRules.integers(request, INTEGERS))
            .or(() -> missingParent(request));
    if (broken.isPresent()) {
      return failed(request, broken.get());
    }
    if (request.http().head().mediaType().endsWith("/xml")
        && request.http().head().announcesBody()) {
      try {
        ModulesXml.read(request.http().body());
      } catch (XMLStreamException e) {
        return malformedXml(request);
      }
    }
    SimulatedMeetings.Creation creation =
        meetings.create(request.filled("meetingID").orElseThrow(), request.parameters());
    return switch (creation.kind()) {
      case NEW -> created(creation.meeting(), "", "");
      case DUPLICATE -> created(creation.meeting(), "duplicateWarning", ALREADY_THERE);
      case ID_TAKEN ->
          failed(
              request,
              new Failure(
                  "idNotUnique",
                  "A meeting already exists with that meeting ID."
                      + "  Please use a different meeting ID."));
      case VOICE_BRIDGE_TAKEN ->
          Answers.failedWithErrors(
              new Failure(
                  "nonUniqueVoiceBridge",
                  "The selected voice bridge is already in use by another meeting."));
    };
  }

  private Optional<Failure> missingParent(ApiRequest request) {
    if (!request.isTrue("isBreakout")) {
      return Optional.empty();
    }
    Optional<String> parent = request.filled("parentMeetingID");
    if (parent.isEmpty()) {
      return ParameterRules.failure("parentMeetingIDMissing", "No parent meeting ID was provided");
    }
    return meetings.lookUp(parent.get()).isPresent()
        ? Optional.empty()
        : ParameterRules.failure(
            "parentMeetingDoesNotExist", "No parent meeting exists with that ID");
  }

  private Response malformedXml(ApiRequest request) {
    return profile.reportsMalformedXml()
        ? failed(request, new Failure("malformedXml", "The XML in the body is malformed"))
        : ServerPages.error(500);
  }

  private Response created(SimulatedMeeting meeting, String key, String message) {
    return Answers.success(
        xml -> {
          meetingXml.created(xml, meeting);
          xml.element("messageKey", key).element("message", message);
        });
  }

  /** Whether somebody is in the meeting. An unknown meeting is not running; this is no failure. */
  Response isMeetingRunning(ApiRequest request) {
    Optional<Failure> broken = ParameterRules.meetingId(request);
    if (broken.isPresent()) {
      return failed(request, broken.get());
    }
    boolean running = find(request).filter(SimulatedMeeting::running).isPresent();
    return Answers.success(xml -> xml.element("running", running));
  }

  /**
   * Ends a meeting. A second end succeeds as long as the server still answers about the meeting.
   */
  Response end(ApiRequest request) {
    Optional<Failure> broken = ParameterRules.meetingId(request);
    if (broken.isPresent()) {
      return failed(request, broken.get());
    }
    Optional<SimulatedMeeting> meeting = find(request);
    if (meeting.isEmpty()) {
      return failed(request, Failure.NOT_FOUND);
    }
    String password = request.parameter("password").orElse("");
    if (profile.checksEndPassword() && !password.equals(meeting.get().moderatorPassword())) {
      return failed(
          request, new Failure("invalidPassword", "The supplied moderator password is incorrect"));
    }
    meetings.end(meeting.get());
    return Answers.success(
        xml -> xml.element("messageKey", "sentEndMeetingRequest").element("message", END_SENT));
  }

  Response getMeetingInfo(ApiRequest request) {
    Optional<Failure> broken = ParameterRules.meetingId(request);
    if (broken.isPresent()) {
      return failed(request, broken.get());
    }
    Optional<SimulatedMeeting> meeting = find(request);
    if (meeting.isEmpty()) {
      return failed(request, Failure.NOT_FOUND);
    }
    return Answers.cacheableDocument(
        xml -> {
          xml.element("returncode", "SUCCESS");
          meetingXml.full(xml, meeting.get());
        });
  }

  Response getMeetings(ApiRequest request) {
    Collection<SimulatedMeeting> all = meetings.all();
    if (all.isEmpty()) {
      return Answers.success(
          xml ->
              xml.raw("<meetings/>\n")
                  .element("messageKey", "noMeetings")
                  .element("message", "no meetings were found on this server"));
    }
    return Answers.success(
        xml -> {
          xml.open("meetings");
          for (SimulatedMeeting meeting : all) {
            xml.open("meeting");
            meetingXml.full(xml, meeting);
            xml.close("meeting");
          }
          xml.close("meetings");
        });
  }

  /** One entry per user. The BBB docs do not mention this call, but the server has it. */
  Response getSessions(ApiRequest request) {
    Collection<SimulatedMeeting> all = meetings.all();
    if (all.stream().noneMatch(SimulatedMeeting::running)) {
      return Answers.success(
          xml ->
              xml.raw("<sessions/>\n")
                  .element("messageKey", "noSessions")
                  .element("message", "no sessions were found on this server"));
    }
    return Answers.success(
        xml -> {
          xml.open("sessions");
          for (SimulatedMeeting meeting : all) {
            for (Attendee attendee : meeting.attendees()) {
              xml.open("meeting")
                  .element("meetingID", meeting.meetingId())
                  .element("meetingName", meeting.name())
                  .element("userName", attendee.fullName())
                  .close("meeting");
            }
          }
          xml.close("sessions");
        });
  }

  private Optional<SimulatedMeeting> find(ApiRequest request) {
    return meetings.lookUp(request.filled("meetingID").orElseThrow());
  }

  /** A failure of a meeting call, in JSON if the caller prefers that. */
  static Response failed(ApiRequest request, Failure failure) {
    return request.prefersJson() ? Answers.jsonFailed(failure) : Answers.failed(failure);
  }
}
