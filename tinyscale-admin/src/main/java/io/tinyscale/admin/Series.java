package io.tinyscale.admin;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;

/** Makes families of series that are counted in, all of one kind. */
final class Series {

  static final String SERVER = "server";
  static final double NANOS_PER_SECOND = 1e9;
  static final double MILLIS_PER_SECOND = 1e3;

  private static final double[] SECONDS = {.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30};

  private final PrometheusRegistry registry;

  /** Families of this registry. */
  Series(PrometheusRegistry registry) {
    this.registry = registry;
  }

  /** A sum; its name is without {@code _total}. */
  Counter counter(String name, String help, String... labels) {
    return Counter.builder()
        .name(name)
        .help(help)
        .labelNames(labels)
        .withoutExemplars()
        .register(registry);
  }

  /** A value that goes up and down. */
  Gauge gauge(String name, String help, String... labels) {
    return Gauge.builder()
        .name(name)
        .help(help)
        .labelNames(labels)
        .withoutExemplars()
        .register(registry);
  }

  /** Times in seconds. */
  Histogram seconds(String name, String help, String... labels) {
    return histogram(name, help, SECONDS, labels);
  }

  /** Values, told apart by these bounds. */
  Histogram histogram(String name, String help, double[] bounds, String... labels) {
    return Histogram.builder()
        .name(name)
        .help(help)
        .labelNames(labels)
        .classicOnly()
        .classicUpperBounds(bounds)
        .withoutExemplars()
        .register(registry);
  }
}
