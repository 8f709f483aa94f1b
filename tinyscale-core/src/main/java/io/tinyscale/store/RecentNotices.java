package io.tinyscale.store;

import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;

/** Keys of which a notice came moments ago. Thread-safe. */
final class RecentNotices {

  /** Longer than what balancers keep without asking, {@code cache.ttl}, usually is. */
  private static final long KEPT = Duration.ofSeconds(10).toNanos();

  /** Notices kept at a time; the oldest are forgotten first. */
  static final int MOST = 10_000;

  private final LongSupplier nanoClock;
  private final Map<StoreKey, Long> times = new LinkedHashMap<>();
  private volatile boolean some;

  RecentNotices(LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
  }

  synchronized void add(StoreKey key) {
    long now = nanoClock.getAsLong();
    times.remove(key);
    times.put(key, now);
    dropOld(now);
    some = true;
  }

  synchronized void remove(StoreKey key) {
    times.remove(key);
  }

  private void dropOld(long now) {
    Iterator<Long> oldest = times.values().iterator();
    while (oldest.hasNext()) {
      boolean isOld = now - oldest.next() > KEPT;
      if (!isOld && times.size() <= MOST) {
        return;
      }
      oldest.remove();
    }
  }

  /** Whether there was a notice; the key of the id is made only if there may have been one. */
  boolean contains(String id) {
    return some && contains(StoreKey.of(id));
  }

  /** The same, once for each notice. */
  boolean take(String id) {
    if (!some) {
      return false;
    }
    StoreKey key = StoreKey.of(id);
    synchronized (this) {
      boolean isThere = contains(key);
      times.remove(key);
      return isThere;
    }
  }

  private synchronized boolean contains(StoreKey key) {
    dropOld(nanoClock.getAsLong());
    some = !times.isEmpty();
    return times.containsKey(key);
  }
}
