package io.tinyscale.balancer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tinyscale.observe.GatewayObserver;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ThreadsTest {

  private final List<String> heard = new CopyOnWriteArrayList<>();
  private final Threads threads =
      Threads.start(
          new GatewayObserver() {
            @Override
            public void outOfMemory(OutOfMemoryError error) {
              heard.add(error.getMessage());
            }
          });

  @AfterEach
  void end() {
    threads.end().run();
  }

  private static void starve(String where) {
    throw new OutOfMemoryError(where);
  }

  @Test
  void tellsOfWorkWithoutMemory() {
    threads.work().execute(() -> starve("work"));
    await().untilAsserted(() -> assertThat(heard).containsExactly("work"));

    threads.sweeps().execute(() -> starve("sweep"));
    await().untilAsserted(() -> assertThat(heard).containsExactly("work", "sweep"));
  }

  @Test
  void tellsOfAnActionWithoutMemoryAndRunsTheNextOne() {
    threads.timer().schedule(() -> starve("timer"), 1, TimeUnit.MILLISECONDS);
    threads.timer().schedule(() -> heard.add("next"), 2, TimeUnit.MILLISECONDS);

    await().untilAsserted(() -> assertThat(heard).containsExactly("timer", "next"));
  }

  @Test
  void tellsNothingOfAnotherFailure() {
    threads
        .timer()
        .schedule(
            () -> {
              throw new IllegalStateException("broken");
            },
            1,
            TimeUnit.MILLISECONDS);
    threads.timer().schedule(() -> heard.add("next"), 2, TimeUnit.MILLISECONDS);

    await().untilAsserted(() -> assertThat(heard).containsExactly("next"));
  }
}
