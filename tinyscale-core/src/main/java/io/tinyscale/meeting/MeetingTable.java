package io.tinyscale.meeting;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiPredicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What is remembered of meetings, by external id, with an index by internal id. Thread-safe; every
 * change of one meeting is atomic.
 */
final class MeetingTable {

  /** How sure we are that the server holds the meeting. */
  enum Certainty {
    /** A create is on its way there. */
    PLACING,
    /** A create went there and nobody knows what became of it. */
    PERHAPS,
    /** It said so. */
    CERTAIN,
    /** It said so, and was then told to end the meeting. */
    ENDING
  }

  /**
   * One meeting.
   *
   * @param server the server's name
   * @param internalId empty until a server told it
   * @param since when this was learned, on the scale of {@link System#nanoTime()}
   */
  record Entry(String server, String internalId, Certainty certainty, long since) {

    /** The same with this internal id. */
    Entry as(String otherInternalId) {
      return new Entry(server, otherInternalId, certainty, since);
    }

    /** When the meeting was made, in milliseconds since 1970, as its internal id tells. */
    long createTime() {
      int dash = internalId.lastIndexOf('-');
      try {
        return dash < 0
            ? Long.MAX_VALUE
            : Long.parseLong(internalId, dash + 1, internalId.length(), 10);
      } catch (NumberFormatException e) {
        return Long.MAX_VALUE;
      }
    }
  }

  private final ConcurrentHashMap<String, Entry> byMeetingId = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<String, String> meetingIdByInternalId = new ConcurrentHashMap<>();

  /** The meeting with this external or internal id. */
  Optional<Entry> find(String id) {
    Entry entry = byMeetingId.get(id);
    if (entry == null) {
      String meetingId = meetingIdByInternalId.get(id);
      entry = meetingId == null ? null : byMeetingId.get(meetingId);
    }
    return Optional.ofNullable(entry);
  }

  /** The external id of a meeting named by its external or internal id. */
  String externalId(String id) {
    return byMeetingId.containsKey(id) ? id : meetingIdByInternalId.getOrDefault(id, id);
  }

  /** All external ids. */
  Set<String> meetingIds() {
    return byMeetingId.keySet();
  }

  /**
   * Replaces what is remembered of one meeting.
   *
   * @param change gets the entry or null, and returns the new one or null; may run under a lock
   */
  void change(String meetingId, UnaryOperator<@Nullable Entry> change) {
    byMeetingId.compute(
        meetingId,
        (id, before) -> {
          Entry after = change.apply(before);
          if (before != null && (after == null || !after.internalId.equals(before.internalId))) {
            meetingIdByInternalId.remove(before.internalId, id);
          }
          if (after != null && !after.internalId.isEmpty()) {
            meetingIdByInternalId.put(after.internalId, id);
          }
          return after;
        });
  }

  /** Forgets every meeting for which the test holds. */
  void forget(BiPredicate<String, Entry> obsolete) {
    for (Map.Entry<String, Entry> meeting : byMeetingId.entrySet()) {
      if (obsolete.test(meeting.getKey(), meeting.getValue())) {
        change(
            meeting.getKey(),
            entry -> entry != null && obsolete.test(meeting.getKey(), entry) ? null : entry);
      }
    }
  }
}
