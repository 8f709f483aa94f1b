package io.tinyscale.gateway;

import io.tinyscale.body.Body;
import io.tinyscale.body.BodyBeginning;
import io.tinyscale.body.BodyObserver;
import io.tinyscale.body.Cancellation;
import io.tinyscale.body.HeldBytes;
import io.tinyscale.body.Stages;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Reads a streamed body ahead, so that all of it can be shared: up to 1 MiB, for a second, and as
 * long as there is room. A server that sends slowly keeps no caller waiting. What it read counts as
 * held until the first caller has got it. Thread-safe.
 */
final class Gathering implements BodyBeginning.Enough, BodyObserver {

  /** Longer than a server takes for an answer that is worth sharing. */
  private static final long TIME = TimeUnit.SECONDS.toNanos(1);

  private final HeldBytes room;
  private final LongSupplier nanoClock;
  private final long begun;

  // Guarded by this.
  private long held;

  private Gathering(HeldBytes room, LongSupplier nanoClock) {
    this.room = room;
    this.nanoClock = nanoClock;
    this.begun = nanoClock.getAsLong();
  }

  /**
   * What became of a body.
   *
   * @param first for the first caller, to be read or discarded
   * @param whole for every other caller, in memory; streamed if the body is too long to be shared
   */
  record Gathered(Body first, Body whole) {}

  /**
   * Reads a body as far as it can be shared.
   *
   * @param nanoClock as {@link System#nanoTime()}
   * @return completed exceptionally if the body fails
   */
  static CompletionStage<Gathered> of(Body body, HeldBytes room, LongSupplier nanoClock) {
    Gathering gathering = new Gathering(room, nanoClock);
    return Stages.started(
            () -> BodyBeginning.read(body, KeptAnswers.LARGEST + 1, gathering, new Cancellation()))
        .whenComplete(
            (beginning, failure) -> {
              if (failure != null) {
                gathering.giveBack();
              }
            })
        .thenApply(
            beginning -> new Gathered(beginning.body().observed(gathering), beginning.body()));
  }

  /** Stops where there is no room, or no time left: the body is not shared then. */
  @Override
  public boolean reached(byte[] bytes, int from, int to, int seen) {
    long more = to - from - seen;
    if (nanoClock.getAsLong() - begun > TIME || !room.take(more)) {
      return true;
    }
    synchronized (this) {
      held += more;
    }
    return false;
  }

  private void giveBack() {
    long bytes;
    synchronized (this) {
      bytes = held;
      held = 0;
    }
    room.giveBack(bytes);
  }

  @Override
  public void ended() {
    giveBack();
  }

  @Override
  public void failed(Throwable cause) {
    giveBack();
  }

  @Override
  public void cancelled() {
    giveBack();
  }
}
