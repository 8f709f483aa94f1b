package io.tinyscale.simulator.api;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * An event that webhooks hear of, in both forms: mapped to the form of bbb-webhooks, and raw as the
 * programs of the server tell each other.
 *
 * @param id the name in the mapped form, such as {@code meeting-created}
 * @param internalId of the meeting
 * @param externalId of the meeting; empty if bbb-webhooks does not know it, as for the recording of
 *     a meeting of long ago
 * @param attributes what the mapped form says besides the event and the ids of its meeting
 * @param message the raw form
 */
record HookEvent(
    String id,
    String internalId,
    Optional<String> externalId,
    Map<String, Object> attributes,
    Message message) {

  /** Makes a raw message for a time in milliseconds since 1970. */
  interface Message {
    Map<String, Object> at(long millis);
  }

  static HookEvent meetingCreated(SimulatedMeeting meeting) {
    Map<String, Object> about = new LinkedHashMap<>();
    about.put("name", meeting.name());
    about.put("is-breakout", meeting.isBreakout());
    about.put("duration", meeting.givenNumber("duration"));
    about.put("create-time", meeting.createTime());
    about.put("moderator-pass", meeting.moderatorPassword());
    about.put("viewer-pass", meeting.attendeePassword());
    about.put("record", meeting.isRecorded());
    about.put("voice-conf", meeting.voiceBridge());
    about.put("metadata", meeting.orderedMetadata());
    Map<String, Object> properties =
        fields(
            "meetingProp",
            fields(
                "name", meeting.name(),
                "extId", meeting.meetingId(),
                "intId", meeting.internalId(),
                "isBreakout", meeting.isBreakout()),
            "durationProps",
            fields(
                "duration", meeting.givenNumber("duration"), "createdTime", meeting.createTime()),
            "recordProp",
            fields("record", meeting.isRecorded()),
            "metadataProp",
            fields("metadata", meeting.orderedMetadata()));
    return new HookEvent(
        "meeting-created",
        meeting.internalId(),
        Optional.of(meeting.meetingId()),
        fields("meeting", about),
        now ->
            message(
                "MeetingCreatedEvtMsg",
                fields("sender", "bbb-apps-akka"),
                fields(),
                fields("props", properties),
                now));
  }

  static HookEvent meetingEnded(SimulatedMeeting meeting) {
    return new HookEvent(
        "meeting-ended",
        meeting.internalId(),
        Optional.of(meeting.meetingId()),
        fields(),
        now ->
            message(
                "MeetingDestroyedEvtMsg",
                fields("sender", "bbb-apps-akka"),
                fields(),
                fields("meetingId", meeting.internalId()),
                now));
  }

  static HookEvent userJoined(SimulatedMeeting meeting, Attendee attendee) {
    return ofUser("user-joined", "UserJoinedMeetingEvtMsg", meeting, attendee);
  }

  static HookEvent userLeft(SimulatedMeeting meeting, Attendee attendee) {
    return ofUser("user-left", "UserLeftMeetingEvtMsg", meeting, attendee);
  }

  private static HookEvent ofUser(
      String id, String name, SimulatedMeeting meeting, Attendee attendee) {
    Map<String, Object> user =
        fields(
            "internal-user-id", attendee.internalId(),
            "external-user-id", attendee.externalId(),
            "name", attendee.fullName(),
            "role", attendee.role());
    Map<String, Object> ids =
        fields("meetingId", meeting.internalId(), "userId", attendee.internalId());
    Map<String, Object> body =
        fields(
            "intId", attendee.internalId(),
            "extId", attendee.externalId(),
            "name", attendee.fullName(),
            "role", attendee.role());
    return new HookEvent(
        id,
        meeting.internalId(),
        Optional.of(meeting.meetingId()),
        fields("user", user),
        now -> message(name, with(ids, "msgType", "BROADCAST_TO_MEETING"), ids, body, now));
  }

  /** The scripts have published a recording. Their messages have a form of their own. */
  static HookEvent publishEnded(SimulatedRecording recording) {
    Map<String, Object> attributes =
        fields(
            "record-id",
            recording.recordId(),
            "success",
            true,
            "step-time",
            1000,
            "workflow",
            "presentation",
            "recording",
            fields("name", recording.name(), "metadata", recording.metadata()));
    Map<String, Object> payload =
        fields(
            "success", true,
            "step_time", 1000,
            "metadata", recording.metadata(),
            "workflow", "presentation",
            "external_meeting_id", recording.meetingId(),
            "record_id", recording.recordId(),
            "meeting_id", recording.recordId());
    return new HookEvent(
        "rap-publish-ended",
        recording.recordId(),
        Optional.of(recording.meetingId()),
        attributes,
        now ->
            fields(
                "header",
                fields(
                    "timestamp",
                    now,
                    "name",
                    "publish_ended",
                    "current_time",
                    now,
                    "version",
                    "0.0.1"),
                "payload",
                payload));
  }

  /**
   * A call of the API has published, unpublished or deleted a recording. The event names the
   * recording alone.
   */
  static HookEvent stateChanged(SimulatedRecording recording) {
    String id =
        recording.deleted()
            ? "rap-deleted"
            : recording.published() ? "rap-published" : "rap-unpublished";
    String name =
        recording.deleted()
            ? "DeletedRecordingSysMsg"
            : recording.published() ? "PublishedRecordingSysMsg" : "UnpublishedRecordingSysMsg";
    return new HookEvent(
        id,
        recording.recordId(),
        Optional.empty(),
        fields(),
        now ->
            message(
                name,
                fields("sender", "bbb-web"),
                fields(),
                fields("recordId", recording.recordId()),
                now));
  }

  /** The form of bbb-webhooks. */
  Map<String, Object> mapped(long millis) {
    Map<String, Object> meeting = fields("internal-meeting-id", internalId);
    externalId.ifPresent(name -> meeting.put("external-meeting-id", name));
    if (attributes.get("meeting") instanceof Map<?, ?> more) {
      more.forEach((name, value) -> meeting.put((String) name, value));
    }
    Map<String, Object> all = fields("meeting", meeting);
    attributes.forEach(all::putIfAbsent);
    return fields(
        "data",
        fields("type", "event", "id", id, "attributes", all, "event", fields("ts", millis)));
  }

  /** The form in which the programs of the server tell each other. */
  Map<String, Object> raw(long millis) {
    return message.at(millis);
  }

  private static Map<String, Object> message(
      String name,
      Map<String, Object> routing,
      Map<String, Object> header,
      Map<String, Object> body,
      long now) {
    Map<String, Object> named = fields("name", name);
    named.putAll(header);
    return fields(
        "envelope",
        fields("name", name, "routing", routing, "timestamp", now),
        "core",
        fields("header", named, "body", body));
  }

  /** A map of names and values in turn, in their order. */
  private static Map<String, Object> fields(Object... namesAndValues) {
    Map<String, Object> fields = new LinkedHashMap<>();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      fields.put((String) namesAndValues[i], namesAndValues[i + 1]);
    }
    return fields;
  }

  private static Map<String, Object> with(Map<String, Object> fields, String name, Object value) {
    Map<String, Object> more = new LinkedHashMap<>(fields);
    more.put(name, value);
    return more;
  }
}
