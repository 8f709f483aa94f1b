package io.tinyscale.bench.placement;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ExpectationTest {

  @Test
  void comparesWithAMultiple() {
    assertThat(Expectation.atMost("x", 4, 0.5, 10).line())
        .isEqualTo("PASS x: 4.00, 0.40 times 10.00");
    assertThat(Expectation.atMost("x", 6, 0.5, 10).line()).startsWith("FAIL x");
    assertThat(Expectation.atLeast("x", 6, 0.5, 10).holds()).isTrue();
    assertThat(Expectation.atLeast("x", 4, 0.5, 10).holds()).isFalse();
  }

  @Test
  void valuesMustRise() {
    assertThat(Expectation.rising("x", 1, 2, 3).holds()).isTrue();
    assertThat(Expectation.rising("x", 1, 3, 3).holds()).isFalse();
  }
}
