package io.tinyscale.relay;

import io.tinyscale.body.Body;
import io.tinyscale.body.BodyCollector;
import io.tinyscale.body.Cancellation;
import io.tinyscale.body.HeldBytes;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Gathers a body that is worth nothing after some time: whoever sends it slowly must not hold the
 * room of others.
 */
final class BodyInTime {

  private BodyInTime() {}

  /**
   * Gathers a body as {@link BodyCollector} does.
   *
   * @param time how long; then the body fails with a {@link TimeoutException}, and its room is
   *     given back
   */
  static CompletionStage<byte[]> collect(
      Body body,
      int limit,
      HeldBytes room,
      Cancellation caller,
      ScheduledExecutorService timer,
      Duration time) {
    Cancellation reading = caller.child();
    CompletableFuture<byte[]> whole = new CompletableFuture<>();
    Future<?> alarm =
        timer.schedule(
            () -> {
              reading.cancel();
              whole.completeExceptionally(new TimeoutException());
            },
            time.toNanos(),
            TimeUnit.NANOSECONDS);
    reading.onCancel(() -> alarm.cancel(false));
    BodyCollector.collect(body, limit, room, reading)
        .whenComplete(
            (bytes, failure) -> {
              alarm.cancel(false);
              if (failure == null) {
                whole.complete(bytes);
              } else {
                whole.completeExceptionally(failure);
              }
            });
    return whole;
  }
}
