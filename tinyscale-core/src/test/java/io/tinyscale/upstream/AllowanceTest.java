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

class AllowanceTest {

  private final List<String> told = new ArrayList<>();

  private Allowance of(int most) {
    return new Allowance(
        most,
        new Allowance.Listener() {
          @Override
          public void overloaded(int places) {
            told.add("overloaded " + places);
          }

          @Override
          public void relieved(long refused) {
            told.add("relieved " + refused);
          }
        });
  }

  private static boolean enter(Allowance allowance, int times) {
    boolean all = true;
    for (int i = 0; i < times; i++) {
      all &= allowance.enter();
    }
    return all;
  }

  @Test
  void hasAsManyPlacesAsItSays() {
    Allowance allowance = of(4);

    assertThat(enter(allowance, 4)).isTrue();
    assertThat(allowance.enter()).isFalse();
    allowance.leave();
    assertThat(allowance.enter()).isTrue();
    assertThat(allowance.enter()).isFalse();
  }

  @Test
  void tellsOfAnOverloadOnceAndOfItsEndWhenAQuarterIsFree() {
    Allowance allowance = of(8);
    enter(allowance, 8);
    assertThat(told).as("full is not too full").isEmpty();

    enter(allowance, 3);
    assertThat(told).containsExactly("overloaded 8");
    allowance.leave();
    enter(allowance, 2);
    assertThat(told).containsExactly("overloaded 8");
    allowance.leave();
    allowance.leave();

    assertThat(told).containsExactly("overloaded 8", "relieved 4");
    enter(allowance, 3);
    assertThat(told).containsExactly("overloaded 8", "relieved 4", "overloaded 8");
  }

  @Test
  void tellsWhenAllHaveLeft() {
    Allowance allowance = of(4);
    assertThat(allowance.allLeft().toCompletableFuture()).isDone();
    enter(allowance, 2);

    CompletableFuture<Void> left = allowance.allLeft().toCompletableFuture();
    allowance.leave();
    assertThat(left).isNotDone();
    allowance.leave();

    assertThat(left).isDone();
  }

  @Test
  void knowsASinglePlace() {
    Allowance allowance = of(1);

    enter(allowance, 2);
    allowance.leave();

    assertThat(told).containsExactly("overloaded 1", "relieved 1");
    assertThatIllegalArgumentException().isThrownBy(() -> of(0));
  }

  @Test
  void neverGivesMorePlacesThanThereAreToManyAtOnce() throws Exception {
    Allowance allowance =
        new Allowance(
            3,
            new Allowance.Listener() {
              @Override
              public void overloaded(int places) {}

              @Override
              public void relieved(long refused) {}
            });
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
                    if (allowance.enter()) {
                      most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                      inside.decrementAndGet();
                      allowance.leave();
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
    assertThat(allowance.taken()).isZero();
  }
}
