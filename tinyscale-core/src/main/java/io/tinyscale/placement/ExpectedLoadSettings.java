package io.tinyscale.placement;

import io.tinyscale.config.Checks;
import io.tinyscale.config.ConfigException;
import io.tinyscale.config.ConfigKey;
import io.tinyscale.config.ConfigValues;
import io.tinyscale.config.Units;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Optional;

/**
 * What {@link ExpectedLoad} assumes of meetings. The unit of load is one user without a camera.
 *
 * @param reserve what a meeting of unknown size is expected to need
 * @param settle how long a meeting grows after its create; then it needs what its users need
 * @param video what each camera on a page costs for each user; 0 counts users only
 */
public record ExpectedLoadSettings(int reserve, Duration settle, double video) {

  /** What applies unless an operator says otherwise. */
  public static final ExpectedLoadSettings DEFAULT = read(ConfigValues.defaults());

  private static final int MOST_RESERVE = 10_000;
  private static final int MOST_VIDEO = 10;

  /**
   * Checks the ranges.
   *
   * @throws ConfigException if a value is out of its range
   */
  public ExpectedLoadSettings {
    new Checks()
        .number(ConfigKey.PLACEMENT_RESERVE, reserve, 0, MOST_RESERVE)
        .duration(ConfigKey.PLACEMENT_SETTLE, settle, Duration.ZERO)
        .that(
            video >= 0 && video <= MOST_VIDEO,
            ConfigKey.PLACEMENT_VIDEO,
            Double.toString(video),
            "from 0 to " + MOST_VIDEO,
            "Choose a value in this range; the default is 0.2.")
        .refuse();
  }

  static ExpectedLoadSettings read(ConfigValues values) {
    return new ExpectedLoadSettings(
        values.number(ConfigKey.PLACEMENT_RESERVE),
        values.duration(ConfigKey.PLACEMENT_SETTLE),
        values.value(
            ConfigKey.PLACEMENT_VIDEO,
            ExpectedLoadSettings::decimal,
            "a number such as 0.2, or 0 to count users only"));
  }

  private static Optional<Double> decimal(String text) {
    return text.matches("[0-9]{1,9}(\\.[0-9]{1,9})?")
        ? Optional.of(Double.valueOf(text))
        : Optional.empty();
  }

  /** The values as an operator writes them. */
  @Override
  public String toString() {
    return "reserve="
        + reserve
        + " settle="
        + Units.text(settle)
        + " video="
        + BigDecimal.valueOf(video).stripTrailingZeros().toPlainString();
  }
}
