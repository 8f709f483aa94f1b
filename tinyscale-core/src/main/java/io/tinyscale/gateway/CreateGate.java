package io.tinyscale.gateway;

import io.tinyscale.tenant.MeetingId;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;

/**
 * Lets the creates of one meetingID through one by one while it is open on which server the meeting
 * is to live, and tells until when it is open. Thread-safe.
 */
final class CreateGate {

  private final ConcurrentHashMap<MeetingId, CompletableFuture<Void>> last =
      new ConcurrentHashMap<>();

  /** The creates that make their meetings now; calls may still go to another copy in the end. */
  private final ConcurrentHashMap<MeetingId, CompletableFuture<Void>> making =
      new ConcurrentHashMap<>();

  private final Executor work;

  /** Lets those who waited go on with these threads, so that a long queue is no deep stack. */
  CreateGate(Executor work) {
    this.work = work;
  }

  /** The right to decide; must be given back. */
  final class Turn {

    private final MeetingId meetingId;
    private final CompletableFuture<Void> over;

    private Turn(MeetingId meetingId, CompletableFuture<Void> over) {
      this.meetingId = meetingId;
      this.over = over;
    }

    /** The create is about to make its meeting: until the turn ends, the copy may be given up. */
    void makes() {
      making.put(meetingId, over);
    }

    /** Lets the next one decide; ending twice does no harm. */
    void end() {
      last.remove(meetingId, over);
      making.remove(meetingId, over);
      over.complete(null);
    }
  }

  /** When the create that makes a meeting now will be over; empty if there is none. */
  Optional<CompletionStage<Void>> making(MeetingId meetingId) {
    return Optional.ofNullable(making.get(meetingId));
  }

  /** Completed once the creates that decide now have decided; empty if none does. */
  Optional<CompletionStage<Void>> settled(MeetingId meetingId) {
    return Optional.ofNullable(last.get(meetingId));
  }

  /** Waits for the turn. */
  CompletionStage<Turn> enter(MeetingId meetingId) {
    Turn turn = new Turn(meetingId, new CompletableFuture<>());
    CompletableFuture<Void> before = last.put(meetingId, turn.over);
    return before == null
        ? CompletableFuture.completedStage(turn)
        : before.thenApplyAsync(ended -> turn, work);
  }
}
