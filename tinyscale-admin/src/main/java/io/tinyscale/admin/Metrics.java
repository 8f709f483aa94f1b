package io.tinyscale.admin;

import io.tinyscale.balancer.BalancerStatus;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * All metrics. The library is loaded when it is first needed, because that takes longer than a
 * start should. Thread-safe.
 */
final class Metrics {

  private final Supplier<BalancerStatus> status;
  private final BooleanSupplier ready;
  private final LateObserver observer;
  private final AdminCounts counts;
  private @Nullable Registry registry;

  /** Metrics over this status, and over the events that this observer hears. */
  Metrics(
      Supplier<BalancerStatus> status,
      BooleanSupplier ready,
      LateObserver observer,
      AdminCounts counts) {
    this.counts = counts;
    this.status = status;
    this.ready = ready;
    this.observer = observer;
  }

  /** Loads the library, if that has not been done. */
  void load() {
    registry();
  }

  /**
   * The metrics of now.
   *
   * @param accept the formats that the caller takes
   */
  Exposition scrape(String accept) {
    return registry().scrape(status.get(), ready.getAsBoolean(), counts, accept);
  }

  /**
   * The metrics of the servers of now, under the names of bigbluebutton-exporter.
   *
   * @param accept the formats that the caller takes
   */
  Exposition scrapeServers(String accept) {
    return registry().scrapeServers(status.get(), accept);
  }

  private synchronized Registry registry() {
    Registry known = registry;
    if (known == null) {
      known = new Registry();
      observer.handTo(known.counts());
      registry = known;
    }
    return known;
  }
}
