package io.tinyscale.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PaceTest {

  private static final long MILLISECOND = 1_000_000;

  @Test
  void anOpenLoopSendsAtItsRate() {
    Pace pace = Pace.open(1_000, 0);

    assertThat(sent(pace, 0)).isEqualTo(1);
    assertThat(sent(pace, MILLISECOND - 1)).isZero();
    assertThat(sent(pace, MILLISECOND)).isEqualTo(1);
    assertThat(sent(pace, 1_000 * MILLISECOND)).isEqualTo(999);
  }

  @Test
  void aRateThatDividesNoSecondDoesNotDrift() {
    Pace pace = Pace.open(7_001, 0);

    assertThat(sent(pace, 3_600_000 * MILLISECOND - 1)).isEqualTo(7_001 * 3_600);
  }

  @Test
  void anOpenLoopCountsFromTheScheduledTime() {
    Pace pace = Pace.open(100, 0);
    List<Long> latencies = new ArrayList<>();

    // One connection; the first answer takes 50 ms, the others none at all.
    long now = 0;
    while (latencies.size() < 6) {
      assertThat(pace.due(now)).isTrue();
      long start = pace.take(now);
      now += latencies.isEmpty() ? 50 * MILLISECOND : 0;
      latencies.add((now - start) / MILLISECOND);
    }

    assertThat(latencies).containsExactly(50L, 40L, 30L, 20L, 10L, 0L);
    assertThat(pace.due(now)).isFalse();
  }

  @Test
  void anOpenLoopTellsTheTimeUntilTheNextRequest() {
    Pace pace = Pace.open(100, 5 * MILLISECOND);

    assertThat(pace.pause(0)).isEqualTo(5 * MILLISECOND);
    pace.take(5 * MILLISECOND);
    assertThat(pace.pause(7 * MILLISECOND)).isEqualTo(8 * MILLISECOND);
    assertThat(pace.pause(20 * MILLISECOND)).isZero();
  }

  @Test
  void anOpenLoopOwesDelayedRequests() {
    Pace pace = Pace.open(100, 0);

    pace.take(0);
    assertThat(pace.owes(10 * MILLISECOND)).isFalse();
    assertThat(pace.owes(10 * MILLISECOND + 1)).isTrue();
  }

  @Test
  void aClosedLoopCountsFromTheTimeOfSending() {
    Pace pace = Pace.closed();

    assertThat(pace.due(7)).isTrue();
    assertThat(pace.take(7)).isEqualTo(7);
    assertThat(pace.owes(Long.MAX_VALUE)).isFalse();
  }

  /** How many requests go out at this time. */
  private static int sent(Pace pace, long now) {
    int sent = 0;
    while (pace.due(now)) {
      pace.take(now);
      sent++;
    }
    return sent;
  }
}
