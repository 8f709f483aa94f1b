package io.tinyscale.body;

import java.util.ArrayList;
import java.util.List;

/**
 * Tells running work that nobody waits for it any more: the caller left, or its deadline passed.
 * Thread-safe; cancelled once, for good.
 */
public final class Cancellation {

  private final List<Runnable> actions = new ArrayList<>(2);
  private boolean cancelled;

  /** A cancellation that follows this one but can also come alone. */
  public Cancellation child() {
    Cancellation child = new Cancellation();
    onCancel(child::cancel);
    return child;
  }

  /**
   * Runs the action when the cancellation comes, on the thread that brings it, or at once if it has
   * come already. An action should be short, must not throw, and may come after its work is done.
   */
  public void onCancel(Runnable action) {
    synchronized (this) {
      if (!cancelled) {
        actions.add(action);
        return;
      }
    }
    action.run();
  }

  /** Cancels; a second call does nothing. */
  public void cancel() {
    List<Runnable> due;
    synchronized (this) {
      if (cancelled) {
        return;
      }
      cancelled = true;
      due = List.copyOf(actions);
      actions.clear();
    }
    due.forEach(Runnable::run);
  }

  /** Whether the cancellation has come. */
  public synchronized boolean isCancelled() {
    return cancelled;
  }
}
