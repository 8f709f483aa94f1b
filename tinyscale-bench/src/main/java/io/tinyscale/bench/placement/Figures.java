package io.tinyscale.bench.placement;

import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * What one run of a policy over a term comes to, or the medians of several runs.
 *
 * @param overloaded the share of the users' time on servers with more load than capacity, in %
 * @param p99 load in relation to capacity; 1 % of the users' time is worse
 * @param excess the share of the load that is above the capacity of its server, in %
 * @param highest the highest load in relation to capacity
 * @param dailyMaximum the median of the daily maxima of that
 * @param suffered meetings with a minute or more on an overloaded server, in 1000
 * @param jain Jain's index of fairness over the servers, 1 if all are equally full
 * @param worstJoins the most joins within a minute, per 100 users of capacity
 * @param agreement how often another balancer would have chosen the same server, in %
 * @param afterReturn the highest load in relation to capacity in three hours after a server's
 *     return
 * @param minutesToShare minutes until a returned server carries 80 % of the mean; the median
 */
record Figures(
    double overloaded,
    double p99,
    double excess,
    double highest,
    double dailyMaximum,
    double suffered,
    double jain,
    double worstJoins,
    double agreement,
    double afterReturn,
    double minutesToShare) {

  /** The median of each figure. */
  static Figures median(List<Figures> runs) {
    return new Figures(
        median(runs, Figures::overloaded),
        median(runs, Figures::p99),
        median(runs, Figures::excess),
        median(runs, Figures::highest),
        median(runs, Figures::dailyMaximum),
        median(runs, Figures::suffered),
        median(runs, Figures::jain),
        median(runs, Figures::worstJoins),
        median(runs, Figures::agreement),
        median(runs, Figures::afterReturn),
        median(runs, Figures::minutesToShare));
  }

  private static double median(List<Figures> runs, ToDoubleFunction<Figures> figure) {
    return median(runs.stream().mapToDouble(figure).toArray());
  }

  /** The value in the middle; of an even number, the mean of the two in the middle. */
  static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  }
}
