package io.tinyscale.health;

import io.tinyscale.server.Drain;
import io.tinyscale.server.Server;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** How far one drain has come. Not thread-safe. */
final class Draining {

  /** How long before the deadline the rooms are told that their meetings will be ended. */
  private static final List<Duration> WARNINGS =
      List.of(Duration.ofMinutes(15), Duration.ofMinutes(5), Duration.ofMinutes(1));

  private final Server server;
  private final Drain drain;

  /** Sweeps that began earlier do not count; on the scale of {@link System#nanoTime()}. */
  private final long begun;

  /** Until when warnings were given. */
  private Instant warned;

  /** Whether the rooms are to be told now, whatever the time is. */
  private boolean untold;

  /** Whether the server did not say which rooms it has, when they were to be told. */
  private boolean silent;

  private boolean telling;

  /** How many meetings the last complete sweep found; -1 before that. */
  private int meetings = -1;

  /** Whether the last complete sweep found no meeting, and none was on its way. */
  private boolean empty;

  /** Whether the last sweep may have found meetings that were not told to end. */
  private boolean unended;

  /** When the last meeting was told to end; on the scale of {@link System#nanoTime()}. */
  private long ended;

  private boolean ending;
  private boolean overdue;
  private boolean finishing;
  private Instant nextEdit = Instant.MIN;

  /**
   * A drain that begins.
   *
   * @param untold whether its message is to be sent at once
   * @param begun now, on the scale of {@link System#nanoTime()}
   */
  Draining(Server server, boolean untold, Instant now, long begun) {
    this.server = server;
    this.drain = wanted(server);
    this.untold = untold && !drain.message().isEmpty();
    this.warned = now;
    this.begun = begun;
    this.ended = begun;
  }

  private static Drain wanted(Server server) {
    Drain drain = server.drain();
    if (drain == null) {
      throw new IllegalArgumentException(server.name() + " has no drain");
    }
    return drain;
  }

  /** The server as it was when the drain began. */
  Server server() {
    return server;
  }

  Drain drain() {
    return drain;
  }

  /** How many meetings the last complete sweep found; -1 before that. */
  int meetings() {
    return meetings;
  }

  /** Whether a server is this one, with the same drain. */
  boolean isOf(Server other) {
    return drain.equals(other.drain()) && server.api().equals(other.api());
  }

  private boolean isOver(Instant now) {
    Instant deadline = drain.deadline();
    return deadline != null && !now.isBefore(deadline);
  }

  /**
   * Takes a complete sweep, unless it began before the drain.
   *
   * @param expected how many meetings the server is taken to hold, those on their way included
   */
  void swept(int found, int expected, long sweepBegun) {
    if (sweepBegun - begun < 0) {
      return;
    }
    meetings = found;
    empty = found == 0 && expected == 0;
    silent = false;
    // An earlier sweep may list what was told to end while it ran.
    unended |= sweepBegun - ended >= 0;
  }

  /**
   * Begins to tell the rooms, if they are to be told now; several warnings that are due together
   * are one. {@link #told} must follow.
   */
  boolean beginTelling(Instant now) {
    if (drain.message().isEmpty() || telling || silent || isOver(now)) {
      return false;
    }
    boolean due = untold || isWarningDue(now);
    warned = now;
    untold = false;
    telling = due;
    return due;
  }

  private boolean isWarningDue(Instant now) {
    Instant deadline = drain.deadline();
    return deadline != null
        && drain.end()
        && WARNINGS.stream()
            .map(deadline::minus)
            .anyMatch(time -> time.isAfter(warned) && !time.isAfter(now));
  }

  /** The rooms were told; if the server did not list them, they are told after its next sweep. */
  void told(boolean isListed) {
    telling = false;
    silent = !isListed;
    untold |= !isListed;
  }

  /** Whether the deadline is over and meetings are left, for the first time. */
  boolean becomesOverdue(Instant now) {
    boolean first = !overdue && isOver(now) && meetings > 0;
    overdue |= first;
    return first;
  }

  /** Begins to end the meetings that are left, if that is due. {@link #ended} must follow. */
  boolean beginEnding(Instant now) {
    boolean due = drain.end() && isOver(now) && meetings > 0 && unended && !ending;
    if (due) {
      ending = true;
      unended = false;
    }
    return due;
  }

  /**
   * The meetings were told to end. What a sweep found meanwhile may have ended since it began.
   *
   * @param now on the scale of {@link System#nanoTime()}
   */
  void ended(long now) {
    ending = false;
    unended = false;
    ended = now;
  }

  /**
   * Begins the last edit if the server is empty, unless the edit has just been refused. {@link
   * #finished} must follow.
   */
  boolean beginFinishing(Instant now) {
    boolean due = empty && !finishing && !now.isBefore(nextEdit);
    finishing |= due;
    return due;
  }

  /** The last edit is over, and comes again only after that time if it was refused. */
  void finished(Instant next) {
    finishing = false;
    nextEdit = next;
  }
}
