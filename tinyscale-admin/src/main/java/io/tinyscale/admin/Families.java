package io.tinyscale.admin;

import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.tinyscale.server.RoomSizes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Families of series, filled for one scrape. A family without a sample is left out. */
final class Families {

  private final Map<String, GaugeSnapshot.Builder> gauges = new LinkedHashMap<>();
  private final Map<String, CounterSnapshot.Builder> counters = new LinkedHashMap<>();
  private final Map<String, HistogramSnapshot.Builder> rooms = new LinkedHashMap<>();
  private final Map<String, InfoSnapshot.Builder> infos = new LinkedHashMap<>();

  /** Labels that are alone, by name and value. */
  private final Map<String, Map<String, Labels>> single = new HashMap<>();

  /**
   * The labels of many series are those of their server alone: they are checked and sorted once.
   */
  private Labels of(String... labels) {
    if (labels.length != 2) {
      return Labels.of(labels);
    }
    return single
        .computeIfAbsent(labels[0], first -> new HashMap<>())
        .computeIfAbsent(labels[1], first -> Labels.of(labels));
  }

  /** A value that goes up and down. */
  void gauge(String name, String help, double value, String... labels) {
    gauges
        .computeIfAbsent(name, first -> GaugeSnapshot.builder().name(name).help(help))
        .dataPoint(
            GaugeSnapshot.GaugeDataPointSnapshot.builder().value(value).labels(of(labels)).build());
  }

  /** A sum; its name is without {@code _total}. */
  void counter(String name, String help, double value, String... labels) {
    counters
        .computeIfAbsent(name, first -> CounterSnapshot.builder().name(name).help(help))
        .dataPoint(
            CounterSnapshot.CounterDataPointSnapshot.builder()
                .value(value)
                .labels(of(labels))
                .build());
  }

  /** A sample whose labels are what it tells; its name is without {@code _info}. */
  void info(String name, String help, String... labels) {
    infos
        .computeIfAbsent(name, first -> InfoSnapshot.builder().name(name).help(help))
        .dataPoint(InfoSnapshot.InfoDataPointSnapshot.builder().labels(of(labels)).build());
  }

  /**
   * How many rooms of each size there are now.
   *
   * @param bounds how many of the bounds of sizes are shown; the rest is one bucket
   */
  void rooms(String name, String help, RoomSizes sizes, int bounds, String... labels) {
    List<Number> counts = new ArrayList<>(sizes.rooms().subList(0, bounds));
    counts.add(sizes.rooms().stream().skip(bounds).mapToInt(Integer::intValue).sum());
    List<Double> upper = new ArrayList<>();
    RoomSizes.BOUNDS.stream().limit(bounds).forEach(bound -> upper.add(bound.doubleValue()));
    upper.add(Double.POSITIVE_INFINITY);
    rooms
        .computeIfAbsent(
            name, first -> HistogramSnapshot.builder().name(name).help(help).gaugeHistogram(true))
        .dataPoint(
            HistogramSnapshot.HistogramDataPointSnapshot.builder()
                .classicHistogramBuckets(ClassicHistogramBuckets.of(upper, counts))
                .sum(sizes.sum())
                .labels(of(labels))
                .build());
  }

  /** All that was filled in. */
  MetricSnapshots snapshots() {
    MetricSnapshots.Builder all = MetricSnapshots.builder();
    add(all, gauges, GaugeSnapshot.Builder::build);
    add(all, counters, CounterSnapshot.Builder::build);
    add(all, rooms, HistogramSnapshot.Builder::build);
    add(all, infos, InfoSnapshot.Builder::build);
    return all.build();
  }

  private static <B> void add(
      MetricSnapshots.Builder all, Map<String, B> families, Function<B, MetricSnapshot> build) {
    families.values().forEach(family -> all.metricSnapshot(build.apply(family)));
  }
}
