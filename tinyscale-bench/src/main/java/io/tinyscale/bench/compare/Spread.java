package io.tinyscale.bench.compare;

import java.util.Arrays;
import java.util.stream.DoubleStream;

/** The median and the range of several figures. */
record Spread(double median, double min, double max) {

  /** The spread of one or more figures. */
  static Spread of(DoubleStream figures) {
    double[] sorted = figures.sorted().toArray();
    if (sorted.length == 0) {
      throw new IllegalArgumentException("no figures");
    }
    int middle = sorted.length / 2;
    double median =
        sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    return new Spread(median, sorted[0], Arrays.stream(sorted).max().getAsDouble());
  }
}
