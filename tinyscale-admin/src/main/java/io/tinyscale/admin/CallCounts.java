package io.tinyscale.admin;

import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.datapoints.DistributionDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Histogram;
import io.tinyscale.bbb.ApiCall;
import io.tinyscale.bbb.CallScope;
import io.tinyscale.observe.CallOutcome;
import io.tinyscale.observe.Confirmed;
import io.tinyscale.observe.Located;
import io.tinyscale.observe.ReadSource;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Counts the calls of front ends. The series are kept in arrays: no label is looked up for a call.
 * Thread-safe.
 */
final class CallCounts {

  private static final String CALL = "call";

  private final Counter calls;
  private final Histogram duration;
  private final CounterDataPoint received;
  private final CounterDataPoint sent;
  private final CounterDataPoint[] reads = new CounterDataPoint[ReadSource.values().length];
  private final CounterDataPoint[] locates = new CounterDataPoint[Located.values().length];
  private final CounterDataPoint[] confirmed = new CounterDataPoint[Confirmed.values().length];
  private final Counter partialLists;

  /** By identity: the calls of the catalogue are constants. Never changed. */
  private final Map<ApiCall, OfCall> ofCalls = new IdentityHashMap<>();

  private final OfCall ofOthers;

  CallCounts(Series series) {
    calls =
        series.counter(
            "tinyscale_calls", "Calls of front ends that were answered.", CALL, "outcome");
    duration =
        series.seconds(
            "tinyscale_call_duration_seconds",
            "Time from the head of a call to the last byte of its answer.",
            CALL);
    received =
        series.counter("tinyscale_request_body_bytes", "Bytes of bodies that front ends sent.");
    sent = series.counter("tinyscale_answer_body_bytes", "Bytes of bodies that front ends got.");
    partialLists =
        series.counter("tinyscale_lists_partial", "Lists answered without some server.", CALL);
    Counter bySource =
        series.counter("tinyscale_reads", "Reads that may share the answers of equal ones.", "how");
    for (ReadSource source : ReadSource.values()) {
      reads[source.ordinal()] = bySource.labelValues(source.word());
    }
    Counter byResult =
        series.counter("tinyscale_locates", "Questions of calls where a meeting is.", "result");
    for (Located result : Located.values()) {
      locates[result.ordinal()] = byResult.labelValues(result.word());
    }
    Counter byConfirmation =
        series.counter(
            "tinyscale_creates_confirmed",
            "New meetings that all servers were asked for, because others make meetings, too.",
            "result");
    for (Confirmed result : Confirmed.values()) {
      confirmed[result.ordinal()] = byConfirmation.labelValues(result.word());
    }
    for (ApiCall call : ApiCall.catalogue()) {
      if (call.scope() != CallScope.REFUSED) {
        ofCalls.put(call, new OfCall(call.name().isEmpty() ? "root" : call.name()));
      }
    }
    ofOthers = new OfCall("other");
  }

  /** The series of one call. */
  private final class OfCall {

    private final String name;
    private final DistributionDataPoint durations;

    /** By outcome; made when the outcome happens first. */
    private final AtomicReferenceArray<@Nullable CounterDataPoint> outcomes =
        new AtomicReferenceArray<>(CallOutcome.values().length);

    OfCall(String name) {
      this.name = name;
      durations = duration.labelValues(name);
      // Ratios need these from the start.
      of(CallOutcome.RELAYED);
      of(CallOutcome.FAILED);
      // An increase does not count the first value of a series, and one such call is worth an
      // alert.
      of(CallOutcome.OVERLOADED);
    }

    CounterDataPoint of(CallOutcome outcome) {
      CounterDataPoint known = outcomes.get(outcome.ordinal());
      if (known == null) {
        known = calls.labelValues(name, word(outcome));
        outcomes.set(outcome.ordinal(), known);
      }
      return known;
    }
  }

  private static String word(CallOutcome outcome) {
    return switch (outcome) {
      case RELAYED, REDIRECTED, ANSWERED, DECLINED -> "ok";
      case FAILED, DENIED, REFUSED, OVERLOADED, LEFT -> outcome.word();
    };
  }

  private OfCall of(ApiCall call) {
    return ofCalls.getOrDefault(call, ofOthers);
  }

  void answered(ApiCall call, CallOutcome outcome) {
    of(call).of(outcome).inc();
  }

  void ended(ApiCall call, long nanos, long bytes) {
    of(call).durations.observe(nanos / Series.NANOS_PER_SECOND);
    sent.inc(bytes);
  }

  void received(long bytes) {
    received.inc(bytes);
  }

  void read(ReadSource source) {
    reads[source.ordinal()].inc();
  }

  void located(Located result) {
    locates[result.ordinal()].inc();
  }

  void confirmed(Confirmed result) {
    confirmed[result.ordinal()].inc();
  }

  void listPartial(ApiCall call) {
    partialLists.labelValues(of(call).name).inc();
  }
}
