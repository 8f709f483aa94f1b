package io.tinyscale.bench.placement;

import java.util.List;
import java.util.function.Function;

/**
 * Policies under the same terms, and what must hold of their figures.
 *
 * @param name such as P1
 * @param title what is simulated
 * @param seeds how many terms each row gets unless the command line says otherwise
 * @param judge makes the expectations of the figures of the rows
 */
record Scenario(
    String name,
    String title,
    int seeds,
    List<Cell> cells,
    Function<Function<Cell, Figures>, List<Expectation>> judge) {

  Scenario {
    cells = List.copyOf(cells);
  }
}
