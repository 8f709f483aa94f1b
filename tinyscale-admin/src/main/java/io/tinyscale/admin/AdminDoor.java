package io.tinyscale.admin;

import io.tinyscale.balancer.Balancer;
import io.tinyscale.config.AdminSettings;
import io.tinyscale.http.Endpoint;
import io.tinyscale.http.Route;
import io.tinyscale.http.Routes;
import io.tinyscale.observe.EventLog;
import io.tinyscale.observe.GatewayObserver;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * What administrators and their programs ask a balancer: health and metrics. It must hear the
 * balancer's events from the start, so it is made first, and opened once the balancer runs.
 * Thread-safe.
 *
 * <pre>{@code
 * AdminDoor door = new AdminDoor(config.admin());
 * Balancer balancer = Balancer.of(config).upstream(transport).observer(door.observer()).start();
 * Routes routes = door.open(balancer, Hosts.ADDRESSES);
 * }</pre>
 */
public final class AdminDoor implements AutoCloseable {

  /** How long after the opening the library for metrics is loaded, unless somebody asks earlier. */
  private static final long LOAD_SECONDS = 1;

  /** Under which names of hosts the door may be asked. */
  public enum Hosts {
    /** Under addresses and {@code localhost} alone: a name may be made to lead here by anybody. */
    ADDRESSES,
    /** Under any name: a web application answers for its names. */
    ANY
  }

  private final AdminSettings settings;
  private final LateObserver observer = new LateObserver();
  private final ScrapeThread thread = new ScrapeThread();

  /** A door that is still closed, and hears events. */
  public AdminDoor(AdminSettings settings) {
    this.settings = settings;
  }

  /** Counts what happens. */
  public GatewayObserver observer() {
    return observer;
  }

  /** The paths of the door, below {@code admin.path}; to be called once. */
  public Routes open(Balancer balancer, Hosts hosts) {
    Metrics metrics = new Metrics(balancer::status, balancer::isReady, observer);
    thread.after(LOAD_SECONDS, TimeUnit.SECONDS, () -> load(metrics));
    Access access = new Access(settings.metrics(), hosts);
    Routes health = balancer.healthRoutes();
    return Routes.of(
        row(settings.path(), path -> health.at(path).map(access::toAnybody)),
        Route.exactly(
            settings.path() + "/health/pool",
            access.toAnybody(new PoolHealthEndpoint(balancer::status))),
        Route.exactly(
            settings.path() + "/metrics",
            access.toReadersOfMetrics(new MetricsEndpoint(metrics::scrape, thread))),
        Route.exactly(
            settings.path() + "/metrics/bbb",
            access.toReadersOfMetrics(new MetricsEndpoint(metrics::scrapeServers, thread))));
  }

  private static void load(Metrics metrics) {
    try {
      metrics.load();
    } catch (RuntimeException | LinkageError bug) {
      // The next scrape tries again, and its caller learns of it.
      new EventLog().observerFailed(AdminDoor.class, bug);
    }
  }

  /** The row below a path. */
  private static Route row(String prefix, Route below) {
    return rawPath ->
        rawPath.startsWith(prefix)
            ? below.at(rawPath.substring(prefix.length()))
            : Optional.<Endpoint>empty();
  }

  /** Ends the thread of the door; what is asked of it afterwards is refused. */
  @Override
  public void close() {
    thread.close();
  }
}
