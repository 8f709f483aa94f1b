package io.tinyscale.meeting;

import io.tinyscale.body.Stages;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * One running operation per key; those who ask while it runs share its result. Thread-safe.
 *
 * @param <K> what makes operations equal
 * @param <V> their result
 */
final class SingleFlight<K, V> {

  private final ConcurrentHashMap<K, CompletableFuture<V>> flights = new ConcurrentHashMap<>();

  /** How many operations are running. */
  int inFlight() {
    return flights.size();
  }

  /** Joins the running operation with this key, or starts it. */
  CompletionStage<V> run(K key, Supplier<CompletionStage<V>> operation) {
    CompletableFuture<V> flight = new CompletableFuture<>();
    CompletableFuture<V> running = flights.putIfAbsent(key, flight);
    if (running != null) {
      return running;
    }
    Stages.started(operation)
        .whenComplete(
            (result, failure) -> {
              // Removed first: a question asked after the answer must not get it.
              flights.remove(key, flight);
              if (failure == null) {
                flight.complete(result);
              } else {
                flight.completeExceptionally(failure);
              }
            });
    return flight;
  }
}
