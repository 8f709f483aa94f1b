package io.tinyscale.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HealthTest {

  private static Health after(Health health, String results, int unhealthy, int healthy) {
    Health now = health;
    for (char result : results.toCharArray()) {
      now = result == '+' ? now.afterPass(healthy) : now.afterFailure(unhealthy, true);
    }
    return now;
  }

  @ParameterizedTest(name = "{0} {1} with {2}/{3}: {4}")
  @CsvSource({
    "UP, -, 2, 2, UP",
    "UP, --, 2, 2, DOWN",
    "UP, -+-, 2, 2, UP",
    "UP, -+--, 2, 2, DOWN",
    "UP, --+, 2, 2, DOWN",
    "UP, --++, 2, 2, UP",
    "UP, --+-+, 2, 2, DOWN",
    "UP, --+-++, 2, 2, UP",
    "UP, -, 1, 1, DOWN",
    "UP, -+, 1, 1, UP",
    "UP, --, 3, 1, UP",
    "UP, ---, 3, 1, DOWN",
    "UP, -----+, 3, 1, UP",
    "DOWN, ++, 2, 3, DOWN",
    "DOWN, +++, 2, 3, UP",
    "DOWN, ++-+++, 2, 3, UP",
    "DOWN, ++-++, 2, 3, DOWN"
  })
  void flipsAfterResultsInARow(
      Health.State state, String results, int unhealthy, int healthy, Health.State expected) {
    Health begin = state == Health.State.UP ? Health.UP : Health.DOWN;

    assertThat(after(begin, results, unhealthy, healthy).state()).isEqualTo(expected);
  }

  @Test
  void resultsThatAgreeWithTheVerdictDoNotCount() {
    assertThat(after(Health.UP, "+".repeat(1000), 2, 2)).isEqualTo(Health.UP);
    assertThat(after(Health.DOWN, "-".repeat(1000), 2, 2)).isEqualTo(Health.DOWN);
  }
}
