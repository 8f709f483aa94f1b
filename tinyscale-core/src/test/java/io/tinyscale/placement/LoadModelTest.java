package io.tinyscale.placement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.time.Instant;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LoadModelTest {

  private static final Offset<Double> EXACTLY = within(1e-9);

  private final LoadModel model = new LoadModel(ExpectedLoadSettings.DEFAULT);

  private double cost(int users, int cameras) {
    return model.cost(LoadScene.held(users, cameras, Instant.EPOCH, 0, false, 0));
  }

  @ParameterizedTest
  @CsvSource({
    "12, 0, -1, 0, 5, 34.5",
    "10, 8, -1, 0, 5, 42.5",
    "40, 0, 150, 0, 5, 150",
    "40, 0, 150, 0, 25, 40",
    "3, 0, -1, 8, 10, 8.6",
    "200, 0, 150, 0, 5, 200",
    "12, 0, -1, 0, 20, 12"
  })
  void expectsWhatThePolicyOfLoadSays(
      int users, int cameras, double known, int maxUsers, int minutes, double expected) {
    assertThat(
            model.expected(
                cost(users, cameras),
                known,
                maxUsers,
                false,
                Duration.ofMinutes(minutes).toNanos()))
        .isCloseTo(expected, EXACTLY);
  }

  @Test
  void expectsNoMoreOfABreakoutRoomThanItHas() {
    assertThat(model.expected(3, 150, 0, true, 0)).isEqualTo(3);
  }

  @ParameterizedTest
  @CsvSource({"10, 0, 10", "10, 1, 12", "10, 5, 20", "10, 60, 20", "0, 9, 0"})
  void camerasCostEachUserUpToFive(int users, int cameras, double cost) {
    assertThat(cost(users, cameras)).isCloseTo(cost, EXACTLY);
  }
}
