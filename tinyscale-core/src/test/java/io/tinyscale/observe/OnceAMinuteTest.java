package io.tinyscale.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class OnceAMinuteTest {

  private long now = Long.MAX_VALUE - 5;
  private final OnceAMinute reports = new OnceAMinute(() -> now);

  @Test
  void saysTheFirstAtOnceAndTheOthersOnceAMinute() {
    assertThat(reports.count()).isEqualTo(1);
    assertThat(reports.count()).isZero();
    now += Duration.ofSeconds(60).toNanos() - 1;
    assertThat(reports.count()).isZero();
    now++;
    assertThat(reports.count()).isEqualTo(3);
    assertThat(reports.count()).isZero();
  }
}
