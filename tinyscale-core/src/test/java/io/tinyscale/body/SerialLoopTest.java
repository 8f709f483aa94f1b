package io.tinyscale.body;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SerialLoopTest {

  @Test
  void takesStepsUntilNothingIsLeft() {
    Queue<String> news = new ArrayDeque<>(List.of("a", "b", "c"));
    List<String> seen = new ArrayList<>();
    SerialLoop loop =
        new SerialLoop(
            () -> {
              String next = news.poll();
              return next != null && seen.add(next);
            });

    loop.signal();

    assertThat(seen).containsExactly("a", "b", "c");
  }

  @Test
  void aSignalWithinAStepCausesOneMoreStep() {
    List<String> seen = new ArrayList<>();
    SerialLoop[] loop = new SerialLoop[1];
    loop[0] =
        new SerialLoop(
            () -> {
              int number = seen.size();
              seen.add("begins");
              if (number == 0) {
                loop[0].signal();
              }
              seen.add("ends");
              return false;
            });

    loop[0].signal();

    assertThat(seen).containsExactly("begins", "ends", "begins", "ends");
  }

  @ParameterizedTest(name = "{0} threads")
  @ValueSource(ints = {2, 4, 16})
  void losesNoSignalAndOverlapsNoSteps(int threads) throws Exception {
    int signals = 20_000;
    AtomicInteger news = new AtomicInteger();
    AtomicInteger inside = new AtomicInteger();
    AtomicInteger overlaps = new AtomicInteger();
    // Not atomic on purpose: the next step must see the writes of the last step.
    int[] taken = new int[1];
    SerialLoop loop =
        new SerialLoop(
            () -> {
              if (inside.incrementAndGet() > 1) {
                overlaps.incrementAndGet();
              }
              int some = news.getAndSet(0);
              taken[0] += some;
              inside.decrementAndGet();
              return some > 0;
            });
    CountDownLatch start = new CountDownLatch(1);
    List<Thread> all = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      Thread thread =
          new Thread(
              () -> {
                try {
                  start.await();
                } catch (InterruptedException e) {
                  return;
                }
                for (int signal = 0; signal < signals; signal++) {
                  news.incrementAndGet();
                  loop.signal();
                }
              });
      thread.start();
      all.add(thread);
    }

    start.countDown();
    for (Thread thread : all) {
      thread.join();
    }

    assertThat(taken[0]).isEqualTo(threads * signals);
    assertThat(overlaps).hasValue(0);
  }

  @Test
  void runsOnTheExecutorOnceForManySignals() {
    List<Runnable> handed = new ArrayList<>();
    AtomicInteger looks = new AtomicInteger();
    SerialLoop loop =
        new SerialLoop(
            () -> {
              looks.incrementAndGet();
              return false;
            },
            handed::add);

    loop.signal();
    loop.signal();
    loop.signal();

    assertThat(handed).hasSize(1);
    assertThat(looks).hasValue(0);
    handed.get(0).run();
    assertThat(looks).hasValue(1);
    loop.signal();
    assertThat(handed).hasSize(2);
  }

  @Test
  void tellsThatTheExecutorTakesNoMoreWork() {
    SerialLoop loop =
        new SerialLoop(
            () -> false,
            task -> {
              throw new RejectedExecutionException("closed");
            });

    assertThatThrownBy(loop::signal).isInstanceOf(RejectedExecutionException.class);
  }

  @Test
  void goesOnAfterAStepThatThrew() {
    AtomicInteger looks = new AtomicInteger();
    SerialLoop loop =
        new SerialLoop(
            () -> {
              if (looks.incrementAndGet() == 1) {
                throw new IllegalStateException("a bug");
              }
              return false;
            });

    assertThatThrownBy(loop::signal).isInstanceOf(IllegalStateException.class);
    loop.signal();

    assertThat(looks).hasValue(2);
  }
}
