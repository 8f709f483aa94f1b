package io.tinyscale.admin;

import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.tinyscale.bbb.ApiCall;
import io.tinyscale.observe.CallOutcome;
import io.tinyscale.observe.ClaimResult;
import io.tinyscale.observe.Confirmed;
import io.tinyscale.observe.GatewayObserver;
import io.tinyscale.observe.Located;
import io.tinyscale.observe.ReadSource;
import io.tinyscale.observe.SweepOutcome;
import io.tinyscale.server.AttemptOutcome;
import io.tinyscale.server.Server;
import io.tinyscale.tenant.MeetingId;
import io.tinyscale.trace.RequestTrace;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** Counts events. Thread-safe. */
final class EventCounts implements GatewayObserver {

  private final CallCounts calls;
  private final ServerCounts servers;
  private final StoreCounts store;
  private final CounterDataPoint leftovers;
  private final Counter reloads;
  private final Gauge poolFileValid;
  private final Gauge lastPoolChange;
  private final CounterDataPoint hooksRegistered;
  private final CounterDataPoint hooksDestroyed;
  private final CounterDataPoint bugs;

  /**
   * Counts into new series.
   *
   * @param exporter those under the names of bigbluebutton-exporter
   */
  EventCounts(Series series, Series exporter) {
    calls = new CallCounts(series);
    servers = new ServerCounts(series, exporter);
    store = new StoreCounts(series);
    leftovers =
        series.counter(
            "tinyscale_leftovers_ended",
            "Meetings that were ended because they live on another server.");
    reloads = series.counter("tinyscale_pool_reloads", "New pool files.", "result");
    poolFileValid =
        series.gauge(
            "tinyscale_pool_file_valid",
            "0 if the last new pool file is wrong, so that the old pool is in use.");
    lastPoolChange =
        series.gauge(
            "tinyscale_pool_last_change_timestamp_seconds",
            "When the pool last changed, or tinyscale was started.");
    Counter webhooks =
        series.counter(
            "tinyscale_webhooks_aligned",
            "Webhooks that a server got or lost so that all servers have the same.",
            "action");
    hooksRegistered = webhooks.labelValues("registered");
    hooksDestroyed = webhooks.labelValues("destroyed");
    bugs = series.counter("tinyscale_bugs", "Mistakes of tinyscale itself: please report them.");
    poolFileValid.set(1);
    lastPoolChange.set(System.currentTimeMillis() / Series.MILLIS_PER_SECOND);
    for (String result : List.of("changed", "unchanged", "refused")) {
      reloads.initLabelValues(result);
    }
  }

  /** Has series for these servers, and forgets those that have left the pool. */
  void keepOnly(Set<String> inPool) {
    servers.keepOnly(inPool);
  }

  @Override
  public void callAnswered(ApiCall call, String tenant, CallOutcome outcome, long nanos) {
    calls.answered(call, outcome);
  }

  @Override
  public void answerEnded(ApiCall call, long nanos, long bytes) {
    calls.ended(call, nanos, bytes);
  }

  @Override
  public void bodyReceived(long bytes) {
    calls.received(bytes);
  }

  @Override
  public void attemptEnded(Server server, ApiCall call, AttemptOutcome outcome, long nanos) {
    servers.attemptEnded(server, outcome, nanos);
  }

  @Override
  public void joined(Server server) {
    servers.joined(server);
  }

  @Override
  public void readServed(ReadSource source) {
    calls.read(source);
  }

  @Override
  public void located(Located result) {
    calls.located(result);
  }

  @Override
  public void createConfirmed(MeetingId meetingId, Server made, Server kept, Confirmed result) {
    calls.confirmed(result);
  }

  @Override
  public void claimed(ClaimResult result) {
    store.claimed(result);
  }

  @Override
  public void storeAsked(long nanos, boolean answered) {
    store.asked(nanos, answered);
  }

  /** A server was swept; the end of the sweep is on the scale of the clock on the wall. */
  void swept(Server server, SweepOutcome outcome, Duration duration, long endMillis) {
    servers.swept(server, outcome, duration, endMillis);
  }

  @Override
  public void serverEjected(Server server, Duration time, String cause) {
    servers.ejected(server);
  }

  @Override
  public void meetingPlaced(MeetingId meetingId, Server server) {
    servers.placed(server);
  }

  @Override
  public void meetingLeftoverEnded(MeetingId meetingId, Server server, Server live) {
    leftovers.inc();
  }

  @Override
  public void listPartial(ApiCall call, int missing, int asked) {
    calls.listPartial(call);
  }

  /** The pool changed; the time is on the scale of the clock on the wall. */
  void poolChanged(long millis) {
    reloads.labelValues("changed").inc();
    poolFileValid.set(1);
    lastPoolChange.set(millis / Series.MILLIS_PER_SECOND);
  }

  @Override
  public void poolUnchanged() {
    reloads.labelValues("unchanged").inc();
    poolFileValid.set(1);
  }

  @Override
  public void poolRefused(List<String> problems) {
    reloads.labelValues("refused").inc();
    poolFileValid.set(0);
  }

  @Override
  public void poolReloadFailed(Throwable bug) {
    bugs.inc();
  }

  @Override
  public void webhooksAligned(Server server, int registered, int destroyed) {
    hooksRegistered.inc(registered);
    hooksDestroyed.inc(destroyed);
  }

  @Override
  public void observerFailed(Class<?> observer, Throwable bug) {
    bugs.inc();
  }

  @Override
  public void bug(ApiCall call, Throwable bug, RequestTrace trace) {
    bugs.inc();
  }
}
