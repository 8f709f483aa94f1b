package io.tinyscale.admin;

import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.tinyscale.balancer.BalancerStatus;
import io.tinyscale.callback.CallbackStatus;
import io.tinyscale.server.AdminState;
import io.tinyscale.store.SharedStatus;

/** The series that show the balancer's status. */
final class StatusSeries {

  private static final double NANOS_PER_SECOND = 1e9;

  private StatusSeries() {}

  /** The series of this status. */
  static MetricSnapshots of(BalancerStatus status, boolean ready, AdminCounts door) {
    Families families = new Families();
    families.info(
        "tinyscale_build",
        "Version of tinyscale and of Java, always 1.",
        "version",
        version(),
        "java",
        System.getProperty("java.version", ""));
    families.gauge("tinyscale_ready", "1 as /health/ready.", number(ready));
    calls(families, status);
    meetings(families, status);
    shared(families, status.shared());
    pool(families, status);
    status.servers().forEach(server -> ServerSeries.add(families, server));
    callbacks(families, status.callbacks());
    door(families, door);
    return families.snapshots();
  }

  private static void door(Families families, AdminCounts door) {
    for (String scope : AdminCounts.SCOPES) {
      for (String outcome : AdminCounts.OUTCOMES) {
        families.counter(
            "tinyscale_admin_requests",
            "Requests to the admin API whose token was right, by what they need and became.",
            door.requests(scope, outcome),
            "scope",
            scope,
            "outcome",
            outcome);
      }
    }
    families.counter(
        "tinyscale_admin_denied",
        "Requests without a right token to the admin API, and for metrics that need one.",
        door.allDenied());
    families.gauge(
        "tinyscale_admin_streams", "Streams of the admin API that are open.", door.streams());
  }

  /** The version of this jar, or of the WAR that it is a part of. */
  static String version() {
    String version = StatusSeries.class.getPackage().getImplementationVersion();
    return version == null ? "unknown" : version;
  }

  private static void calls(Families families, BalancerStatus status) {
    families.gauge("tinyscale_calls_in_flight", "Calls of front ends under way.", status.calls());
    families.gauge("tinyscale_calls_max", "Most calls under way, limit.calls.", status.mostCalls());
  }

  private static void meetings(Families families, BalancerStatus status) {
    families.gauge(
        "tinyscale_directory_meetings", "Meetings that are remembered.", status.meetings());
    families.gauge(
        "tinyscale_directory_meetings_max",
        "Most meetings that are remembered.",
        status.mostMeetings());
    families.gauge(
        "tinyscale_meetings_split", "Meetings that are alive on two servers.", status.splits());
    families.gauge(
        "tinyscale_alone",
        "1 if tinyscale takes itself for the only one that makes meetings, 0 if it is careful.",
        number(status.caution().alone()));
    families.gauge(
        "tinyscale_careful_rest_seconds",
        "How much longer tinyscale stays careful if it notices no other balancer.",
        status.caution().rest().toNanos() / NANOS_PER_SECOND);
    families.counter(
        "tinyscale_tag_fallbacks",
        "New meetings on a server without a tag that their creates asked for.",
        status.tagFallbacks());
  }

  private static void shared(Families families, SharedStatus shared) {
    if (shared.store() == null) {
      return;
    }
    families.gauge(
        "tinyscale_store_up", "1 if the store that balancers share answers.", number(shared.up()));
    families.gauge(
        "tinyscale_store_young",
        "1 if the shared store may have lost what it held, so that creates are confirmed.",
        number(shared.young()));
    families.gauge(
        "tinyscale_balancers_seen",
        "Other balancers that tell of themselves in the shared store.",
        shared.others().size());
    families.gauge(
        "tinyscale_pool_differs",
        "Other balancers whose pool or formula is another one.",
        shared.differing());
  }

  private static void pool(Families families, BalancerStatus status) {
    families.gauge("tinyscale_servers_configured", "Servers in the pool.", status.servers().size());
    families.gauge(
        "tinyscale_servers_enabled",
        "Servers in state enabled.",
        status.servers().stream()
            .filter(server -> server.status().server().state() == AdminState.ENABLED)
            .count());
    families.gauge(
        "tinyscale_servers_available",
        "Servers that take new meetings now.",
        status.takingNewMeetings());
  }

  private static void callbacks(Families families, CallbackStatus callbacks) {
    families.gauge(
        "tinyscale_callbacks_waiting",
        "Callbacks that are not delivered yet.",
        callbacks.waiting());
    families.gauge(
        "tinyscale_callbacks_oldest_seconds",
        "How long the oldest callback has waited.",
        callbacks.oldest().toNanos() / NANOS_PER_SECOND);
    for (CallbackStatus.Count count : callbacks.counts()) {
      families.counter(
          "tinyscale_callbacks",
          "Callbacks that the relay is done with.",
          count.callbacks(),
          "kind",
          count.kind().toString(),
          "outcome",
          count.outcome().toString());
    }
  }

  /** A truth as metrics have it. */
  static double number(boolean yes) {
    return yes ? 1 : 0;
  }
}
