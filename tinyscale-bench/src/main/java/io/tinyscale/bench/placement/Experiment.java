package io.tinyscale.bench.placement;

/** One run: a policy, a term and the conditions. */
record Experiment(Workload workload, long seed, Contestant contestant, Conditions conditions) {

  /** What decides which term it is; runs with equal terms share one. */
  record TermKey(Workload workload, long seed, boolean idsRecur) {

    Trace trace() {
      return Term.of(workload, seed, idsRecur);
    }
  }

  TermKey term() {
    return new TermKey(workload, seed, conditions.idsRecur());
  }
}
