package io.tinyscale.bench.placement;

import java.util.List;
import java.util.stream.LongStream;

/**
 * One row of a scenario: a policy under certain conditions, over as many terms as there are seeds.
 *
 * @param label what tells it from other rows of the scenario; empty for the usual conditions
 */
record Cell(String label, Workload workload, Contestant contestant, Conditions conditions) {

  /** The usual conditions. */
  static Cell of(Workload workload, Contestant contestant) {
    return new Cell("", workload, contestant, Conditions.USUAL);
  }

  /** Other conditions. */
  static Cell of(Workload workload, Contestant contestant, String label, Conditions conditions) {
    return new Cell(label, workload, contestant, conditions);
  }

  /** The policy, and what is special about the row. */
  String name() {
    return label.isEmpty() ? contestant.label() : contestant.label() + "; " + label;
  }

  List<Experiment> experiments(long firstSeed, int seeds) {
    return LongStream.range(firstSeed, firstSeed + seeds)
        .mapToObj(seed -> new Experiment(workload, seed, contestant, conditions))
        .toList();
  }
}
