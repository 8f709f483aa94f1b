package io.tinyscale.launcher.cli;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Weights in place of load multipliers. In Scalelite a larger multiplier means a weaker server, in
 * tinyscale a larger weight a stronger one: a weight is a common scale divided by the multiplier.
 *
 * @param weights in the order of the multipliers
 * @param areRounded whether no scale makes whole numbers of all
 */
record Weights(List<Integer> weights, boolean areRounded) {

  /** The largest weight of a pool file, which the strongest server gets at most. */
  private static final int HEAVIEST = 1000;

  Weights {
    weights = List.copyOf(weights);
  }

  /** The weights of the smallest scale that makes whole numbers of all, if there is one. */
  static Weights of(List<BigDecimal> multipliers) {
    BigDecimal strongest = Collections.min(multipliers);
    List<BigDecimal> different =
        multipliers.stream().map(BigDecimal::stripTrailingZeros).distinct().toList();
    int heaviest =
        IntStream.rangeClosed(1, HEAVIEST)
            .filter(weight -> isExact(strongest, weight, different))
            .findFirst()
            .orElse(HEAVIEST);
    return new Weights(
        multipliers.stream().map(multiplier -> weight(strongest, heaviest, multiplier)).toList(),
        !isExact(strongest, heaviest, different));
  }

  private static boolean isExact(BigDecimal strongest, int heaviest, List<BigDecimal> multipliers) {
    BigDecimal scale = strongest.multiply(BigDecimal.valueOf(heaviest));
    return multipliers.stream().allMatch(multiplier -> scale.remainder(multiplier).signum() == 0);
  }

  private static int weight(BigDecimal strongest, int heaviest, BigDecimal multiplier) {
    return Math.max(
        1,
        strongest
            .multiply(BigDecimal.valueOf(heaviest))
            .divide(multiplier, 0, RoundingMode.HALF_UP)
            .intValueExact());
  }

  /** The weight of one server, counted from 0. */
  int of(int server) {
    return weights.get(server);
  }
}
