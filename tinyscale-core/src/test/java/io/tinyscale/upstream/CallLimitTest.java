package io.tinyscale.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class CallLimitTest {

  private final List<String> told = new ArrayList<>();

  private CallLimit of(int most) {
    return new CallLimit(
        most,
        overload ->
            told.add(
                overload.isOver()
                    ? "relieved " + overload.refused()
                    : "overloaded " + overload.most()));
  }

  private static boolean enter(CallLimit limit, int times) {
    boolean all = true;
    for (int i = 0; i < times; i++) {
      all &= limit.enter();
    }
    return all;
  }

  @Test
  void hasTheGivenNumberOfPlaces() {
    CallLimit limit = of(4);

    assertThat(enter(limit, 4)).isTrue();
    assertThat(limit.enter()).isFalse();
    limit.leave();
    assertThat(limit.enter()).isTrue();
    assertThat(limit.enter()).isFalse();
  }

  @Test
  void tellsOfAnOverloadOnceAndOfItsEndWhenAQuarterIsFree() {
    CallLimit limit = of(8);
    enter(limit, 8);
    assertThat(told).as("full is not too full").isEmpty();

    enter(limit, 3);
    assertThat(told).containsExactly("overloaded 8");
    limit.leave();
    enter(limit, 2);
    assertThat(told).containsExactly("overloaded 8");
    limit.leave();
    limit.leave();

    assertThat(told).containsExactly("overloaded 8", "relieved 4");
    enter(limit, 3);
    assertThat(told).containsExactly("overloaded 8", "relieved 4", "overloaded 8");
  }

  @Test
  void reportsWhenAllCallsHaveEnded() {
    CallLimit limit = of(4);
    assertThat(limit.allLeft().toCompletableFuture()).isDone();
    enter(limit, 2);

    CompletableFuture<Void> left = limit.allLeft().toCompletableFuture();
    limit.leave();
    assertThat(left).isNotDone();
    limit.leave();

    assertThat(left).isDone();
  }

  @Test
  void worksWithASinglePlace() {
    CallLimit limit = of(1);

    enter(limit, 2);
    limit.leave();

    assertThat(told).containsExactly("overloaded 1", "relieved 1");
    assertThatIllegalArgumentException().isThrownBy(() -> of(0));
  }

  @Test
  void neverExceedsItsPlacesUnderConcurrency() throws Exception {
    CallLimit limit = new CallLimit(3, overload -> {});
    AtomicInteger inside = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    CountDownLatch begin = new CountDownLatch(1);
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      List<Future<?>> all = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        all.add(
            threads.submit(
                () -> {
                  begin.await();
                  for (int round = 0; round < 20_000; round++) {
                    if (limit.enter()) {
                      most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                      inside.decrementAndGet();
                      limit.leave();
                    }
                  }
                  return null;
                }));
      }
      begin.countDown();
      for (Future<?> one : all) {
        one.get();
      }
    } finally {
      threads.shutdownNow();
    }

    assertThat(most.get()).isBetween(1, 3);
    assertThat(limit.taken()).isZero();
  }
}
