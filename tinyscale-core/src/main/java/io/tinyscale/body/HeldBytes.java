package io.tinyscale.body;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Bounds the memory that several holders take together. A holder that gets none is refused at once;
 * there is no queue. Thread-safe, without a lock.
 */
public final class HeldBytes {

  private final long most;
  private final AtomicLong held = new AtomicLong();

  /** Room for so many bytes. */
  public HeldBytes(long most) {
    this.most = most;
  }

  /**
   * Takes bytes, which must be given back with {@link #giveBack}; false if so many are not free.
   */
  public boolean take(long bytes) {
    long before = held.get();
    while (before + bytes <= most) {
      if (held.compareAndSet(before, before + bytes)) {
        return true;
      }
      before = held.get();
    }
    return false;
  }

  /** Gives bytes back. */
  public void giveBack(long bytes) {
    held.addAndGet(-bytes);
  }

  /** How many bytes are taken. */
  public long held() {
    return held.get();
  }
}
