package io.tinyscale.admin;

import com.google.gson.stream.JsonWriter;
import io.tinyscale.meeting.KnownMeeting;
import io.tinyscale.meeting.KnownMeeting.KnownCopy;
import java.io.IOException;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Writes meetings as JSON. */
final class MeetingJson {

  private MeetingJson() {}

  /** Writes the members of a meeting. */
  static void write(JsonWriter json, KnownMeeting meeting, Instant now) throws IOException {
    KnownCopy copy = meeting.copy();
    json.name("meetingID").value(meeting.meetingId().text());
    json.name("internalMeetingID").value(copy.internalId().isEmpty() ? null : copy.internalId());
    json.name("server").value(copy.server());
    json.name("certainty").value(word(meeting.certainty()));
    users(json, copy);
    Answers.time(json.name("createdAt"), createdAt(copy));
    Answers.time(json.name("asOf"), Answers.rounded(now.minus(copy.age())));
    json.name("copies").beginArray();
    for (KnownCopy other : meeting.others()) {
      json.beginObject();
      json.name("server").value(other.server());
      json.name("internalMeetingID")
          .value(other.internalId().isEmpty() ? null : other.internalId());
      json.name("standing").value(word(other.standing()));
      users(json, other);
      json.endObject();
    }
    json.endArray();
  }

  private static void users(JsonWriter json, KnownCopy copy) throws IOException {
    json.name("users");
    if (copy.users() < 0) {
      json.nullValue();
    } else {
      json.value(copy.users());
    }
  }

  private static @Nullable Instant createdAt(KnownCopy copy) {
    return copy.createTime() <= 0 || copy.createTime() == Long.MAX_VALUE
        ? null
        : Instant.ofEpochMilli(copy.createTime());
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
