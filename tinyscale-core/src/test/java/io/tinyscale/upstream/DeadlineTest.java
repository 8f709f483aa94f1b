package io.tinyscale.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class DeadlineTest {

  private final ManualTime time = new ManualTime();

  @Test
  void holdsAcrossTheEndOfTheNanoScale() {
    Deadline deadline = Deadline.in(Duration.ofSeconds(20), time::nanos);

    assertThat(deadline.nanos()).isNegative();
    assertThat(deadline.remainingNanos(time::nanos)).isEqualTo(20_000_000_000L);

    time.advance(Duration.ofSeconds(19));
    assertThat(deadline.remainingNanos(time::nanos)).isEqualTo(1_000_000_000L);

    time.advance(Duration.ofSeconds(2));
    assertThat(deadline.remainingNanos(time::nanos)).isZero();
  }
}
