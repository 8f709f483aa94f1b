package io.tinyscale.gateway;

import io.tinyscale.bbb.ApiCall;
import io.tinyscale.bbb.Bytes;
import io.tinyscale.call.Answer;
import io.tinyscale.gateway.SharedReads.Key;
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
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Answers that serve equal reads for a short while. Bounded by bytes; the oldest go first. Not
 * thread-safe.
 */
final class KeptAnswers {

  private static final byte[] RUNNING = Bytes.of("<running>true</running>");
  private static final long MOST_BYTES = 32 << 20;

  /** Bytes of the largest answer that is shared or kept. */
  static final int LARGEST = 1 << 20;

  /** What a kept answer takes beside its bytes and its key's. */
  private static final long OVERHEAD = 512;

  /**
   * One answer.
   *
   * @param until when it is too old, on the clock's scale
   * @param saysRunning whether it says that the meeting is running, which a join cannot change
   */
  private record Kept(Answer answer, long until, long bytes, boolean saysRunning) {}

  private final long lifeNanos;
  private final LongSupplier nanoClock;

  /** The oldest first. */
  private final Map<Key, Kept> answers = new LinkedHashMap<>();

  /** Which of them are about a meeting: a join must not look through all. */
  private final Map<MeetingId, Set<Key>> ofMeeting = new HashMap<>();

  private long bytes;

  KeptAnswers(Duration life, LongSupplier nanoClock) {
    this.lifeNanos = life.toNanos();
    this.nanoClock = nanoClock;
  }

  Optional<Answer> find(Key key) {
    Kept kept = answers.get(key);
    return kept != null && kept.until - nanoClock.getAsLong() > 0
        ? Optional.of(kept.answer)
        : Optional.empty();
  }

  /**
   * Keeps an answer, unless it is too large.
   *
   * @param body the answer's bytes
   * @param begun when the server was asked: the answer is as old as the question
   */
  void keep(Key key, Answer answer, byte[] body, long begun) {
    long now = nanoClock.getAsLong();
    if (now - begun >= lifeNanos || body.length > LARGEST) {
      return;
    }
    boolean saysRunning =
        key.call().equals(ApiCall.IS_MEETING_RUNNING.name()) && Bytes.contains(body, RUNNING);
    Kept kept =
        new Kept(answer, begun + lifeNanos, OVERHEAD + key.bytes() + body.length, saysRunning);
    remove(key, answers.remove(key));
    answers.put(key, kept);
    ofMeeting.computeIfAbsent(key.meetingId(), id -> new HashSet<>()).add(key);
    bytes += kept.bytes;
    dropOldest(now);
  }

  private void dropOldest(long now) {
    Iterator<Map.Entry<Key, Kept>> oldest = answers.entrySet().iterator();
    while (oldest.hasNext()) {
      Map.Entry<Key, Kept> next = oldest.next();
      if (next.getValue().until - now > 0 && bytes <= MOST_BYTES) {
        return;
      }
      oldest.remove();
      remove(next.getKey(), next.getValue());
    }
  }

  /**
   * Drops the answers about a meeting.
   *
   * @param exceptRunning whether those stay that say that the meeting is running
   */
  void drop(MeetingId meetingId, boolean exceptRunning) {
    for (Key key : List.copyOf(ofMeeting.getOrDefault(meetingId, Set.of()))) {
      Kept kept = answers.get(key);
      if (kept != null && !(exceptRunning && kept.saysRunning)) {
        answers.remove(key);
        remove(key, kept);
      }
    }
  }

  private void remove(Key key, @Nullable Kept kept) {
    if (kept != null) {
      bytes -= kept.bytes;
      ofMeeting.computeIfPresent(
          key.meetingId(), (id, keys) -> keys.remove(key) && keys.isEmpty() ? null : keys);
    }
  }
}
