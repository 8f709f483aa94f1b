package io.tinyscale.meeting;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class SingleFlightTest {

  private final SingleFlight<String, Integer> flights = new SingleFlight<>();
  private final List<CompletableFuture<Integer>> started = new ArrayList<>();

  private CompletableFuture<Integer> run(String key) {
    return flights
        .run(
            key,
            () -> {
              started.add(new CompletableFuture<>());
              return started.get(started.size() - 1);
            })
        .toCompletableFuture();
  }

  @Test
  void equalOperationsShareOneResult() {
    CompletableFuture<Integer> first = run("a");
    CompletableFuture<Integer> second = run("a");
    CompletableFuture<Integer> other = run("b");

    started.get(0).complete(1);

    assertThat(started).hasSize(2);
    assertThat(first).isCompletedWithValue(1);
    assertThat(second).isCompletedWithValue(1);
    assertThat(other).isNotDone();
  }

  @Test
  void aCallAfterTheAnswerStartsAgain() {
    run("a");
    started.get(0).complete(1);

    run("a");

    assertThat(started).hasSize(2);
  }

  @Test
  void aCallFromWithinTheAnswerStartsAgain() {
    CompletableFuture<Integer> first = run("a");
    first.thenAccept(one -> run("a"));

    started.get(0).complete(1);

    assertThat(started).hasSize(2);
  }

  @Test
  void aFailureIsSharedAndForgotten() {
    CompletableFuture<Integer> first = run("a");

    started.get(0).completeExceptionally(new IllegalStateException());
    run("a");

    assertThat(first).isCompletedExceptionally();
    assertThat(started).hasSize(2);
  }

  @Test
  void anOperationThatThrowsAtItsStartBlocksNoLaterCall() {
    CompletionStage<Integer> failed =
        flights.run(
            "a",
            () -> {
              throw new IllegalStateException();
            });

    CompletableFuture<Integer> next = run("a");
    started.get(0).complete(1);

    assertThat(failed.toCompletableFuture()).isCompletedExceptionally();
    assertThat(next).isCompletedWithValue(1);
  }
}
