package io.tinyscale.gateway;

import io.tinyscale.body.Body;
import io.tinyscale.body.Stages;
import io.tinyscale.call.Answer;
import io.tinyscale.tenant.MeetingId;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Lets equal read-only calls share one answer: those in flight at the same time, and those that
 * come within a short while after it. A change of a meeting makes its answers void at once. Only
 * answers in memory are shared, and only small ones are kept. Thread-safe.
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

  /**
   * An answer to come.
   *
   * @param begun when it was asked for, on the clock's scale
   */
  private record Reading(CompletableFuture<Answer> answer, long begun) {}

  private final UnaryOperator<MeetingId> directory;
  private final long lifeNanos;
  private final LongSupplier nanoClock;

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
   */
  SharedReads(Duration life, UnaryOperator<MeetingId> directory, LongSupplier nanoClock) {
    this.directory = directory;
    this.lifeNanos = life.toNanos();
    this.nanoClock = nanoClock;
    this.kept = new KeptAnswers(life, nanoClock);
  }

  /**
   * The answer to a call: a shared one, or the one that the reading gives.
   *
   * @param reading asks; its answer may serve many callers, so no caller's departure may end it
   */
  CompletionStage<Answer> answer(Key key, Supplier<CompletionStage<Answer>> reading) {
    if (key.parameters().length() > LONGEST_PARAMETERS) {
      return reading.get();
    }
    Reading mine = new Reading(new CompletableFuture<>(), nanoClock.getAsLong());
    Reading shared;
    synchronized (this) {
      Optional<Answer> ready = kept.find(key);
      if (ready.isPresent()) {
        return CompletableFuture.completedStage(ready.get());
      }
      shared =
          inFlight
              .computeIfAbsent(key.meetingId(), id -> new HashMap<>())
              .merge(key, mine, this::joined);
    }
    if (shared != mine) {
      return shared.answer.thenCompose(
          answer ->
              memory(answer).isPresent()
                  ? CompletableFuture.completedStage(answer)
                  : reading.get());
    }
    Stages.started(reading)
        .whenComplete(
            (answer, bug) -> {
              end(key, mine, answer);
              if (bug == null) {
                mine.answer.complete(answer);
              } else {
                mine.answer.completeExceptionally(bug);
              }
            });
    return mine.answer;
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
    // A call that was the first to name a meeting by its internal id was counted under that id:
    // nothing would void its answer when the meeting ends.
    if (valid && answer != null && directory.apply(key.meetingId()).equals(key.meetingId())) {
      memory(answer).ifPresent(body -> kept.keep(key, answer, body));
    }
  }

  private static Optional<byte[]> memory(Answer answer) {
    return answer instanceof Answer.Relay relay
        ? relay.body().bytes()
        : answer instanceof Answer.Document document ? document.body().bytes() : Body.EMPTY.bytes();
  }
}
