package io.tinyscale.bench.soak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class BalancerSettingsTest {

  @Test
  void aSingleBalancerIsSetUpAsUsual() {
    assertThat(new BalancerSettings(1).names()).containsExactly("tinyscale");
    assertThat(new BalancerSettings(1).environment()).isEqualTo(Timing.environment());
  }

  @Test
  void severalBalancersKnowOfEachOther() {
    assertThat(new BalancerSettings(3).names()).containsExactly("a", "b", "c");
    assertThat(new BalancerSettings(3).environment())
        .containsAllEntriesOf(Timing.environment())
        .containsEntry("TINYSCALE_BALANCERS", "several");
  }

  @Test
  void refusesANumberWithoutNames() {
    assertThatThrownBy(() -> new BalancerSettings(0)).hasMessageContaining("1 to 8");
    assertThatThrownBy(() -> new BalancerSettings(9)).hasMessageContaining("1 to 8");
  }
}
