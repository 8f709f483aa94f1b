package io.tinyscale.observe;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The last events of the log, in memory: what a person wants to see who has no log at hand. Details
 * of single calls, which the log has at its level debug, are not kept. Thread-safe.
 */
public final class RecentEvents {

  /** How many events are kept; the oldest go first. */
  public static final int MOST = 1_000;

  private final InstantSource clock;

  /** The oldest first; guarded by this. */
  private final Deque<Event> events = new ArrayDeque<>();

  /** The number of the last event; guarded by this. */
  private long last;

  /**
   * One event.
   *
   * @param id rises by one from event to event, from 1
   * @param level {@code INFO}, {@code WARN} or {@code ERROR}
   * @param name such as {@code server.down}
   * @param fields in the order of the log's line
   */
  public record Event(
      long id, Instant time, String level, String name, Map<String, String> fields) {

    /** Copies the fields. */
    public Event {
      fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
    }
  }

  /** Keeps no event yet. */
  public RecentEvents(InstantSource clock) {
    this.clock = clock;
  }

  synchronized void add(String level, String name, Map<String, String> fields) {
    last++;
    events.addLast(new Event(last, clock.instant(), level, name, fields));
    if (events.size() > MOST) {
      events.removeFirst();
    }
  }

  /** The number of the last event; 0 before the first one. */
  public synchronized long last() {
    return last;
  }

  /**
   * The events after the one with this number, the oldest first, as far as they are kept. A number
   * that was never given out is one of an earlier process: then all events are new.
   *
   * @param most how many; the newest are left out if there are more
   */
  public synchronized List<Event> after(long id, int most) {
    long known = id > last ? 0 : id;
    return events.stream().filter(event -> event.id() > known).limit(most).toList();
  }

  /**
   * The last events, the newest first.
   *
   * @param most how many
   */
  public synchronized List<Event> newest(int most) {
    List<Event> newest = new ArrayList<>(Math.min(most, events.size()));
    events
        .descendingIterator()
        .forEachRemaining(
            event -> {
              if (newest.size() < most) {
                newest.add(event);
              }
            });
    return List.copyOf(newest);
  }
}
