package io.tinyscale.placement;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.observe.GatewayObserver;
import io.tinyscale.server.Server;
import io.tinyscale.server.ServerPool;
import io.tinyscale.server.ServerStatus;
import io.tinyscale.upstream.ManualTime;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class KeepingTest {

  private final ManualTime time = new ManualTime();
  private final AtomicInteger kept = new AtomicInteger();
  private final AtomicInteger reported = new AtomicInteger();

  private Keeping keeping(boolean fails) {
    PlacementPolicy policy =
        new PlacementPolicy() {
          @Override
          public Optional<Server> choose(List<ServerStatus> candidates, PlacementRequest request) {
            return Optional.empty();
          }

          @Override
          public void keep() {
            kept.incrementAndGet();
            if (fails) {
              throw new IllegalStateException("an extension's mistake");
            }
          }
        };
    GatewayObserver observer =
        new GatewayObserver() {
          @Override
          public void observerFailed(Class<?> failed, Throwable bug) {
            reported.incrementAndGet();
          }
        };
    return new Keeping(
        new Placer(new ServerPool(List.of(), 1, 1), policy, observer), time, Runnable::run);
  }

  @Test
  void keepsEveryFewMinutesAndAtTheEnd() {
    Keeping keeping = keeping(false);
    keeping.start();
    assertThat(kept).hasValue(0);

    time.advance(Keeping.PAUSE.multipliedBy(3));
    assertThat(kept).hasValue(3);

    keeping.close();
    assertThat(kept).hasValue(4);
    time.advance(Duration.ofHours(1));
    keeping.close();
    assertThat(kept).hasValue(4);
  }

  @Test
  void aPolicyThatFailsIsReportedAndAskedAgain() {
    keeping(true).start();
    time.advance(Keeping.PAUSE.multipliedBy(2));

    assertThat(kept).hasValue(2);
    assertThat(reported).hasValue(2);
  }

  @Test
  void aKeepThatDiesIsRepeated() {
    AtomicInteger tried = new AtomicInteger();
    PlacementPolicy policy =
        new PlacementPolicy() {
          @Override
          public Optional<Server> choose(List<ServerStatus> candidates, PlacementRequest request) {
            return Optional.empty();
          }

          @Override
          public void keep() {
            tried.incrementAndGet();
            throw new LinkageError("half an update");
          }
        };
    Executor work =
        task -> {
          try {
            task.run();
          } catch (LinkageError dead) {
            // The thread dies; the pool starts another one.
          }
        };
    new Keeping(
            new Placer(new ServerPool(List.of(), 1, 1), policy, new GatewayObserver() {}),
            time,
            work)
        .start();
    time.advance(Keeping.PAUSE.multipliedBy(2));

    assertThat(tried).hasValue(2);
  }

  @Test
  void keepsNothingThatWasNotBegun() {
    keeping(false).close();

    assertThat(kept).hasValue(0);
  }
}
