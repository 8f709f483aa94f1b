package io.tinyscale.admin;

import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.OpenMetricsTextFormatWriter;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.instrumentation.jvm.JvmGarbageCollectorMetrics;
import io.prometheus.metrics.instrumentation.jvm.JvmMemoryMetrics;
import io.prometheus.metrics.instrumentation.jvm.JvmRuntimeInfoMetric;
import io.prometheus.metrics.instrumentation.jvm.JvmThreadsMetrics;
import io.prometheus.metrics.instrumentation.jvm.ProcessMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.tinyscale.balancer.BalancerStatus;
import io.tinyscale.body.Body;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.stream.Collectors;

/** The library for metrics, with its series and formats. Thread-safe. */
final class Registry {

  private final PrometheusRegistry series = new PrometheusRegistry();
  private final PrometheusRegistry exporter = new PrometheusRegistry();
  private final EventCounts counts = new EventCounts(new Series(series), new Series(exporter));
  private boolean withJvm;

  /** Counts events. */
  EventCounts counts() {
    return counts;
  }

  /** The text of all series. */
  synchronized Exposition scrape(
      BalancerStatus status, boolean ready, AdminCounts door, String accept) {
    if (!withJvm) {
      // The management beans take a while to load, too: nobody needs them before.
      registerJvm();
      withJvm = true;
    }
    keepOnlyServersOf(status);
    return text(all(StatusSeries.of(status, ready, door), series), accept);
  }

  /** The text of the servers' series under the names of bigbluebutton-exporter. */
  synchronized Exposition scrapeServers(BalancerStatus status, String accept) {
    keepOnlyServersOf(status);
    return text(all(ExporterSeries.of(status), exporter), accept);
  }

  private void keepOnlyServersOf(BalancerStatus status) {
    counts.keepOnly(
        status.servers().stream()
            .map(server -> server.status().server().name())
            .collect(Collectors.toSet()));
  }

  private static MetricSnapshots all(MetricSnapshots ofStatus, PrometheusRegistry counted) {
    MetricSnapshots.Builder all = MetricSnapshots.builder();
    ofStatus.forEach(all::metricSnapshot);
    counted.scrape().forEach(all::metricSnapshot);
    return all.build();
  }

  private void registerJvm() {
    ProcessMetrics.builder().register(series);
    JvmMemoryMetrics.builder().register(series);
    JvmGarbageCollectorMetrics.builder().register(series);
    JvmThreadsMetrics.builder().register(series);
    JvmRuntimeInfoMetric.builder().register(series);
  }

  private static Exposition text(MetricSnapshots all, String accept) {
    ExpositionFormatWriter writer =
        accept.contains("application/openmetrics-text")
            ? OpenMetricsTextFormatWriter.create()
            : PrometheusTextFormatWriter.create();
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    try {
      writer.write(text, all, EscapingScheme.UNDERSCORE_ESCAPING);
    } catch (IOException e) {
      throw new UncheckedIOException("a text in memory cannot be written", e);
    }
    return new Exposition(writer.getContentType(), Body.of(text.toByteArray()));
  }
}
