package io.tinyscale.gateway;

import io.tinyscale.bbb.ApiCall;
import io.tinyscale.bbb.Bytes;
import io.tinyscale.body.Body;
import io.tinyscale.body.Stages;
import io.tinyscale.tenant.MeetingId;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Lets equal read-only calls share one answer: those that are under way at the same time, and those
 * that come within a short while after it. What changes a meeting makes its answers void at once.
 * Only answers in memory are shared, and only small ones are kept. Thread-safe.
 */
final class SharedReads {

  /** Stands for the meeting where a call is about all of them. */
  static final MeetingId LISTS = MeetingId.NONE;

  private static final byte[] RUNNING = Bytes.of("<running>true</running>");

  private static final long MOST_BYTES_KEPT = 32 << 20;
  private static final long LARGEST_KEPT = 1 << 20;

  /** Longer parameters are nobody's poll: such calls share nothing, so that keys stay small. */
  static final int LONGEST_PARAMETERS = 8 << 10;

  /** What an answer that is kept takes beside its bytes and its key's. */
  private static final long OVERHEAD = 512;

  /**
   * What makes calls equal.
   *
   * @param meetingId the meeting they are about, or {@link #LISTS}
   */
  record Key(String tenant, String call, String parameters, MeetingId meetingId) {

    /** Its share of the memory, ASCII as it is but for the meeting's id. */
    long bytes() {
      return OVERHEAD + call.length() + parameters.length() + 2L * meetingId.text().length();
    }
  }

  /** One answer, expected or there. */
  private static final class Shared {

    private final CompletableFuture<Answer> answer = new CompletableFuture<>();
    private long until;
    private long bytes;
    private boolean saysRunning;
  }

  private final long lifeNanos;
  private final UnaryOperator<MeetingId> directory;
  private final LongSupplier nanoClock;

  /** The answers to come, by meeting, so that one meeting's can be made void together. */
  private final Map<MeetingId, Map<Key, Shared>> underWay = new HashMap<>();

  /** The answers that are there, oldest first. */
  private final Map<Key, Shared> kept = new LinkedHashMap<>();

  /** Which of them are about a meeting: a join must not look through all. */
  private final Map<MeetingId, Set<Key>> keptOfMeeting = new HashMap<>();

  private long bytesKept;

  /**
   * Keeps nothing yet.
   *
   * @param life how long an answer is used again; zero: only calls under way are shared
   * @param directory the id under which the directory knows a meeting: the external one, also if a
   *     call named the internal one
   * @param nanoClock as {@link System#nanoTime()}
   */
  SharedReads(Duration life, UnaryOperator<MeetingId> directory, LongSupplier nanoClock) {
    this.lifeNanos = life.toNanos();
    this.directory = directory;
    this.nanoClock = nanoClock;
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
    Shared mine = new Shared();
    Optional<Shared> other = join(key, mine);
    if (other.isPresent()) {
      return other
          .get()
          .answer
          .thenCompose(
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

  /** Makes every answer about a meeting void, and every list. */
  synchronized void invalidate(MeetingId meetingId) {
    drop(meetingId, shared -> true);
    drop(LISTS, shared -> true);
  }

  /**
   * Makes void what one user more changes: all but that a meeting is running. While a class joins,
   * the polls of all who wait are not relayed anew for each of them.
   */
  synchronized void invalidateByJoin(MeetingId meetingId) {
    drop(meetingId, shared -> !shared.saysRunning);
    drop(LISTS, shared -> true);
  }

  private void drop(MeetingId meetingId, Predicate<Shared> which) {
    underWay.remove(meetingId);
    for (Key key : List.copyOf(keptOfMeeting.getOrDefault(meetingId, Set.of()))) {
      Shared shared = kept.get(key);
      if (shared != null && which.test(shared)) {
        kept.remove(key);
        remove(key, shared);
      }
    }
  }

  /** The shared answer to wait for; empty if this caller is to ask. */
  private synchronized Optional<Shared> join(Key key, Shared mine) {
    Shared ready = kept.get(key);
    if (ready != null && ready.until - nanoClock.getAsLong() > 0) {
      return Optional.of(ready);
    }
    return Optional.ofNullable(
        underWay.computeIfAbsent(key.meetingId(), id -> new HashMap<>()).putIfAbsent(key, mine));
  }

  private synchronized void end(Key key, Shared mine, @Nullable Answer answer) {
    Map<Key, Shared> ofMeeting = underWay.get(key.meetingId());
    // Somebody else's, or nobody's, if the meeting has changed meanwhile.
    boolean valid = ofMeeting != null && ofMeeting.remove(key, mine);
    if (ofMeeting != null && ofMeeting.isEmpty()) {
      underWay.remove(key.meetingId());
    }
    // A call that was the first to name a meeting by its internal id was counted under that id:
    // nothing would void its answer when the meeting ends.
    valid &= directory.apply(key.meetingId()).equals(key.meetingId());
    if (valid && lifeNanos > 0 && answer != null) {
      memory(answer)
          .filter(body -> body.length() <= LARGEST_KEPT)
          .ifPresent(body -> keep(key, mine, body));
    }
  }

  private void keep(Key key, Shared shared, Body body) {
    long now = nanoClock.getAsLong();
    shared.until = now + lifeNanos;
    shared.bytes = body.length() + key.bytes();
    shared.saysRunning =
        key.call().equals(ApiCall.IS_MEETING_RUNNING.name())
            && body.bytes().filter(bytes -> Bytes.contains(bytes, RUNNING)).isPresent();
    remove(key, kept.remove(key));
    kept.put(key, shared);
    keptOfMeeting.computeIfAbsent(key.meetingId(), id -> new HashSet<>()).add(key);
    bytesKept += shared.bytes;
    Iterator<Map.Entry<Key, Shared>> oldest = kept.entrySet().iterator();
    while (oldest.hasNext()) {
      Map.Entry<Key, Shared> next = oldest.next();
      if (next.getValue().until - now > 0 && bytesKept <= MOST_BYTES_KEPT) {
        return;
      }
      oldest.remove();
      remove(next.getKey(), next.getValue());
    }
  }

  private void remove(Key key, @Nullable Shared shared) {
    if (shared != null) {
      bytesKept -= shared.bytes;
      keptOfMeeting.computeIfPresent(
          key.meetingId(), (id, keys) -> keys.remove(key) && keys.isEmpty() ? null : keys);
    }
  }

  private static Optional<Body> memory(Answer answer) {
    Body body =
        answer instanceof Answer.Relay relay
            ? relay.body()
            : answer instanceof Answer.Document document ? document.body() : Body.EMPTY;
    return Optional.of(body).filter(b -> b.bytes().isPresent());
  }
}
