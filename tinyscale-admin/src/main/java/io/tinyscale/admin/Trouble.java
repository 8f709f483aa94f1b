package io.tinyscale.admin;

import com.google.gson.stream.JsonWriter;
import io.tinyscale.meeting.KnownMeeting;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Something that an administrator should look at.
 *
 * @param server the server's name; empty if it is about none
 * @param text what is the matter, without a full stop
 * @param meetings how many it touches
 * @param users how many people it touches
 * @param cause why, in a few words; empty if that is not known
 * @param advice what to do, a sentence; may be empty
 * @param command the line of the command that does it; may be empty
 * @param details more, such as all mistakes of a file
 * @param meeting the meeting that it is about
 */
record Trouble(
    String severity,
    String code,
    String server,
    Instant since,
    String text,
    long meetings,
    long users,
    String cause,
    String advice,
    String command,
    List<String> details,
    @Nullable KnownMeeting meeting) {

  static final String CRITICAL = "critical";
  static final String WARNING = "warning";
  static final String INFO = "info";

  /** Copies the list. */
  Trouble {
    details = List.copyOf(details);
  }

  /** Something that is about no server. */
  static Trouble of(String severity, String code, Instant since, String text, String advice) {
    return new Trouble(severity, code, "", since, text, 0, 0, "", advice, "", List.of(), null);
  }

  Trouble at(String other) {
    return new Trouble(
        severity, code, other, since, text, meetings, users, cause, advice, command, details,
        meeting);
  }

  Trouble touching(long someMeetings, long people) {
    return new Trouble(
        severity,
        code,
        server,
        since,
        text,
        someMeetings,
        people,
        cause,
        advice,
        command,
        details,
        meeting);
  }

  Trouble because(String why) {
    return new Trouble(
        severity, code, server, since, text, meetings, users, why, advice, command, details,
        meeting);
  }

  Trouble withCommand(String line) {
    return new Trouble(
        severity, code, server, since, text, meetings, users, cause, advice, line, details,
        meeting);
  }

  Trouble withDetails(List<String> more) {
    return new Trouble(
        severity, code, server, since, text, meetings, users, cause, advice, command, more,
        meeting);
  }

  Trouble about(KnownMeeting known) {
    return new Trouble(
        severity, code, server, since, text, meetings, users, cause, advice, command, details,
        known);
  }

  void write(JsonWriter json, Instant now) throws IOException {
    json.beginObject();
    json.name("severity").value(severity);
    json.name("code").value(code);
    json.name("server").value(server.isEmpty() ? null : server);
    Answers.time(json.name("since"), since);
    json.name("text").value(text);
    json.name("meetings").value(meetings);
    json.name("users").value(users);
    json.name("cause").value(cause.isEmpty() ? null : cause);
    json.name("advice").value(advice.isEmpty() ? null : advice);
    json.name("command").value(command.isEmpty() ? null : command);
    Answers.texts(json.name("details"), details);
    json.name("meeting");
    if (meeting == null) {
      json.nullValue();
    } else {
      json.beginObject();
      MeetingJson.write(json, meeting, now);
      json.endObject();
    }
    json.endObject();
  }
}
