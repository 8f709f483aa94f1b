package io.tinyscale.bench.placement;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** One server of the simulation: the meetings on it and their load. Not thread-safe. */
final class SimulatedServer {

  private final int capacity;
  private final Tally tally;
  private final List<Running> meetings = new ArrayList<>();
  private double load;
  private int users;
  private long since;
  private long overloaded;
  private long minute;
  private int joins;

  SimulatedServer(int capacity, Tally tally) {
    this.capacity = capacity;
    this.tally = tally;
  }

  int capacity() {
    return capacity;
  }

  List<Running> meetings() {
    return Collections.unmodifiableList(meetings);
  }

  double load() {
    return load;
  }

  int users() {
    return users;
  }

  /** The load in relation to the capacity. */
  double fill() {
    return load / capacity;
  }

  void add(Running running, long now) {
    settle(now);
    running.place(meetings.size());
    running.overloadedBefore(overloaded);
    meetings.add(running);
    grow(running.users(), running.load());
  }

  void remove(Running running, long now) {
    settle(now);
    Running last = meetings.remove(meetings.size() - 1);
    if (last != running) {
      meetings.set(running.place(), last);
      last.place(running.place());
    }
    tally.meetingEnded(overloaded - running.overloadedBefore());
    grow(-running.users(), -running.load());
    if (meetings.isEmpty()) {
      // No rounding error outlives the last meeting.
      load = 0;
    }
  }

  /** People came to a meeting here or left it; returns how many came. */
  int changed(Running running, long now) {
    settle(now);
    int users = running.users();
    double before = running.load();
    running.update();
    int more = running.users() - users;
    grow(more, running.load() - before);
    if (more > 0) {
      joined(more, now);
    }
    return Math.max(0, more);
  }

  private void joined(int people, long now) {
    if (minute != now / Term.MINUTE) {
      minute = now / Term.MINUTE;
      joins = 0;
    }
    joins += people;
    tally.joined(100.0 * joins / capacity);
  }

  private void grow(int moreUsers, double more) {
    users += moreUsers;
    load += more;
    if (more > 0) {
      tally.reached(fill());
    }
  }

  /** Counts the time since the last change. */
  void settle(long now) {
    long millis = now - since;
    if (millis > 0 && users > 0) {
      tally.spent(millis, users, load, capacity);
      if (load > capacity) {
        overloaded += millis;
      }
    }
    since = now;
  }
}
