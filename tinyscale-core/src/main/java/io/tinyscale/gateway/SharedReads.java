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

  private final UnaryOperator<MeetingId> directory;

  // All below is guarded by this.

  /** The answers to come, by meeting, so that one meeting's can be made void together. */
  private final Map<MeetingId, Map<Key, CompletableFuture<Answer>>> inFlight = new HashMap<>();

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
    CompletableFuture<Answer> mine = new CompletableFuture<>();
    CompletableFuture<Answer> other;
    synchronized (this) {
      Optional<Answer> ready = kept.find(key);
      if (ready.isPresent()) {
        return CompletableFuture.completedStage(ready.get());
      }
      other =
          inFlight.computeIfAbsent(key.meetingId(), id -> new HashMap<>()).putIfAbsent(key, mine);
    }
    if (other != null) {
      return other.thenCompose(
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
                mine.complete(answer);
              } else {
                mine.completeExceptionally(bug);
              }
            });
    return mine;
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

  private synchronized void end(Key key, CompletableFuture<Answer> mine, @Nullable Answer answer) {
    Map<Key, CompletableFuture<Answer>> ofMeeting = inFlight.get(key.meetingId());
    // False if the meeting was invalidated while we were reading.
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
