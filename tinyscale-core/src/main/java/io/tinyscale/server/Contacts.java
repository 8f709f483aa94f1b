package io.tinyscale.server;

import java.net.URI;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The contact with each server, by its address: a server that gets another name, or leaves the pool
 * and comes back, stays the same machine. Thread-safe.
 */
public final class Contacts {

  /**
   * A longer time without a {@link #tick} is a pause of our own: the machine, or the process, stood
   * still, and what was silent meanwhile was not heard.
   */
  public static final Duration LONGEST_GAP = Duration.ofMillis(1500);

  private final Wakefulness wakefulness = new Wakefulness();

  /** An address that leaves the pool leaves some bytes here. */
  private final ConcurrentHashMap<URI, Contact> byAddress = new ConcurrentHashMap<>();

  /** The contact with a server. */
  public Contact with(Server server) {
    Contact known = byAddress.get(server.api());
    return known == null
        ? byAddress.computeIfAbsent(server.api(), address -> new Contact(wakefulness))
        : known;
  }

  /**
   * Shows that this process runs. To be called at short intervals, on the scale of {@link
   * System#nanoTime()}; if it never is, every time counts as waking.
   */
  public void tick(long now) {
    wakefulness.tick(now);
  }

  /** When this process ran, and when it stood still. */
  static final class Wakefulness {

    private boolean ticks;
    private long last;
    private boolean paused;
    private long resumed;

    private synchronized void tick(long now) {
      if (isGap(now)) {
        paused = true;
        resumed = now;
      }
      ticks = true;
      last = now;
    }

    private boolean isGap(long now) {
      return ticks && now - last > LONGEST_GAP.toNanos();
    }

    /** The later of a time and the end of the last pause, which may not have been noticed yet. */
    synchronized long since(long begun, long now) {
      if (isGap(now)) {
        return now;
      }
      return paused && resumed - begun > 0 ? resumed : begun;
    }
  }
}
