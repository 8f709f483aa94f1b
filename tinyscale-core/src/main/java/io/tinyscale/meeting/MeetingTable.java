package io.tinyscale.meeting;

import io.tinyscale.bbb.HeldMeeting;
import io.tinyscale.tenant.MeetingId;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
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

  /** What a copy of a meeting on another server is to us. */
  enum Standing {
    /** It lives beside the one we keep, and nobody knows why. */
    RIVAL,
    /** The meeting was made anew because that server was down: if it is empty, it is to end. */
    DETACHED,
    /** Detached, and people are in it: it is left alone, and was reported. */
    IN_USE,
    /** Detached, and that server was told to end it. */
    TOLD_TO_END
  }

  /**
   * One meeting.
   *
   * @param server the server's name
   * @param internalId empty until a server told it
   * @param since when this was learned, on the scale of {@link System#nanoTime()}
   * @param users how many people are in it, or {@link HeldMeeting#UNKNOWN}
   * @param copies what other servers hold, or may bring back, of this meeting; by server
   */
  record Entry(
      String server,
      String internalId,
      Certainty certainty,
      long since,
      int users,
      Map<String, Standing> copies) {

    Entry {
      copies = Map.copyOf(copies);
    }

    Entry withInternalId(String other) {
      return new Entry(server, other, certainty, since, users, copies);
    }

    Entry withCertainty(Certainty other, long since) {
      return new Entry(server, internalId, other, since, users, copies);
    }

    Entry withUsers(int other) {
      return new Entry(server, internalId, certainty, since, other, copies);
    }

    /** The same with these copies, but for one on its own server. */
    Entry withCopies(Map<String, Standing> others) {
      Map<String, Standing> elsewhere = new HashMap<>(others);
      elsewhere.remove(server);
      return new Entry(server, internalId, certainty, since, users, elsewhere);
    }

    Entry withCopyOn(String otherServer, Standing standing) {
      Map<String, Standing> more = new HashMap<>(copies);
      more.put(otherServer, standing);
      return withCopies(more);
    }

    Entry withoutCopyOn(String otherServer) {
      Map<String, Standing> fewer = new HashMap<>(copies);
      fewer.remove(otherServer);
      return withCopies(fewer);
    }

    /** Whether a server said that it holds the meeting. */
    boolean isCertain() {
      return certainty == Certainty.CERTAIN || certainty == Certainty.ENDING;
    }

    boolean hasUsers() {
      return users > 0;
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

  private final ConcurrentHashMap<MeetingId, Entry> byMeetingId = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<String, MeetingId> meetingIdByInternalId =
      new ConcurrentHashMap<>();

  /** The meeting with this external or internal id. */
  Optional<Entry> find(MeetingId id) {
    Entry entry = byMeetingId.get(id);
    if (entry == null) {
      MeetingId meetingId = meetingIdByInternalId.get(id.text());
      entry = meetingId == null ? null : byMeetingId.get(meetingId);
    }
    return Optional.ofNullable(entry);
  }

  /**
   * The id of a meeting that is named by its external or internal id; the same text if the table
   * has no such meeting.
   */
  MeetingId idOf(String externalOrInternal) {
    return externalId(new MeetingId(externalOrInternal));
  }

  /** The id of a meeting whose internal id may stand in the place of the external one. */
  MeetingId externalId(MeetingId id) {
    return byMeetingId.containsKey(id) ? id : meetingIdByInternalId.getOrDefault(id.text(), id);
  }

  /** How many meetings there are. */
  int size() {
    return (int) byMeetingId.mappingCount();
  }

  /** Whether there is a meeting with this external id. */
  boolean contains(MeetingId meetingId) {
    return byMeetingId.containsKey(meetingId);
  }

  /**
   * Replaces what is remembered of one meeting.
   *
   * @param change gets the entry or null, and returns the new one or null; may run under a lock
   */
  void change(MeetingId meetingId, UnaryOperator<@Nullable Entry> change) {
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

  /**
   * Replaces what is remembered of every meeting.
   *
   * @param change gets the external id and the entry, and returns the same one, another, or null;
   *     may run under a lock, and twice
   */
  void changeAll(BiFunction<MeetingId, Entry, @Nullable Entry> change) {
    for (Map.Entry<MeetingId, Entry> meeting : byMeetingId.entrySet()) {
      MeetingId id = meeting.getKey();
      if (change.apply(id, meeting.getValue()) != meeting.getValue()) {
        change(id, entry -> entry == null ? null : change.apply(id, entry));
      }
    }
  }

  /** How many meetings are on each server or on their way there, by the server's name. */
  Map<String, Integer> countByServer() {
    Map<String, Integer> counts = new HashMap<>();
    byMeetingId.values().forEach(entry -> counts.merge(entry.server(), 1, Integer::sum));
    return counts;
  }

  /** How many meetings are on this server, or on their way there. */
  int countOn(String server) {
    return (int)
        byMeetingId.values().stream().filter(entry -> entry.server().equals(server)).count();
  }
}
