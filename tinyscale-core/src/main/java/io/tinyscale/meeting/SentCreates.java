package io.tinyscale.meeting;

import io.tinyscale.tenant.MeetingId;
import java.net.URI;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * The creates that were sent to servers lately, answered or not. Holds a bounded number, the oldest
 * go first. Thread-safe.
 */
final class SentCreates {

  static final int MOST = 20_000;

  /** Much longer than a create may take effect after it was sent. */
  private static final long LIFE = Duration.ofHours(1).toNanos();

  /** A server and the meeting that it was told to make. */
  private record Sent(URI server, MeetingId meetingId) {}

  private final LongSupplier nanoClock;

  /** To the time when it was sent last, in that order. */
  private final Map<Sent, Long> times = new LinkedHashMap<>();

  SentCreates(LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
  }

  /** A create is about to be sent to the server at this address. */
  synchronized void add(URI server, MeetingId meetingId) {
    long now = nanoClock.getAsLong();
    Sent sent = new Sent(server, meetingId);
    times.remove(sent);
    times.put(sent, now);
    Iterator<Long> oldest = times.values().iterator();
    while (oldest.hasNext() && (now - oldest.next() >= LIFE || times.size() > MOST)) {
      oldest.remove();
    }
  }

  /** Whether a create was sent to the server at this address within the last hour. */
  synchronized boolean contains(URI server, MeetingId meetingId) {
    Long time = times.get(new Sent(server, meetingId));
    return time != null && nanoClock.getAsLong() - time < LIFE;
  }

  /** How many are remembered. */
  synchronized int size() {
    return times.size();
  }
}
