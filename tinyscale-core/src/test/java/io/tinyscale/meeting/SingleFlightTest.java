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
    return run(key, 0, 0);
  }

  private CompletableFuture<Integer> run(String key, long now, long notBefore) {
    return flights
        .run(
            key,
            now,
            notBefore,
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
  void anOperationThatIsTooOldIsNotJoinedAndRunsOn() {
    CompletableFuture<Integer> old = run("a", 100, 90);
    CompletableFuture<Integer> joined = run("a", 109, 99);
    CompletableFuture<Integer> young = run("a", 111, 101);
    CompletableFuture<Integer> joinedYoung = run("a", 112, 102);
    assertThat(flights.inFlight()).isEqualTo(2);

    started.get(0).complete(1);
    started.get(1).complete(2);

    assertThat(old).isCompletedWithValue(1);
    assertThat(joined).isCompletedWithValue(1);
    assertThat(young).isCompletedWithValue(2);
    assertThat(joinedYoung).isCompletedWithValue(2);
    assertThat(started).hasSize(2);
    assertThat(flights.inFlight()).isZero();
  }

  @Test
  void theEndOfAnOldOperationLeavesTheYoungOneToBeJoined() {
    run("a", 100, 90);
    run("a", 111, 101);

    started.get(0).complete(1);
    run("a", 112, 102);

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
            0,
            0,
            () -> {
              throw new IllegalStateException();
            });

    CompletableFuture<Integer> next = run("a");
    started.get(0).complete(1);

    assertThat(failed.toCompletableFuture()).isCompletedExceptionally();
    assertThat(next).isCompletedWithValue(1);
  }
}
