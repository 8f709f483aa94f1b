package io.tinyscale.gateway;

import io.tinyscale.bbb.ApiCall;
import io.tinyscale.bbb.ApiError;
import io.tinyscale.body.Body;
import io.tinyscale.body.HeldBytes;
import io.tinyscale.body.Stages;
import io.tinyscale.call.Answer;
import io.tinyscale.call.Answers;
import io.tinyscale.observe.ReadSource;
import io.tinyscale.tenant.MeetingId;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Lets equal read-only calls share one answer: those in flight at the same time, and those that
 * come within a short while after it. A change of a meeting makes its answers void at once. Answers
 * of up to 1 MiB are shared; a longer or slower answer goes to the caller who asked first.
 * Thread-safe.
 */
final class SharedReads {

  /** Stands for the meeting where a call is about all of them. */
  static final MeetingId LISTS = MeetingId.NONE;

  /** Polls have short parameters. Longer calls are not shared, which keeps the keys small. */
  static final int LONGEST_PARAMETERS = 8 << 10;

  /**
   * What makes calls equal.
   *
   * @param meetingId the meeting they are about, or {@link #LISTS}
   */
  record Key(String tenant, String call, String parameters, MeetingId meetingId) {

    /** Its share of the memory, ASCII as it is but for the meeting's id. */
    long bytes() {
      return call.length() + parameters.length() + 2L * meetingId.text().length();
    }
  }

  /** An answer to come. */
  private static final class Reading {

    /** Done with the answer for the caller who asked first. */
    private final CompletableFuture<Answer> answer = new CompletableFuture<>();

    /** When it was asked for, on the clock's scale. */
    private final long begun;

    /** The same answer for all others, if it can be shared; set before the future is done. */
    private volatile @Nullable Answer forOthers;

    /** Whether somebody else waits; guarded by the lock of all readings. */
    private boolean awaited;

    Reading(long begun) {
      this.begun = begun;
    }
  }

  /** One call that may share the answer of another. */
  @FunctionalInterface
  interface Sharer {

    /**
     * Asks, because there is no answer to share. The answer may serve many callers, so no caller's
     * departure may end it.
     */
    CompletionStage<Answer> ask();

    /** Is told that the call gets this answer of another call. */
    default void shares(Answer answer) {}
  }

  private final UnaryOperator<MeetingId> directory;
  private final long lifeNanos;
  private final LongSupplier nanoClock;
  private final HeldBytes room;
  private final Consumer<ReadSource> told;

  // All below is guarded by this.

  /** The answers to come, by meeting, so that one meeting's can be made void together. */
  private final Map<MeetingId, Map<Key, Reading>> inFlight = new HashMap<>();

  private final KeptAnswers kept;

  /**
   * Keeps nothing yet.
   *
   * @param life how long an answer is used again; zero: only calls in flight are shared
   * @param directory the id under which the directory knows a meeting: the external one, also if a
   *     call named the internal one
   * @param nanoClock as {@link System#nanoTime()}
   * @param room for streamed answers that are gathered; without room they are not shared
   * @param told is told where each answer comes from
   */
  SharedReads(
      Duration life,
      UnaryOperator<MeetingId> directory,
      LongSupplier nanoClock,
      HeldBytes room,
      Consumer<ReadSource> told) {
    this.told = told;
    this.room = room;
    this.directory = directory;
    this.lifeNanos = life.toNanos();
    this.nanoClock = nanoClock;
    this.kept = new KeptAnswers(life, nanoClock);
  }

  /** The answer to a call: a shared one, or the one that the call asks for. */
  CompletionStage<Answer> answer(Key key, Sharer call) {
    if (key.parameters().length() > LONGEST_PARAMETERS) {
      told.accept(ReadSource.ASKED);
      return call.ask();
    }
    Reading mine = new Reading(nanoClock.getAsLong());
    Optional<Answer> ready;
    Reading shared;
    synchronized (this) {
      ready = kept.find(key);
      shared = ready.isPresent() ? mine : join(key, mine);
    }
    if (ready.isPresent()) {
      told.accept(ReadSource.REUSED);
      call.shares(ready.get());
      return CompletableFuture.completedStage(ready.get());
    }
    if (shared != mine) {
      return shared.answer.thenCompose(answer -> sharedOrOwn(call, shared));
    }
    told.accept(ReadSource.ASKED);
    Stages.started(call::ask)
        .whenComplete(
            (answer, bug) -> {
              if (bug != null) {
                end(key, mine, null);
                mine.answer.completeExceptionally(bug);
              } else if (isWorthGathering(mine, answer.body())) {
                gather(key, mine, answer);
              } else {
                end(key, mine, answer);
                mine.answer.complete(answer);
              }
            });
    return mine.answer;
  }

  /** The reading that a call joins; its own if there is none to join. Under the lock. */
  private Reading join(Key key, Reading mine) {
    Reading shared =
        inFlight
            .computeIfAbsent(key.meetingId(), id -> new HashMap<>())
            .merge(key, mine, this::joined);
    shared.awaited |= shared != mine;
    return shared;
  }

  private CompletionStage<Answer> sharedOrOwn(Sharer call, Reading shared) {
    Answer forOthers = shared.forOthers;
    if (forOthers == null) {
      told.accept(ReadSource.ASKED);
      return call.ask();
    }
    told.accept(ReadSource.COALESCED);
    call.shares(forOthers);
    return CompletableFuture.completedStage(forOthers);
  }

  /** Whether an answer is streamed, not known to be too long, and of use to others. */
  private boolean isWorthGathering(Reading mine, Body body) {
    if (body.bytes().isPresent() || body.length() > KeptAnswers.LARGEST) {
      return false;
    }
    synchronized (this) {
      return lifeNanos > 0 || mine.awaited;
    }
  }

  private void gather(Key key, Reading mine, Answer answer) {
    Gathering.of(answer.body(), room, nanoClock)
        .whenComplete(
            (gathered, failure) -> {
              if (failure != null) {
                // It broke off before a byte of it went out.
                Answer failed = Answers.failed(ApiCall.named(key.call()), ApiError.INTERNAL);
                mine.forOthers = failed;
                end(key, mine, null);
                mine.answer.complete(failed);
              } else {
                end(key, mine, answer.with(gathered.whole()));
                mine.answer.complete(answer.with(gathered.first()));
              }
            });
  }

  /** A call joins no reading that began longer before it than an answer is used again. */
  private Reading joined(Reading running, Reading mine) {
    return mine.begun - running.begun <= lifeNanos ? running : mine;
  }

  /** Makes every answer about a meeting void, and every list. */
  synchronized void invalidate(MeetingId meetingId) {
    drop(meetingId, false);
  }

  /**
   * Makes void what one user more changes: all but that a meeting is running. While a class joins,
   * the polls of all who wait are not relayed anew for each of them.
   */
  synchronized void invalidateByJoin(MeetingId meetingId) {
    drop(meetingId, true);
  }

  private void drop(MeetingId meetingId, boolean exceptRunning) {
    inFlight.remove(meetingId);
    kept.drop(meetingId, exceptRunning);
    inFlight.remove(LISTS);
    kept.drop(LISTS, false);
  }

  private synchronized void end(Key key, Reading mine, @Nullable Answer answer) {
    Map<Key, Reading> ofMeeting = inFlight.get(key.meetingId());
    // False if the meeting was invalidated, or a younger reading began, while we were reading.
    boolean valid = ofMeeting != null && ofMeeting.remove(key, mine);
    if (ofMeeting != null && ofMeeting.isEmpty()) {
      inFlight.remove(key.meetingId());
    }
    Optional<byte[]> whole = answer == null ? Optional.empty() : answer.body().bytes();
    if (answer == null || whole.isEmpty()) {
      return;
    }
    mine.forOthers = answer;
    // A call that was the first to name a meeting by its internal id was counted under that id:
    // nothing would void its answer when the meeting ends.
    if (valid && directory.apply(key.meetingId()).equals(key.meetingId())) {
      kept.keep(key, answer, whole.get(), mine.begun);
    }
  }
}
