package io.tinyscale.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import io.tinyscale.server.Origin;
import org.junit.jupiter.api.Test;

/** Where the people of a server come from. */
class OriginsTest {

  private final Origins origins = new Origins();

  @Test
  void sumsThePeopleOfEachFrontEnd() {
    origins.add("moodle.example.org", "Moodle", 3);
    origins.add("Moodle.example.org ", "moodle", 4);
    origins.add("", "", 9);

    assertThat(origins.largest())
        .containsExactly(
            entry(new Origin("", ""), 9), entry(new Origin("moodle.example.org", "moodle"), 7));
  }

  @Test
  void showsTheLargestAndOneForTheOthers() {
    for (int i = 1; i <= 23; i++) {
      origins.add("host" + i, "moodle", i);
    }

    assertThat(origins.largest())
        .hasSize(Origins.MOST_SHOWN + 1)
        .containsEntry(new Origin("host23", "moodle"), 23)
        .containsEntry(new Origin("host4", "moodle"), 4)
        .containsEntry(Origin.OTHER, 1 + 2 + 3);
  }

  @Test
  void aFrontEndThatMakesUpHostsFillsNoMemory() {
    for (int i = 0; i < 5_000; i++) {
      origins.add("x".repeat(1_000) + i, "host" + i, 1);
    }

    assertThat(origins.largest()).hasSize(Origins.MOST_SHOWN + 1);
    assertThat(origins.largest().keySet())
        .allSatisfy(origin -> assertThat(origin.server()).hasSizeLessThanOrEqualTo(100));
    assertThat(origins.largest().values().stream().mapToInt(Integer::intValue).sum())
        .isEqualTo(5_000);
  }
}
