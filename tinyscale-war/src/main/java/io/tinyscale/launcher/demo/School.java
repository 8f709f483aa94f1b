package io.tinyscale.launcher.demo;

import static io.tinyscale.launcher.demo.Story.people;
import static io.tinyscale.launcher.demo.Story.rooms;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * A simulated school, whose people meet in rooms behind tinyscale, and what it tells of them. Needs
 * a {@link #tick} a few times a second. For one thread, the given one.
 */
final class School implements ServerWatch.Listener {

  /** So many people come or leave at one tick; it costs two or three calls each. */
  private static final int MOVES = 2;

  /** One room is checked at one of so many ticks. */
  private static final int TICKS_PER_CHECK = 5;

  private final Timetable timetable;
  private final SchoolCalls calls;
  private final Story story;
  private final Supplier<Duration> clock;
  private final Executor thread;
  private final List<Classroom> classrooms = new ArrayList<>();
  private final Set<Classroom> unopened = new HashSet<>();
  private final List<Outage> outages = new ArrayList<>();
  private final Set<String> dead = new HashSet<>();
  private int ticks;
  private boolean isOpen;
  private boolean isFull;

  School(
      Timetable timetable,
      SchoolCalls calls,
      Story story,
      Supplier<Duration> clock,
      Executor thread) {
    this.timetable = timetable;
    this.calls = calls;
    this.story = story;
    this.clock = clock;
    this.thread = thread;
    add(timetable.lessons());
  }

  private void add(List<Lesson> lessons) {
    for (Lesson lesson : lessons) {
      Classroom room = new Classroom(lesson, calls, clock, thread);
      classrooms.add(room);
      unopened.add(room);
    }
  }

  /** Lets people come and go, and tells what is new. */
  void tick() {
    ticks++;
    int moves = MOVES;
    for (int i = 0; i < classrooms.size() && moves > 0; i++) {
      // Each room has the first turn once.
      Classroom room = classrooms.get((ticks + i) % classrooms.size());
      moves -= room.move(moves, server -> !dead.contains(server));
    }
    if (ticks % TICKS_PER_CHECK == 0) {
      classrooms.get(ticks / TICKS_PER_CHECK % classrooms.size()).check();
    }
    tellOpenings();
    outages.removeIf(Outage::tick);
    tellFullRooms();
  }

  private void tellOpenings() {
    Set<Classroom> opened =
        unopened.stream().filter(room -> room.server().isPresent()).collect(Collectors.toSet());
    unopened.removeAll(opened);
    if (isOpen) {
      opened.forEach(
          room ->
              story.tell(
                  "Room \"" + room.name() + "\" opens on " + room.server().orElse("?") + "."));
    } else if (unopened.isEmpty()) {
      isOpen = true;
      story.tell(
          rooms(classrooms.size()) + " are open: " + perServer(false) + ". People are coming.");
    }
  }

  private void tellFullRooms() {
    if (!isFull
        && isOpen
        && outages.isEmpty()
        && clock.get().compareTo(Timetable.FULL) >= 0
        && classrooms.stream().allMatch(Classroom::isComplete)) {
      isFull = true;
      story.tell(
          String.format(
              "%s are in %s: %s. Kill a server now.",
              people(classrooms.stream().mapToInt(Classroom::people).sum()),
              rooms(classrooms.size()),
              perServer(true)));
    }
  }

  /** How many rooms, or people, are on each server. */
  private String perServer(boolean ofPeople) {
    Map<String, Integer> counts = new TreeMap<>();
    for (Classroom room : classrooms) {
      Optional<String> server = room.server();
      server.ifPresent(name -> counts.merge(name, ofPeople ? room.people() : 1, Integer::sum));
    }
    return counts.entrySet().stream()
        .map(count -> count.getValue() + " on " + count.getKey())
        .collect(Collectors.joining(", "));
  }

  @Override
  public void died(String server, Duration when) {
    dead.add(server);
    Outage outage = new Outage(when, calls, story, clock, thread);
    outages.add(outage);
    outage.begin(classrooms);
  }

  @Override
  public void restarted(String server) {
    dead.remove(server);
  }

  /** The next rooms open: they show where new rooms go. */
  @Override
  public void returned(String server) {
    add(timetable.clubs(clock.get()));
  }
}
