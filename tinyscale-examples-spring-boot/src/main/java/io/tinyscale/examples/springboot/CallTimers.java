package io.tinyscale.examples.springboot;

import io.micrometer.core.instrument.MeterRegistry;
import io.tinyscale.bbb.ApiCall;
import io.tinyscale.observe.CallOutcome;
import io.tinyscale.observe.GatewayObserver;
import java.util.concurrent.TimeUnit;

/** Times the calls of front ends: {@code /actuator/metrics/tinyscale.calls}. */
final class CallTimers implements GatewayObserver {

  private final MeterRegistry registry;

  CallTimers(MeterRegistry registry) {
    this.registry = registry;
  }

  @Override
  public void callAnswered(ApiCall call, String tenant, CallOutcome outcome, long nanos) {
    registry
        .timer("tinyscale.calls", "call", name(call), "outcome", outcome.word())
        .record(nanos, TimeUnit.NANOSECONDS);
  }

  /** Callers may invent names; each would be a meter of its own for ever. */
  private static String name(ApiCall call) {
    if (!ApiCall.catalogue().contains(call)) {
      return "other";
    }
    return call.equals(ApiCall.ROOT) ? "root" : call.name();
  }
}
