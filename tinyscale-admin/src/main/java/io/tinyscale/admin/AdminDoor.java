package io.tinyscale.admin;

import io.tinyscale.balancer.Balancer;
import io.tinyscale.config.AdminSettings;
import io.tinyscale.config.ConfigException;
import io.tinyscale.config.WatchedTokens;
import io.tinyscale.http.Endpoint;
import io.tinyscale.http.Route;
import io.tinyscale.http.Routes;
import io.tinyscale.observe.EventLog;
import io.tinyscale.observe.GatewayObserver;
import io.tinyscale.observe.Observers;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What administrators and their programs ask a balancer: health, metrics, the status page and the
 * admin API. It must hear the balancer's events from the start, so it is made first, and opened
 * once the balancer runs. Thread-safe.
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

  /** Milliseconds between two looks whether a call was answered. */
  private static final long BETWEEN_LOOKS = 5;

  /** Under which names of hosts the door may be asked. */
  public enum Hosts {
    /** Under addresses and {@code localhost} alone: a name may be made to lead here by anybody. */
    ADDRESSES,
    /** Under any name: a web application answers for its names. */
    ANY
  }

  private final AdminSettings settings;
  private final LateObserver late = new LateObserver();
  private final Tally tally = new Tally(InstantSource.system());
  private final GatewayObserver observer = Observers.of(List.of(late, tally));
  private final ScrapeThread scrapes = new ScrapeThread();
  private final DoorThread thread = new DoorThread();
  private final AdminCounts counts = new AdminCounts();
  private final Logins logins;
  private volatile @Nullable EventStreams streams;

  /** A door that is still closed, and hears events. */
  public AdminDoor(AdminSettings settings) {
    this.settings = settings;
    this.logins = new Logins(settings.tokens().all(), counts, System::nanoTime);
  }

  /** Counts what happens. */
  public GatewayObserver observer() {
    return observer;
  }

  /**
   * Waits until a call was answered, but not longer than this. What the door loads when it is
   * opened would slow the first calls of a busy front end.
   *
   * @throws InterruptedException if this thread shall end
   */
  public void awaitFirstCall(Duration longest) throws InterruptedException {
    long begun = System.nanoTime();
    while (tally.sum(Tally.Counted.CALLS) == 0 && System.nanoTime() - begun < longest.toNanos()) {
      TimeUnit.MILLISECONDS.sleep(BETWEEN_LOOKS);
    }
  }

  /** The paths of the door, below {@code admin.path}; to be called once. */
  public Routes open(Balancer balancer, Hosts hosts) {
    Snapshots snapshots = new Snapshots(balancer, tally, InstantSource.system());
    EventStreams opened =
        new EventStreams(snapshots, balancer.recentEvents(), logins, counts, System::nanoTime);
    streams = opened;
    Operations operations = new Operations(balancer, InstantSource.system());
    Metrics metrics = new Metrics(balancer::status, balancer::isReady, late, counts);
    scrapes.after(LOAD_SECONDS, TimeUnit.SECONDS, () -> load(metrics));
    watch(balancer, snapshots, operations, opened);
    Access access =
        new Access(settings.metrics(), hosts, settings.hosts(), logins, balancer.observer());
    Routes health = balancer.healthRoutes();
    Changes changes = new Changes(balancer, snapshots);
    List<Operation> all = new ArrayList<>();
    all.addAll(new StatusApi(balancer, snapshots, operations, opened).operations());
    all.addAll(new ServersApi(balancer, snapshots, changes, logins).operations());
    all.addAll(new StatesApi(balancer, snapshots, changes, operations).operations());
    all.addAll(new MeetingsApi(balancer, snapshots).operations());
    UnreadTexts texts = new UnreadTexts(System::nanoTime);
    Pages pages = new Pages(access::toAnybody);
    AdminApi api = new AdminApi(all, access, thread, counts, balancer.observer());
    return Routes.of(
        row(settings.path(), path -> health.at(path).map(access::toAnybody)),
        row(settings.path(), pages),
        path ->
            !path.isEmpty() && path.equals(settings.path())
                ? Optional.of(access.toAnybody(pages.withSlash(path)))
                : Optional.empty(),
        row(settings.path(), api),
        Route.exactly(
            settings.path() + "/health/pool",
            access.toAnybody(new PoolHealthEndpoint(balancer::status))),
        Route.exactly(
            settings.path() + "/metrics",
            access.toReadersOfMetrics(new MetricsEndpoint(metrics::scrape, scrapes, texts))),
        Route.exactly(
            settings.path() + "/metrics/bbb",
            access.toReadersOfMetrics(
                new MetricsEndpoint(metrics::scrapeServers, scrapes, texts))));
  }

  /** Lets the thread of the door do what is to be done again and again. */
  private void watch(
      Balancer balancer, Snapshots snapshots, Operations operations, EventStreams opened) {
    WatchedTokens tokens = new WatchedTokens(settings.tokens());
    GatewayObserver told = balancer.observer();
    thread.every(
        1,
        TimeUnit.SECONDS,
        () ->
            safely(
                told,
                () -> {
                  lookForTokens(tokens, balancer, told);
                  opened.tick();
                }));
    thread.every(
        History.STEP_SECONDS,
        TimeUnit.SECONDS,
        () ->
            safely(
                told,
                () -> {
                  snapshots.step();
                  operations.look();
                }));
  }

  private void lookForTokens(WatchedTokens tokens, Balancer balancer, GatewayObserver told) {
    try {
      tokens.changed(balancer.secrets()).ifPresent(logins::replace);
      logins.refuse(balancer.secrets()).ifPresent(told::configWarning);
    } catch (ConfigException wrong) {
      wrong.problems().forEach(problem -> told.configWarning(problem.toString()));
    }
  }

  /** What is done again and again must go on after a mistake. */
  private static void safely(GatewayObserver told, Runnable work) {
    try {
      work.run();
    } catch (RuntimeException | Error bug) {
      told.observerFailed(AdminDoor.class, bug);
    }
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

  /** Ends the streams, which would go on for hours; everything else is answered as before. */
  public void announceStop() {
    EventStreams opened = streams;
    if (opened != null) {
      opened.stop();
    }
  }

  /** Ends the threads of the door; what is asked of it afterwards is refused. */
  @Override
  public void close() {
    announceStop();
    thread.close();
    scrapes.close();
  }
}
