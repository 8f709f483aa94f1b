package io.tinyscale.admin;

import com.google.gson.stream.JsonWriter;
import io.tinyscale.balancer.Balancer;
import io.tinyscale.health.EndingMeetings;
import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The last works that take longer than a request, the drains' included. Thread-safe. */
final class Operations {

  /** Works that are kept; the oldest go first. */
  static final int MOST = 100;

  /** Who ends the meetings that a drain leaves. */
  private static final String BY_DRAIN = "drain";

  private final Balancer balancer;
  private final InstantSource clock;

  /** The oldest first; guarded by this. */
  private final Deque<Ending> kept = new ArrayDeque<>();

  /** The last one of each server, also if it is not kept any more; guarded by this. */
  private final Map<String, EndingMeetings> seen = new HashMap<>();

  /** The servers of the pool at the last look. */
  private volatile Set<String> lastNames;

  /** The number of the last one; guarded by this. */
  private long last;

  /** The end of all meetings of a server. */
  static final class Ending {

    private final long id;
    private final EndingMeetings meetings;
    private final String by;
    private final Instant startedAt;
    private volatile @Nullable Instant finishedAt;

    private Ending(long id, EndingMeetings meetings, String by, Instant startedAt) {
      this.id = id;
      this.meetings = meetings;
      this.by = by;
      this.startedAt = startedAt;
    }

    String id() {
      return Long.toString(id);
    }

    /** Writes the members. */
    void write(JsonWriter json) throws IOException {
      boolean isDone = meetings.isDone();
      json.name("id").value(id());
      json.name("kind").value("end-meetings");
      json.name("server").value(meetings.server());
      json.name("state").value(isDone ? "finished" : "running");
      json.name("total").value(Math.max(0, meetings.total()));
      json.name("ended").value(meetings.ended());
      json.name("failed").value(meetings.failed());
      json.name("failures").beginArray();
      for (EndingMeetings.Failure failure : meetings.failures()) {
        json.beginObject();
        json.name("meetingID").value(failure.meetingId());
        json.name("cause").value(failure.cause());
        json.endObject();
      }
      json.endArray();
      json.name("cause").value(meetings.cause().isEmpty() ? null : meetings.cause());
      json.name("by").value(by);
      Answers.time(json.name("startedAt"), startedAt);
      Answers.time(json.name("finishedAt"), isDone ? finishedAt : null);
    }
  }

  Operations(Balancer balancer, InstantSource clock) {
    this.balancer = balancer;
    this.clock = clock;
    this.lastNames = names(balancer);
  }

  private static Set<String> names(Balancer balancer) {
    return balancer.status().servers().stream()
        .map(server -> server.status().server().name())
        .collect(Collectors.toUnmodifiableSet());
  }

  /** Ends every meeting of a server; empty if there is no such server. */
  Optional<Ending> endAll(String server, String by) {
    return balancer.meetings().endAll(server).map(meetings -> kept(meetings, by));
  }

  private synchronized Ending kept(EndingMeetings meetings, String by) {
    for (Ending ending : kept) {
      if (ending.meetings == meetings) {
        return ending;
      }
    }
    seen.put(meetings.server(), meetings);
    last++;
    Ending ending = new Ending(last, meetings, by, clock.instant());
    kept.addLast(ending);
    if (kept.size() > MOST) {
      kept.removeFirst();
    }
    meetings.result().whenComplete((done, bug) -> ending.finishedAt = clock.instant());
    return ending;
  }

  /** Takes note of what drains have begun. */
  void look() {
    Set<String> now = names(balancer);
    // A server may have left the pool since the last look, because its drain is over.
    Set<String> names = new HashSet<>(now);
    names.addAll(lastNames);
    lastNames = now;
    for (String name : names) {
      balancer
          .meetings()
          .lastEnd(name)
          .filter(this::isNew)
          .ifPresent(meetings -> kept(meetings, BY_DRAIN));
    }
  }

  private synchronized boolean isNew(EndingMeetings meetings) {
    return seen.get(meetings.server()) != meetings;
  }

  /** All that are kept, the newest first. */
  List<Ending> newest() {
    look();
    synchronized (this) {
      List<Ending> newest = new ArrayList<>(kept.size());
      kept.descendingIterator().forEachRemaining(newest::add);
      return newest;
    }
  }

  /** The one with this id. */
  Optional<Ending> find(String id) {
    return newest().stream().filter(ending -> ending.id().equals(id)).findFirst();
  }
}
