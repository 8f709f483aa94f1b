package io.tinyscale.body;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Bounds the memory that several holders take together. A holder that gets none is refused at once;
 * there is no queue. Thread-safe, without a lock.
 */
public final class HeldBytes {

  private final long most;
  private final AtomicLong held = new AtomicLong();
  private volatile Runnable whenRefused = () -> {};

  /** Room for so many bytes. */
  public HeldBytes(long most) {
    this.most = most;
  }

  /**
   * Runs an action each time a holder gets none, from now on and instead of an earlier one.
   *
   * @param action must neither block nor throw; runs on any thread
   */
  public void whenRefused(Runnable action) {
    whenRefused = action;
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
    whenRefused.run();
    return false;
  }

  /** Gives bytes back. */
  public void giveBack(long bytes) {
    held.addAndGet(-bytes);
  }

  /** How many bytes can be taken in all. */
  public long most() {
    return most;
  }

  /** How many bytes are taken. */
  public long held() {
    return held.get();
  }
}
