package io.tinyscale.meeting;

import io.tinyscale.body.Stages;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * Operations that callers with the same key share while they run. A caller joins no operation that
 * is too old for it: its result may rest on what was true before the caller came. Thread-safe.
 *
 * @param <K> what makes operations equal
 * @param <V> their result
 */
final class SingleFlight<K, V> {

  /** The youngest operation of each key. */
  private final ConcurrentHashMap<K, Flight<V>> flights = new ConcurrentHashMap<>();

  private final AtomicInteger count = new AtomicInteger();

  /** A running operation. */
  private static final class Flight<V> {

    private final CompletableFuture<V> result = new CompletableFuture<>();
    private final long begun;

    Flight(long begun) {
      this.begun = begun;
    }
  }

  /** How many operations are running. */
  int inFlight() {
    return count.get();
  }

  /**
   * Joins the running operation with this key, or starts one.
   *
   * @param now on the scale of {@link System#nanoTime()}
   * @param notBefore the earliest begin of an operation that may be joined
   */
  CompletionStage<V> run(K key, long now, long notBefore, Supplier<CompletionStage<V>> operation) {
    Flight<V> mine = new Flight<>(now);
    Flight<V> running =
        flights.compute(key, (same, old) -> old != null && old.begun - notBefore >= 0 ? old : mine);
    if (running != mine) {
      return running.result;
    }
    count.incrementAndGet();
    Stages.started(operation)
        .whenComplete(
            (result, failure) -> {
              // Removed first: a question asked after the answer must not get it.
              flights.remove(key, mine);
              count.decrementAndGet();
              if (failure == null) {
                mine.result.complete(result);
              } else {
                mine.result.completeExceptionally(failure);
              }
            });
    return mine.result;
  }
}
