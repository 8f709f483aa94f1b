package io.tinyscale.bench.placement;

import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * The figures of all runs.
 *
 * @param firstSeed the seed of the first term of each row
 * @param givenSeeds how many terms each row has; 0 for as many as its scenario says
 */
record Results(Map<Experiment, Figures> runs, long firstSeed, int givenSeeds) {

  /** How many terms each row of a scenario has. */
  int seeds(Scenario scenario) {
    return givenSeeds > 0 ? givenSeeds : scenario.seeds();
  }

  /** The medians of a row over its terms. */
  Figures median(Scenario scenario, Cell cell) {
    return Figures.median(of(scenario, cell));
  }

  /** The least and the greatest value of a row. */
  double[] range(Scenario scenario, Cell cell, ToDoubleFunction<Figures> figure) {
    double[] sorted = of(scenario, cell).stream().mapToDouble(figure).sorted().toArray();
    return new double[] {sorted[0], sorted[sorted.length - 1]};
  }

  private List<Figures> of(Scenario scenario, Cell cell) {
    return cell.experiments(firstSeed, seeds(scenario)).stream().map(this::run).toList();
  }

  private Figures run(Experiment experiment) {
    Figures figures = runs.get(experiment);
    if (figures == null) {
      throw new IllegalStateException("not run: " + experiment);
    }
    return figures;
  }

  /** What must hold in a scenario. */
  List<Expectation> judge(Scenario scenario) {
    return scenario.judge().apply(cell -> median(scenario, cell));
  }

  /** Whether everything holds that must hold. */
  boolean hold(List<Scenario> scenarios) {
    return scenarios.stream()
        .flatMap(scenario -> judge(scenario).stream())
        .allMatch(Expectation::holds);
  }
}
