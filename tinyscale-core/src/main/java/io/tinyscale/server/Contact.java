package io.tinyscale.server;

import java.time.Duration;

/**
 * Since when one server address gives no answer of BBB, and since when it refuses connections.
 * Learns from every question and call to that address. Thread-safe.
 *
 * <p>Silence is counted from the beginning of the first question without an answer, or from the
 * last answer if that is later. Any answer of BBB ends it: also FAILED, a list that breaks off, or
 * an error of BBB itself. A time in which this process stood still does not count. All times are on
 * the scale of {@link System#nanoTime()}.
 */
public final class Contact {

  /** Written by each answer: nothing but this happens on the way of a call that is answered. */
  private volatile long answered;

  /** Whether the server is silent; changed under the lock of this, and read without it. */
  private volatile boolean silent;

  // All below is guarded by this.
  private boolean everAnswered;
  private long silentSince;
  private boolean refusing;
  private long refusingSince;

  private final Contacts.Wakefulness wakefulness;

  Contact(Contacts.Wakefulness wakefulness) {
    this.wakefulness = wakefulness;
  }

  /** BBB has answered on this address. */
  public void answered(long now) {
    answered = now;
    if (silent || !everAnswered) {
      endSilence();
    }
  }

  private synchronized void endSilence() {
    everAnswered = true;
    silent = false;
    refusing = false;
  }

  /**
   * A question has no answer of BBB: so far, or at all.
   *
   * @param asked when it began
   * @param refused whether the connection was refused
   */
  public synchronized void unanswered(long asked, boolean refused) {
    long begun = everAnswered && answered - asked > 0 ? answered : asked;
    if (!silent) {
      silent = true;
      silentSince = begun;
    }
    if (refused) {
      if (!refusing) {
        refusing = true;
        refusingSince = begun;
      }
    } else if (refusing && asked - refusingSince > 0) {
      // A question that began before the first refusal says nothing of the time since.
      refusing = false;
    }
  }

  /** Whether the last word is silence. */
  public boolean isSilent() {
    return silent;
  }

  /** Whether BBB has answered since then, or at that very time. */
  public synchronized boolean hasAnsweredSince(long since) {
    return everAnswered && answered - since >= 0;
  }

  /** For how long the address has given no answer of BBB; zero unless it is silent. */
  public synchronized Duration silentFor(long now) {
    return silent
        ? Duration.ofNanos(Math.max(0, now - wakefulness.since(silentSince, now)))
        : Duration.ZERO;
  }

  /** For how long the address has refused every connection; zero unless it refuses them. */
  public synchronized Duration refusingFor(long now) {
    return silent && refusing
        ? Duration.ofNanos(Math.max(0, now - wakefulness.since(refusingSince, now)))
        : Duration.ZERO;
  }
}
