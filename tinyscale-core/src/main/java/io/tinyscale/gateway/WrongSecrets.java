package io.tinyscale.gateway;

import io.tinyscale.bbb.ApiRequest;
import io.tinyscale.observe.GatewayObserver;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Reports calls whose checksum does not verify, which a front end with a wrong secret makes all the
 * time: at most one report a minute, whoever calls. Thread-safe.
 */
final class WrongSecrets {

  private static final long PAUSE = TimeUnit.MINUTES.toNanos(1);

  private final GatewayObserver observer;
  private final LongSupplier nanoClock;
  private long refused;
  private long reported;
  private boolean everReported;

  WrongSecrets(GatewayObserver observer, LongSupplier nanoClock) {
    this.observer = observer;
    this.nanoClock = nanoClock;
  }

  /** Counts a call, and reports all that were counted since the last report if it is time. */
  void refused(ApiRequest request) {
    long count;
    synchronized (this) {
      refused++;
      long now = nanoClock.getAsLong();
      if (everReported && now - reported < PAUSE) {
        return;
      }
      everReported = true;
      reported = now;
      count = refused;
      refused = 0;
    }
    observer.wrongSecret(request.call(), request.address().get(), count);
  }
}
