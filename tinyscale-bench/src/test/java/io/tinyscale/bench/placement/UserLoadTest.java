package io.tinyscale.bench.placement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class UserLoadTest {

  @Test
  void aMeetingWithoutCamerasIsItsUsers() {
    assertThat(UserLoad.of(200, 0, 1, false)).isEqualTo(200);
  }

  @Test
  void twoPeopleWhoSeeEachOtherAreSixStreams() {
    assertThat(UserLoad.of(2, 2, 1, false)).isCloseTo(2 + 0.2 * 6, within(1e-9));
  }

  @Test
  void viewersSeeFiveCamerasAndModeratorsTwentyFive() {
    int streams = 40 + 39 * 5 + 25;

    assertThat(UserLoad.of(40, 40, 1, false)).isCloseTo(40 + 0.2 * streams, within(1e-9));
  }

  @Test
  void onlyModeratorsSeeTheCamerasOfAnExam() {
    assertThat(UserLoad.of(40, 40, 1, true)).isCloseTo(40 + 0.2 * (40 + 25), within(1e-9));
  }
}
