package io.tinyscale.admin;

import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.datapoints.DistributionDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.tinyscale.observe.ClaimResult;

/** Counts the questions to the store that balancers share. Thread-safe. */
final class StoreCounts {

  /** A store is asked over a fast network, and given up after a part of a second. */
  private static final double[] BOUNDS = {.0005, .001, .0025, .005, .01, .025, .05, .1, .2, .5, 1};

  private final CounterDataPoint[] claims = new CounterDataPoint[ClaimResult.values().length];
  private final DistributionDataPoint duration;

  StoreCounts(Series series) {
    Counter byResult =
        series.counter(
            "tinyscale_claims",
            "Questions to the shared store where a create goes, by what came of them.",
            "result");
    for (ClaimResult result : ClaimResult.values()) {
      claims[result.ordinal()] = byResult.labelValues(result.word());
    }
    duration =
        series.histogram(
            "tinyscale_store_duration_seconds",
            "Time from a claim's question to the shared store to its answer.",
            BOUNDS);
  }

  void claimed(ClaimResult result) {
    claims[result.ordinal()].inc();
  }

  /** The store was asked; a question that it did not answer has no time. */
  void asked(long nanos, boolean answered) {
    if (answered) {
      duration.observe(nanos / Series.NANOS_PER_SECOND);
    }
  }
}
