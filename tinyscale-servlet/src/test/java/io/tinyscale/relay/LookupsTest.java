package io.tinyscale.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LookupsTest {

  private final Queue<Runnable> threads = new ArrayDeque<>();
  private final List<String> done = new ArrayList<>();
  private final Lookups lookups = new Lookups(threads::add);

  private void add(String name, int number) {
    lookups.run(name, () -> done.add(name + number));
  }

  private void runAll() {
    for (Runnable thread = threads.poll(); thread != null; thread = threads.poll()) {
      thread.run();
    }
  }

  @Test
  void looksUpFourTimesTheSameNameAndAnyOthers() {
    for (int i = 0; i < 6; i++) {
      add("a", i);
    }
    add("b", 0);
    assertThat(threads).hasSize(5);

    runAll();

    assertThat(done).containsExactlyInAnyOrder("a0", "a1", "a2", "a3", "a4", "a5", "b0");
  }

  /** Nobody asks for the name again. */
  @Test
  void leavesNothingWaitingBehindAMistake() {
    for (int i = 0; i < 4; i++) {
      lookups.run(
          "a",
          () -> {
            throw new IllegalStateException("a mistake");
          });
    }
    add("a", 5);
    add("a", 6);

    for (int i = 0; i < 4; i++) {
      Runnable thread = threads.remove();
      assertThatThrownBy(thread::run).isInstanceOf(IllegalStateException.class);
    }
    runAll();

    assertThat(done).containsExactly("a5", "a6");
  }

  @Test
  void leavesNothingWaitingWhenAllThreadsEndAtOnce() throws Exception {
    ExecutorService real = Executors.newFixedThreadPool(8);
    try {
      Lookups busy = new Lookups(real);
      for (int round = 0; round < 20_000; round++) {
        CountDownLatch all = new CountDownLatch(5);
        for (int i = 0; i < 5; i++) {
          busy.run("a", all::countDown);
        }
        assertThat(all.await(30, TimeUnit.SECONDS)).as("round %d", round).isTrue();
      }
    } finally {
      real.shutdownNow();
    }
  }
}
