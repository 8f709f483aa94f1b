package io.tinyscale.admin;

import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.datapoints.DistributionDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.Histogram;
import io.tinyscale.observe.SweepOutcome;
import io.tinyscale.server.AttemptOutcome;
import io.tinyscale.server.Server;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/** Counts what happens with each server. Thread-safe. */
final class ServerCounts {

  /** The bounds of bigbluebutton-exporter. */
  private static final double[] LATENCIES = {
    .01, .025, .05, .075, .1, .25, .5, .75, 1, 1.25, 1.5, 1.75, 2, 2.5, 5, 7.5, 10
  };

  private final Counter joins;
  private final Counter placements;
  private final Counter ejections;
  private final Counter sweeps;
  private final Gauge sweepDuration;
  private final Gauge lastSweep;
  private final Gauge listDamaged;
  private final Gauge listUnknown;
  private final Counter attempts;
  private final Histogram attemptDuration;
  private final Histogram latency;

  private final Map<String, OfServer> ofServers = new ConcurrentHashMap<>();

  /**
   * Counts into new series.
   *
   * @param exporter those under the names of bigbluebutton-exporter
   */
  ServerCounts(Series series, Series exporter) {
    joins = series.counter("tinyscale_server_joins", "Joins sent to the server.", Series.SERVER);
    placements =
        series.counter(
            "tinyscale_server_placements", "New meetings that went to the server.", Series.SERVER);
    ejections =
        series.counter(
            "tinyscale_server_ejections",
            "How often the server was taken out because real calls failed.",
            Series.SERVER);
    sweeps =
        series.counter("tinyscale_server_sweeps", "Sweeps of the server.", Series.SERVER, "result");
    sweepDuration =
        series.gauge(
            "tinyscale_server_sweep_duration_seconds",
            "How long the last sweep of the server took.",
            Series.SERVER);
    lastSweep =
        series.gauge(
            "tinyscale_server_last_sweep_timestamp_seconds",
            "When the server last told all its meetings.",
            Series.SERVER);
    listDamaged =
        series.gauge(
            "tinyscale_server_list_damaged",
            "1 if something in the server's last list of meetings had to be mended or left out.",
            Series.SERVER);
    listUnknown =
        series.gauge(
            "tinyscale_server_list_unknown",
            "1 if the server answers, but its list of meetings could not be read the last time.",
            Series.SERVER);
    attempts =
        series.counter(
            "tinyscale_upstream_attempts", "Calls sent to the server.", Series.SERVER, "outcome");
    attemptDuration =
        series.seconds(
            "tinyscale_upstream_duration_seconds",
            "Time from the sending of a call to the head of the server's answer.",
            Series.SERVER);
    latency =
        exporter.histogram(
            "bbb_api_latency",
            "Time that calls of the server's API take.",
            LATENCIES,
            "instance",
            "endpoint",
            "parameters");
  }

  /** The series of one server. */
  private final class OfServer {

    private final String name;
    private final DistributionDataPoint durations;
    private final CounterDataPoint joined;
    private final AtomicReferenceArray<@Nullable CounterDataPoint> outcomes =
        new AtomicReferenceArray<>(AttemptOutcome.values().length);

    /** Whether the pool has had the server; touched by scrapes only. */
    private boolean seen;

    private boolean missed;

    OfServer(String name) {
      this.name = name;
      durations = attemptDuration.labelValues(name);
      joined = joins.labelValues(name);
      of(AttemptOutcome.ANSWERED);
      of(AttemptOutcome.NO_ANSWER);
      placements.initLabelValues(name);
      ejections.initLabelValues(name);
    }

    CounterDataPoint of(AttemptOutcome outcome) {
      CounterDataPoint known = outcomes.get(outcome.ordinal());
      if (known == null) {
        known = attempts.labelValues(name, word(outcome));
        outcomes.set(outcome.ordinal(), known);
      }
      return known;
    }

    void remove() {
      attemptDuration.remove(name);
      joins.remove(name);
      placements.remove(name);
      ejections.remove(name);
      sweepDuration.remove(name);
      lastSweep.remove(name);
      listDamaged.remove(name);
      listUnknown.remove(name);
      attempts.removeIf(labels -> labels.get(0).equals(name));
      sweeps.removeIf(labels -> labels.get(0).equals(name));
      latency.removeIf(labels -> labels.get(0).equals(name));
    }
  }

  private static String word(AttemptOutcome outcome) {
    return outcome == AttemptOutcome.NOT_BBB ? "defect" : outcome.word();
  }

  private static String word(SweepOutcome outcome) {
    return switch (outcome) {
      case COMPLETE -> "passed";
      case SILENT -> "failed";
      case REFUSED -> "secret_refused";
      case DAMAGED, UNKNOWN, UNASKED -> outcome.word();
    };
  }

  private OfServer of(Server server) {
    OfServer known = ofServers.get(server.name());
    return known == null ? ofServers.computeIfAbsent(server.name(), OfServer::new) : known;
  }

  /**
   * Has series for these servers, and forgets those that have left the pool. A server that the pool
   * has never had is new: its first events may come before it shows there.
   *
   * @param inPool the names of the pool's servers
   */
  synchronized void keepOnly(Set<String> inPool) {
    // Rates need a series from the start.
    inPool.forEach(name -> ofServers.computeIfAbsent(name, OfServer::new));
    ofServers
        .values()
        .removeIf(
            server -> {
              boolean there = inPool.contains(server.name);
              // Late events of a server that has left make it anew: it is missed twice then.
              boolean left = !there && (server.seen || server.missed);
              server.missed = !there;
              server.seen |= there;
              if (left) {
                server.remove();
              }
              return left;
            });
  }

  void attemptEnded(Server server, AttemptOutcome outcome, long nanos) {
    OfServer counts = of(server);
    counts.of(outcome).inc();
    if (outcome != AttemptOutcome.OVERLOADED && outcome != AttemptOutcome.NOT_SENT) {
      counts.durations.observe(nanos / Series.NANOS_PER_SECOND);
    }
  }

  void joined(Server server) {
    of(server).joined.inc();
  }

  /** A server was swept; the end of the sweep is on the scale of the clock on the wall. */
  void swept(Server server, SweepOutcome outcome, Duration duration, long endMillis) {
    String name = of(server).name;
    double seconds = duration.toNanos() / Series.NANOS_PER_SECOND;
    sweeps.labelValues(name, word(outcome)).inc();
    sweepDuration.labelValues(name).set(seconds);
    listDamaged.labelValues(name).set(outcome == SweepOutcome.DAMAGED ? 1 : 0);
    listUnknown.labelValues(name).set(outcome == SweepOutcome.UNKNOWN ? 1 : 0);
    latency.labelValues(name, "getMeetings", "").observe(seconds);
    if (outcome == SweepOutcome.COMPLETE) {
      lastSweep.labelValues(name).set(endMillis / Series.MILLIS_PER_SECOND);
    }
  }

  void ejected(Server server) {
    ejections.labelValues(of(server).name).inc();
  }

  void placed(Server server) {
    placements.labelValues(of(server).name).inc();
  }
}
