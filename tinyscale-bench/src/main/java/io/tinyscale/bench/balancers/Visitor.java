package io.tinyscale.bench.balancers;

import io.tinyscale.bench.placement.Dice;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One person on the way into a room, and the front end that serves them: it creates the room, or
 * looks whether it is there, and sends the browser to join it. It tries again when something fails.
 * Whoever is thrown out, or loses the server, comes again. Not thread-safe.
 */
final class Visitor {

  private static final int TRIES = 5;
  private static final long MILLI = Duration.ofMillis(1).toNanos();

  private final Room room;
  private final FrontEnd frontEnd;
  private final VirtualTime time;
  private final Dice dice;
  private final String name;

  /** Of which opening of the room the visitor is; after its end nobody of it comes again. */
  private final int opening;

  private int triesLeft = TRIES;
  private long joined;
  private @Nullable VirtualMeeting place;

  Visitor(Room room, FrontEnd frontEnd, VirtualTime time, Dice dice, String name) {
    this.room = room;
    this.frontEnd = frontEnd;
    this.time = time;
    this.dice = dice;
    this.name = name;
    this.opening = room.opening();
  }

  /** Comes through a front end that creates the room before each join. */
  void comeWithCreate() {
    if (!isExpected()) {
      return;
    }
    frontEnd.create(
        room,
        isMade -> {
          if (isMade) {
            // The browser loads a page of the front end first.
            time.after(between(100, 600), this::join);
          } else {
            again(this::comeWithCreate);
          }
        });
  }

  /** Comes through a front end that waits until the room is there. */
  void comeWithQuestion() {
    if (!isExpected()) {
      return;
    }
    frontEnd.ask(
        room,
        isThere -> {
          if (isThere) {
            time.after(between(100, 600), this::join);
          } else {
            again(this::comeWithQuestion);
          }
        });
  }

  /** Nobody comes twice, or to an opening of the room that has ended. */
  private boolean isExpected() {
    return place == null && opening == room.opening();
  }

  private void again(Runnable way) {
    if (--triesLeft > 0) {
      time.after(between(1000, 3000), way);
    }
  }

  private void join() {
    if (!isExpected()) {
      return;
    }
    frontEnd.join(
        room,
        server -> {
          if (server.isEmpty()) {
            again(this::comeWithCreate);
          } else {
            time.after(between(20, 80), () -> arrive(server.get()));
          }
        });
  }

  private void arrive(VirtualServer server) {
    if (server.isCrashed()) {
      again(this::comeWithCreate);
    } else {
      server.whenGoingOn(() -> enter(server));
    }
  }

  private void enter(VirtualServer server) {
    if (!isExpected()) {
      return;
    }
    Optional<VirtualMeeting> entered = server.join(room.id(), this);
    if (entered.isEmpty()) {
      room.note(() -> name + " finds no meeting on " + server.name());
      again(this::comeWithCreate);
      return;
    }
    place = entered.get();
    joined = time.now();
    room.note(() -> name + " is in " + entered.get().internalId() + " on " + server.name());
    room.peopleHaveMoved();
  }

  /** Whether the visitor is in this meeting. */
  boolean isIn(VirtualMeeting meeting) {
    return place == meeting;
  }

  /** The server has lost the meeting. */
  void lost(VirtualMeeting meeting) {
    leave(meeting, between(3000, 10_000));
  }

  /** The server does nothing any more: the browser shows that after a while. */
  void stopped(VirtualMeeting meeting) {
    time.after(
        between(8000, 20_000),
        () -> {
          if (!meeting.server().isRunning()) {
            leave(meeting, between(1000, 5000));
          }
        });
  }

  /** The server has ended the meeting. */
  void sentAway(VirtualMeeting meeting) {
    if (place != meeting) {
      return;
    }
    if (!room.isEndOf(joined)) {
      room.note(() -> name + " is thrown out of " + meeting.internalId());
      room.throwsOut();
    }
    leave(meeting, between(1000, 3000));
  }

  private void leave(VirtualMeeting meeting, long pause) {
    if (place == meeting) {
      place = null;
      triesLeft = TRIES;
      room.peopleHaveMoved();
      time.after(pause, this::comeWithCreate);
    }
  }

  private long between(double leastMillis, double mostMillis) {
    return (long) (dice.between(leastMillis, mostMillis) * MILLI);
  }
}
