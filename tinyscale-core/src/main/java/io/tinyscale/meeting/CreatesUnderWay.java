package io.tinyscale.meeting;

import io.tinyscale.tenant.MeetingId;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The creates that are on their way to servers. A server that denies a meeting meanwhile may make
 * it the next moment. Thread-safe.
 */
final class CreatesUnderWay {

  private final ConcurrentHashMap<Way, Integer> counts = new ConcurrentHashMap<>();

  /** From us to a server, for the creates of one meeting. */
  private record Way(MeetingId meetingId, String server) {}

  /**
   * A create sets out.
   *
   * @return to be run when its outcome is known; running it twice does no harm
   */
  Runnable begin(MeetingId meetingId, String server) {
    Way way = new Way(meetingId, server);
    counts.merge(way, 1, Integer::sum);
    AtomicBoolean isOver = new AtomicBoolean();
    return () -> {
      if (isOver.compareAndSet(false, true)) {
        counts.computeIfPresent(way, (same, count) -> count > 1 ? count - 1 : null);
      }
    };
  }

  /** Whether a create for a meeting is on its way to a server. */
  boolean contains(MeetingId meetingId, String server) {
    return !counts.isEmpty() && counts.containsKey(new Way(meetingId, server));
  }
}
