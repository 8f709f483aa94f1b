package io.tinyscale.gateway;

import io.tinyscale.bbb.ApiRequest;
import io.tinyscale.observe.GatewayObserver;
import io.tinyscale.observe.OnceAMinute;
import java.util.function.LongSupplier;

/**
 * Reports calls whose checksum does not verify, which a front end with a wrong secret makes all the
 * time: at most one report a minute, whoever calls. Thread-safe.
 */
final class WrongSecrets {

  private final GatewayObserver observer;
  private final OnceAMinute reports;

  WrongSecrets(GatewayObserver observer, LongSupplier nanoClock) {
    this.observer = observer;
    this.reports = new OnceAMinute(nanoClock);
  }

  /** Counts a call, and reports all that were counted since the last report if it is time. */
  void refused(ApiRequest request) {
    long refused = reports.count();
    if (refused > 0) {
      observer.wrongSecret(request.call(), request.address().get(), refused);
    }
  }
}
