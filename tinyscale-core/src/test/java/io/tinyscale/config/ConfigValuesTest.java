package io.tinyscale.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ConfigValuesTest {

  /** A section like those of the features. */
  private record Pace(Duration first, Duration second) {

    Pace {
      new Checks()
          .duration(ConfigKey.HEALTH_INTERVAL, first)
          .duration(ConfigKey.HEALTH_TIMEOUT, second, Duration.ofSeconds(1))
          .shorter(ConfigKey.HEALTH_TIMEOUT, second, ConfigKey.HEALTH_INTERVAL, first)
          .refuse();
    }

    static Pace read(ConfigValues values) {
      return new Pace(
          values.duration(ConfigKey.HEALTH_INTERVAL),
          values.duration(ConfigKey.HEALTH_TIMEOUT, Duration.ofSeconds(5)));
    }
  }

  @Test
  void aSectionWithoutSettingsHasTheDefaultsOfTheCatalogue() {
    assertThat(reading(Map.of()).section(Pace::read))
        .contains(new Pace(Duration.ofSeconds(10), Duration.ofSeconds(5)));
  }

  @Test
  void aCheckOfASectionShowsTheValueAsItWasWrittenAndItsPlace() {
    ConfigValues values = reading(Map.of("tinyscale.health.timeout", "0020ms"));

    assertThat(values.section(Pace::read)).isEmpty();

    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(values::refuseProblems)
        .withMessage(
            "health.timeout: 0020ms in tinyscale.health.timeout, the test (expected: from 1s to"
                + " 24h). Choose a value in this range; the default is 5s, at most half of"
                + " health.interval.");
  }

  @Test
  void aValueThatIsReadTwiceIsOneProblem() {
    ConfigValues values = reading(Map.of("tinyscale.health.timeout", "soon"));

    values.section(Pace::read);
    values.section(Pace::read);

    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(values::refuseProblems)
        .satisfies(e -> assertThat(e.problems()).hasSize(1));
  }

  @Test
  void aCheckThatHidesAValueKeepsItHidden() {
    ConfigValues values = reading(Map.of("tinyscale.secret", "4711"));

    values.check(
        () ->
            new Checks()
                .that(false, ConfigKey.SECRET, "***", "a longer secret", "Make another one.")
                .refuse());

    assertThatExceptionOfType(ConfigException.class)
        .isThrownBy(values::refuseProblems)
        .withMessage("secret: *** (expected: a longer secret). Make another one.");
  }

  @Test
  void readingsWithoutProblemsAreNotRefused() {
    ConfigValues values = reading(Map.of("tinyscale.health.timeout", "2s"));

    assertThat(values.section(Pace::read))
        .contains(new Pace(Duration.ofSeconds(10), Duration.ofSeconds(2)));
    values.refuseProblems();
  }

  private static ConfigValues reading(Map<String, String> settings) {
    return new ConfigValues(List.of(ConfigSource.properties("the test", settings)));
  }
}
