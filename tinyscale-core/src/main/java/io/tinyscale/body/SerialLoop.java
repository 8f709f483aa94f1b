package io.tinyscale.body;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/**
 * Runs steps one after the other, whichever threads bring the reasons for them. A thread that finds
 * another one in the loop leaves its news where the step looks for them, signals, and goes on: the
 * thread in the loop takes one more look before it leaves. So no news is lost, no two steps run at
 * the same time, and what one step wrote the next one sees. Thread-safe.
 *
 * <p>A signal from within a step is one more look after that step, not a step inside it.
 */
public final class SerialLoop {

  private final BooleanSupplier step;
  private final Executor executor;
  private final Runnable run = this::run;

  /** Signals that nobody has answered yet; the thread that raises it from 0 runs the loop. */
  private final AtomicInteger signals = new AtomicInteger();

  /**
   * A loop on the threads that signal.
   *
   * @param step does one thing and tells whether there may be more to do; must not throw
   */
  public SerialLoop(BooleanSupplier step) {
    this(step, Runnable::run);
  }

  /** A loop on the threads of an executor. */
  public SerialLoop(BooleanSupplier step, Executor executor) {
    this.step = step;
    this.executor = executor;
  }

  /**
   * Something has changed that a step must look at.
   *
   * @throws RejectedExecutionException if the executor takes no work any more; no step will run
   *     again
   */
  public void signal() {
    if (signals.getAndIncrement() == 0) {
      executor.execute(run);
    }
  }

  private void run() {
    int seen = signals.get();
    try {
      do {
        while (step.getAsBoolean()) {
          // Until nothing is left.
        }
        seen = signals.addAndGet(-seen);
      } while (seen > 0);
    } catch (RuntimeException | Error bug) {
      // The next signal must find somebody.
      signals.set(0);
      throw bug;
    }
  }
}
