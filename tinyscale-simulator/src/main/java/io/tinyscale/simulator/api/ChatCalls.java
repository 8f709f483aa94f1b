package io.tinyscale.simulator.api;

import io.tinyscale.simulator.http.Response;
import java.util.Optional;

/** sendChatMessage, from 3.0 on: a message to everybody in a running meeting. */
final class ChatCalls {
  private final SimulatedMeetings meetings;

  ChatCalls(SimulatedMeetings meetings) {
    this.meetings = meetings;
  }

  Response sendChatMessage(ApiRequest request) {
    Optional<Failure> broken = ParameterRules.meetingId(request).or(() -> message(request));
    if (broken.isPresent()) {
      return MeetingCalls.failed(request, broken.get());
    }
    Optional<SimulatedMeeting> meeting =
        meetings
            .lookUp(request.filled("meetingID").orElseThrow())
            .filter(SimulatedMeeting::running);
    if (meeting.isEmpty()) {
      return MeetingCalls.failed(
          request,
          new Failure(
              "meetingNotFound", "A meeting with that ID does not exist or is not running"));
    }
    meeting
        .get()
        .addChatMessage(
            request.filled("userName").orElse("System")
                + ": "
                + request.filled("message").orElseThrow());
    return Answers.success(
        xml -> xml.element("messageKey", "").element("message", "Message successfully sent"));
  }

  private static Optional<Failure> message(ApiRequest request) {
    Optional<String> message = request.filled("message");
    if (message.isEmpty()) {
      return ParameterRules.failure("missingParamMessage", "You must provide a message");
    }
    return message.get().length() > 500
            || request.filled("userName").filter(name -> name.length() > 255).isPresent()
        ? ParameterRules.failure("sizeError", "Message must be between 1 and 500 characters")
        : Optional.empty();
  }
}
