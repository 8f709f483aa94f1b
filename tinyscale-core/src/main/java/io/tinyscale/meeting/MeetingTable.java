package io.tinyscale.meeting;

import io.tinyscale.tenant.MeetingId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What is remembered of meetings, by external id, with an index by internal id and one by server.
 * Thread-safe; every change of one meeting is atomic, and its events are told after it.
 */
final class MeetingTable {

  private final ConcurrentHashMap<MeetingId, Whereabouts> byMeetingId = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<String, MeetingId> meetingIdByInternalId =
      new ConcurrentHashMap<>();

  /** The meetings that concern a server, by its name; no set is empty. */
  private final ConcurrentHashMap<String, Set<MeetingId>> byServer = new ConcurrentHashMap<>();

  /** How many entries are of meetings that are known to be on no server. */
  private final AtomicInteger unknown = new AtomicInteger();

  private final BiConsumer<MeetingId, Change.Event> listener;

  private final int most;

  /**
   * A table without meetings.
   *
   * @param listener is told the events
   * @param most meetings that are remembered, give or take those learned at the same instant.
   *     Beyond that nothing is untrue: what is not remembered is asked for, absence is proven by
   *     every server's own word alone, and no meeting is made that could not be kept from being
   *     made twice
   */
  MeetingTable(BiConsumer<MeetingId, Change.Event> listener, int most) {
    this.listener = listener;
    this.most = most;
  }

  /** Where the meeting with this external or internal id is; empty unless that is known. */
  Optional<Whereabouts> find(MeetingId id) {
    Whereabouts found = byMeetingId.get(id);
    if (found == null) {
      MeetingId meetingId = meetingIdByInternalId.get(id.text());
      found = meetingId == null ? null : byMeetingId.get(meetingId);
    }
    return found == null || !found.isKnown() ? Optional.empty() : Optional.of(found);
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
    return (int) byMeetingId.mappingCount() - unknown.get();
  }

  /** Whether no further meeting is remembered. */
  boolean isFull() {
    return size() >= most;
  }

  /** Whether there is a meeting with this external id. */
  boolean contains(MeetingId meetingId) {
    Whereabouts found = byMeetingId.get(meetingId);
    return found != null && found.isKnown();
  }

  /**
   * Whether a server has, or may have, a meeting that we have seen there, placed or perhaps placed
   * there, and that it has not denied since.
   */
  boolean mayBeOn(MeetingId id, String server) {
    Whereabouts found = byMeetingId.get(externalId(id));
    return found != null && (found.server().equals(server) || found.hasOtherOn(server));
  }

  /** Whether a meeting is remembered in the run with this internal id, on whatever server. */
  boolean hasRun(MeetingId meetingId, String internalId) {
    Whereabouts found = byMeetingId.get(meetingId);
    return found != null && !internalId.isEmpty() && found.copy().internalId().equals(internalId);
  }

  /**
   * Changes what is remembered of one meeting.
   *
   * @param event what happens to it; a pure function that may run under a lock
   */
  void change(MeetingId meetingId, Function<Whereabouts, Change> event) {
    List<Change.Event> events = new ArrayList<>(0);
    byMeetingId.compute(
        meetingId,
        (id, before) -> {
          Change change = event.apply(before == null ? Whereabouts.NOTHING : before);
          events.addAll(change.events());
          return replaced(id, before, change.next());
        });
    events.forEach(told -> listener.accept(meetingId, told));
  }

  /**
   * A join to a server goes out. This is on the way of every join: there are no events, and no
   * index changes.
   */
  void joinSent(MeetingId id, String server, long now) {
    byMeetingId.computeIfPresent(externalId(id), (meetingId, known) -> known.joinSent(server, now));
  }

  /**
   * A server has shown a meeting, which is remembered if there is room.
   *
   * @param now when its answer came
   */
  void seen(MeetingId meetingId, Copy shown, long now, Servers servers) {
    change(
        meetingId,
        whereabouts ->
            !whereabouts.isKnown() && isFull()
                ? whereabouts.unchanged()
                : whereabouts.seenOn(shown, now, servers));
  }

  /** Keeps the indexes and the count in step. */
  private @Nullable Whereabouts replaced(
      MeetingId id, @Nullable Whereabouts before, Whereabouts next) {
    Whereabouts after = next.isNothing() ? null : next;
    String internalId = before == null ? "" : before.copy().internalId();
    if (!internalId.isEmpty() && !next.copy().internalId().equals(internalId)) {
      meetingIdByInternalId.remove(internalId, id);
    }
    if (!next.copy().internalId().isEmpty()) {
      meetingIdByInternalId.put(next.copy().internalId(), id);
    }
    index(id, before == null ? Set.of() : before.servers(), next.servers());
    unknown.addAndGet(countUnknown(after) - countUnknown(before));
    return after;
  }

  private void index(MeetingId id, Set<String> before, Set<String> after) {
    if (before.equals(after)) {
      return;
    }
    for (String server : before) {
      if (!after.contains(server)) {
        byServer.computeIfPresent(
            server, (name, ids) -> ids.remove(id) && ids.isEmpty() ? null : ids);
      }
    }
    for (String server : after) {
      if (!before.contains(server)) {
        byServer.compute(
            server,
            (name, ids) -> {
              Set<MeetingId> all = ids == null ? ConcurrentHashMap.newKeySet() : ids;
              all.add(id);
              return all;
            });
      }
    }
  }

  private static int countUnknown(@Nullable Whereabouts whereabouts) {
    return whereabouts == null || whereabouts.isKnown() ? 0 : 1;
  }

  /**
   * Changes what is remembered of every meeting that concerns certain servers. The cost is in
   * proportion to these meetings.
   *
   * @param servers the names of these servers
   * @param event what happens to each meeting; a pure function that may run under a lock, and more
   *     than once
   */
  void changeOn(Predicate<String> servers, BiFunction<MeetingId, Whereabouts, Change> event) {
    byServer.forEach(
        (server, ids) -> {
          if (servers.test(server)) {
            ids.forEach(id -> changeIfDifferent(id, event));
          }
        });
  }

  private void changeIfDifferent(MeetingId id, BiFunction<MeetingId, Whereabouts, Change> event) {
    Whereabouts before = byMeetingId.get(id);
    if (before != null && event.apply(id, before).next() != before) {
      change(id, whereabouts -> event.apply(id, whereabouts));
    }
  }

  /** How many meetings are on each server or on their way there, by the server's name. */
  Map<String, Integer> countByServer() {
    Map<String, Integer> counts = new HashMap<>();
    byMeetingId.values().stream()
        .filter(Whereabouts::isKnown)
        .forEach(known -> counts.merge(known.server(), 1, Integer::sum));
    return counts;
  }

  /** How many meetings have another copy that is alive beside the one that calls go to. */
  int countSplit() {
    return (int)
        byMeetingId.values().stream()
            .filter(known -> known.isKnown() && known.others().hasAlive())
            .count();
  }

  /** The meetings that are known and as asked, in no order. */
  Stream<Map.Entry<MeetingId, Whereabouts>> all(
      Predicate<Map.Entry<MeetingId, Whereabouts>> asked) {
    return byMeetingId.entrySet().stream()
        .filter(entry -> entry.getValue().isKnown())
        .map(Map.Entry::copyOf)
        .filter(asked);
  }

  /** How many meetings are on this server, or on their way there. */
  int countOn(String server) {
    return (int)
        byServer.getOrDefault(server, Set.of()).stream()
            .map(byMeetingId::get)
            .filter(known -> known != null && known.isKnown() && known.server().equals(server))
            .count();
  }
}
