package io.tinyscale.launcher.demo;

import static io.tinyscale.launcher.demo.Story.people;
import static io.tinyscale.launcher.demo.Story.rooms;
import static io.tinyscale.launcher.demo.Story.seconds;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * What becomes of the people of the simulated school after a server has died. All that it tells was
 * asked: each browser loads its page again, and the server knows the person or not. For one thread,
 * the given one.
 */
final class Outage {

  private final Duration died;
  private final SchoolCalls calls;
  private final Story story;
  private final Supplier<Duration> clock;
  private final Executor thread;
  private final List<Attendance> lost = new ArrayList<>();
  private final List<Attendance> connected = new ArrayList<>();
  private final List<Classroom> closed = new ArrayList<>();
  private boolean isKnown;
  private boolean isOver;

  /** Somebody who was in a room when the server died. */
  private record Attendance(Classroom room, Visitor visitor, Seat seat, int losses) {

    static Attendance of(Classroom room, Visitor visitor, Seat seat) {
      return new Attendance(room, visitor, seat, visitor.losses());
    }

    boolean isUnchanged() {
      return visitor.seat().filter(seat::equals).isPresent();
    }

    boolean wasLost() {
      return visitor.losses() > losses;
    }
  }

  Outage(Duration died, SchoolCalls calls, Story story, Supplier<Duration> clock, Executor thread) {
    this.died = died;
    this.calls = calls;
    this.story = story;
    this.clock = clock;
    this.thread = thread;
  }

  /** Finds out who has lost the connection. */
  void begin(List<Classroom> rooms) {
    List<Attendance> all = new ArrayList<>();
    for (Classroom room : rooms) {
      for (Visitor visitor : room.visitors()) {
        visitor.seat().ifPresent(seat -> all.add(Attendance.of(room, visitor, seat)));
      }
    }
    stillIn(all).thenAcceptAsync(in -> tellLosses(all, in), thread);
  }

  /** Has all these browsers load their pages again, and finds those whose servers know them. */
  private CompletionStage<Set<Attendance>> stillIn(List<Attendance> all) {
    CompletionStage<Set<Attendance>> found = CompletableFuture.completedStage(new HashSet<>());
    for (Attendance attendance : all) {
      found =
          found.thenCombine(
              calls.holds(attendance.seat()),
              (in, holds) -> {
                if (holds) {
                  in.add(attendance);
                }
                return in;
              });
    }
    return found;
  }

  private void tellLosses(List<Attendance> all, Set<Attendance> in) {
    Duration now = clock.get();
    for (Attendance attendance : all) {
      if (in.contains(attendance)) {
        connected.add(attendance);
      } else if (attendance.isUnchanged() || attendance.wasLost()) {
        lost.add(attendance);
      }
      // The others left while they were asked: they have lost nothing.
    }
    lost.stream()
        .filter(Attendance::isUnchanged)
        .forEach(attendance -> attendance.visitor().lose(now));
    closed.addAll(roomsOf(lost));
    story.tell(
        String.format(
            "%s in %s lost their connection. %s in %s are still connected.",
            people(lost.size()),
            rooms(closed.size()),
            people(connected.size()),
            rooms(roomsOf(connected).size())));
    isKnown = true;
  }

  private static List<Classroom> roomsOf(List<Attendance> people) {
    return people.stream().map(Attendance::room).distinct().toList();
  }

  /** Tells what is new; returns whether there is nothing more to tell. */
  boolean tick() {
    if (isKnown && !isOver) {
      closed.removeIf(this::tellIfOpen);
      isOver = closed.isEmpty() && lost.stream().allMatch(this::isBack);
      if (isOver) {
        tellReturn();
      }
    }
    return isOver;
  }

  private boolean tellIfOpen(Classroom room) {
    room.server()
        .ifPresent(
            server ->
                story.tell(
                    String.format(
                        "Room \"%s\" is open again on %s, %s after the loss.",
                        room.name(), server, sinceDeath())));
    return room.server().isPresent();
  }

  private boolean isBack(Attendance attendance) {
    return !attendance.visitor().isAwaited(clock.get());
  }

  private void tellReturn() {
    int back = (int) lost.stream().filter(a -> a.visitor().seat().isPresent()).count();
    if (!lost.isEmpty()) {
      story.tell(
          String.format(
              "%s of %s are back in their rooms, %s after the loss%s.",
              back,
              people(lost.size()),
              sinceDeath(),
              back == lost.size() ? "" : "; the others went out meanwhile"));
    }
    if (!connected.isEmpty()) {
      List<Attendance> unchanged = connected.stream().filter(Attendance::isUnchanged).toList();
      stillIn(unchanged).thenAcceptAsync(this::tellConnected, thread);
    }
  }

  private void tellConnected(Set<Attendance> in) {
    int stayed = in.size();
    int lostLater =
        (int)
            connected.stream()
                .filter(a -> a.wasLost() || a.isUnchanged() && !in.contains(a))
                .count();
    int left = connected.size() - stayed - lostLater;
    story.tell(
        String.format(
            "%s of %s on the other servers stayed in their rooms all the time: their browsers' pages still"
                + " answer%s%s.",
            stayed,
            people(connected.size()),
            left == 0 ? "" : "; " + left + " went out of their own accord",
            lostLater == 0 ? "" : "; " + lostLater + " lost their connection later"));
  }

  private String sinceDeath() {
    return seconds(clock.get().minus(died));
  }
}
