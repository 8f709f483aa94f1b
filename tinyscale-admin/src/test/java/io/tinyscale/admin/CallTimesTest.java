package io.tinyscale.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.server.AttemptOutcome;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** How long calls to a server took. */
class CallTimesTest {

  private final CallTimes times = new CallTimes();

  private void call(long millis) {
    times.ended(AttemptOutcome.ANSWERED, TimeUnit.MILLISECONDS.toNanos(millis));
  }

  @Test
  void tellsNothingOfNoCalls() {
    assertThat(times.percentileMillis(95)).isEmpty();
    assertThat(times.failed()).isZero();
  }

  @Test
  void tellsTimesAQuarterTooLongAtWorst() {
    for (int i = 0; i < 90; i++) {
      call(10);
    }
    for (int i = 0; i < 10; i++) {
      call(400);
    }

    assertThat(times.percentileMillis(50).orElseThrow()).isBetween(10L, 13L);
    assertThat(times.percentileMillis(90).orElseThrow()).isBetween(10L, 13L);
    assertThat(times.percentileMillis(95).orElseThrow()).isBetween(400L, 500L);
  }

  @Test
  void tellsOfTheLongestAndOfTheShortestCalls() {
    call(0);
    assertThat(times.percentileMillis(95)).hasValue(1);
    call(10_000_000);
    assertThat(times.percentileMillis(95).orElseThrow()).isGreaterThan(30_000);
  }

  @Test
  void countsFailuresAndNotTheCallersThatLeft() {
    times.ended(AttemptOutcome.NO_ANSWER, 1);
    times.ended(AttemptOutcome.NOT_SENT, 1);
    times.ended(AttemptOutcome.CANCELLED, 1);

    assertThat(times.failed()).isEqualTo(2);
    assertThat(times.percentileMillis(50)).isEmpty();
  }

  @Test
  void forgetsAfterFiveMinutes() {
    call(10);
    times.ended(AttemptOutcome.NO_ANSWER, 1);
    for (int i = 0; i < 4; i++) {
      times.nextMinute();
    }
    assertThat(times.failed()).isOne();
    assertThat(times.percentileMillis(50)).isPresent();

    times.nextMinute();

    assertThat(times.failed()).isZero();
    assertThat(times.percentileMillis(50)).isEmpty();
  }
}
