package io.tinyscale.balancer;

import io.tinyscale.bbb.ApiCall;
import io.tinyscale.bbb.ApiRequest;
import io.tinyscale.bbb.QueryString;
import io.tinyscale.bbb.Secret;
import io.tinyscale.body.Body;
import io.tinyscale.body.Cancellation;
import io.tinyscale.body.HeldBytes;
import io.tinyscale.call.AcceptedCall;
import io.tinyscale.callback.CallbackContext;
import io.tinyscale.callback.CallbackRelay;
import io.tinyscale.config.ConfigException;
import io.tinyscale.config.PoolEdit;
import io.tinyscale.config.PoolEdited;
import io.tinyscale.gateway.ApiRoute;
import io.tinyscale.gateway.Gateway;
import io.tinyscale.health.ServerCheck;
import io.tinyscale.health.StartupException;
import io.tinyscale.health.Sweep;
import io.tinyscale.hook.HookCopies;
import io.tinyscale.http.Route;
import io.tinyscale.http.Routes;
import io.tinyscale.meeting.ProbedDirectory;
import io.tinyscale.observe.GatewayObserver;
import io.tinyscale.observe.RecentEvents;
import io.tinyscale.placement.PlacementPolicy;
import io.tinyscale.server.Contacts;
import io.tinyscale.server.ServerPool;
import io.tinyscale.server.ServerStatus;
import io.tinyscale.store.StoreProvider;
import io.tinyscale.upstream.Upstream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.ServiceLoader;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One running balancer: all parts put together, and taken apart again. Shares nothing with any
 * other one in the same JVM. Thread-safe.
 *
 * <pre>{@code
 * TinyscaleConfig config = TinyscaleConfig.read(List.of(ConfigSource.environment(System.getenv())));
 * try (Balancer balancer = Balancer.of(config).upstream(transport).start()) {
 *   CompletionStage<Answer> answer = balancer.gateway().handle(request, new Cancellation());
 * }
 * }</pre>
 *
 * <p>The transport is the one thing that core cannot make: it brings requests to servers, over the
 * HTTP client of the embedder's choice. The balancer closes it.
 */
public final class Balancer implements AutoCloseable {

  private final BalancerParts parts;
  private final RecentEvents recentEvents;
  private final StatusReader status;
  private final AtomicBoolean running = new AtomicBoolean();
  private volatile boolean stopping;

  /**
   * Has not started.
   *
   * @param recentEvents the last events of the log
   */
  Balancer(BalancerParts parts, RecentEvents recentEvents) {
    this.parts = parts;
    this.recentEvents = recentEvents;
    this.status = new StatusReader(parts);
  }

  /** Begins to describe a balancer with this configuration. */
  public static Builder of(TinyscaleConfig config) {
    return new Builder(config);
  }

  /** What answers calls. */
  public Gateway gateway() {
    return parts.gateway;
  }

  /**
   * The paths that tinyscale answers as a guest in a web application of somebody else's: the API,
   * and the servers' callbacks if they are relayed.
   */
  public Routes routes() {
    return routes(List.of());
  }

  /** The paths that tinyscale answers where it has a web server or webapp to itself. */
  public Routes routesWithHealth() {
    return routes(health());
  }

  /** The paths that tell the balancer's health, for another door than that of the calls. */
  public Routes healthRoutes() {
    return Routes.of(health().toArray(Route[]::new));
  }

  private List<Route> health() {
    return List.of(
        Route.exactly(
            HealthEndpoint.LIVE,
            new HealthEndpoint("live", () -> parts.heartbeat.isAlive() ? "live" : "stuck")),
        Route.exactly(
            HealthEndpoint.READY,
            new HealthEndpoint("ready", () -> isReady() ? "ready" : "stopping")));
  }

  /** Whether the first sweep is over, and nobody has announced the end. */
  public boolean isReady() {
    return running.get() && !stopping;
  }

  /** Makes {@code /health/ready} fail from now on; calls are answered as before. */
  public void announceStop() {
    stopping = true;
  }

  private Routes routes(List<Route> more) {
    List<Route> rows = new ArrayList<>();
    rows.add(new ApiRoute(parts.gateway));
    if (parts.relay != null) {
      rows.add(parts.relay.route());
    }
    rows.addAll(more);
    return Routes.of(rows.toArray(Route[]::new));
  }

  /** What the balancer knows of itself and its servers now. */
  public BalancerStatus status() {
    return status.read();
  }

  /** The last events of the log. */
  public RecentEvents recentEvents() {
    return recentEvents;
  }

  /**
   * Edits the pool file. The rest of the file stays as it is, byte for byte, and with it what a
   * person has changed there.
   *
   * @return what became of the edit, once it has taken effect
   */
  public CompletionStage<PoolEdited> edit(PoolEdit edit) {
    return parts.reloads.edit(edit);
  }

  /**
   * Edits the pool file if it still says what it said in a revision; else the edit is refused as
   * {@link PoolEdited.Reason#CHANGED}.
   */
  public CompletionStage<PoolEdited> edit(PoolEdit edit, long revision) {
    return parts.reloads.edit(edit, OptionalLong.of(revision));
  }

  /**
   * Asks the server that an edit would add whether it is there, accepts the secret and tells its
   * meetings. Nothing is edited.
   */
  public CompletionStage<ServerCheck> check(PoolEdit.Add edit) {
    return parts.serverChecks.of(edit);
  }

  /**
   * Asks a server of the pool the same; its verdict stays as it is.
   *
   * @param server its name
   * @return empty if there is no such server
   */
  public Optional<CompletionStage<ServerCheck>> check(String server) {
    return parts.pool.status(server).map(ServerStatus::server).map(parts.serverChecks::of);
  }

  /**
   * Reads the pool file now, whether it has changed or not, and lets it take effect.
   *
   * @return all mistakes of the file, each with its fix, in which case the pool stays as it is;
   *     without any, once the file has taken effect
   */
  public CompletionStage<List<String>> reloadPool() {
    return parts.reloads.reload();
  }

  /** The number of what the pool file says; it rises whenever the file says something else. */
  public long poolRevision() {
    return parts.poolFile.revision();
  }

  /**
   * Whether the pool file can be edited, as far as access rights tell. Of a file that is mounted by
   * itself only the first edit tells. Looks at the file system.
   */
  public boolean isPoolWritable() {
    return parts.poolFile.isWritable();
  }

  /** Time between two sweeps of a server, give or take a tenth. */
  public Duration sweepInterval() {
    return parts.config.health().interval();
  }

  /** The secrets of front ends and servers now: none of them may open another door. */
  public List<Secret> secrets() {
    List<Secret> secrets = new ArrayList<>(parts.config.frontEnds().secrets());
    secrets.addAll(parts.pool.secrets());
    return List.copyOf(secrets);
  }

  /** Tells all observers, for a door that hears what they should know. */
  public GatewayObserver observer() {
    return parts.observer;
  }

  /** The path of the pool file. */
  public Path poolFile() {
    return parts.config.pool().file();
  }

  /** The meetings of all servers, for administrators: to find, to list and to end. */
  public Meetings meetings() {
    return parts.meetings;
  }

  /**
   * Lets the calls in flight be answered, and then closes.
   *
   * @param grace how long they may take; those that take longer fail
   */
  public void close(Duration grace) {
    try {
      parts.gateway.allAnswered().toCompletableFuture().get(grace.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException tooSlow) {
      // Closing ends them.
    } catch (ExecutionException never) {
      throw new IllegalStateException(never);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    close();
  }

  /**
   * Stops: first what begins work by itself, the relay included, then the transport, so that calls
   * in flight fail, then the threads. Closing twice does no harm.
   */
  @Override
  public void close() {
    boolean wasRunning = running.getAndSet(false);
    parts.close();
    if (wasRunning) {
      parts.observer.stopped();
    }
  }

  /** Lets the relay begin: the servers' webhooks are read with its help. */
  private void startRelay() {
    if (parts.relay == null) {
      return;
    }
    try {
      parts.relay.start(parts.callbackContext);
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /** What would become of a create now. */
  private PlacementPreview preview(QueryString parameters) {
    ApiRequest create =
        new ApiRequest("GET", ApiCall.CREATE, parameters, List.of(), "", Body.EMPTY);
    return PlacementPreview.of(
        new AcceptedCall(create, parts.house, new Cancellation()),
        parts.pool,
        parts.directory,
        parts.placer,
        parts.placement);
  }

  private void begin(int up) {
    running.set(true);
    parts.heartbeat.start();
    parts.keeping.start();
    // The others hear what the first sweep has found.
    parts.shared.start();
    parts.observer.started(up, parts.pool.servers(ServerStatus::inUse).size());
    parts.verdicts.reportUnknown(parts.pool.servers(ServerStatus::inUse));
  }

  /** The pool, for tests that play the sweeper. */
  ServerPool pool() {
    return parts.pool;
  }

  /** The contact with the servers, for tests that play the sweeper. */
  Contacts contacts() {
    return parts.contacts;
  }

  /** The directory, for tests that play the sweeps. */
  ProbedDirectory directory() {
    return parts.directory;
  }

  /** Talks to the store, for tests that play the start. */
  void meetStore() {
    parts.shared.start();
  }

  /** Leaves the store, for tests that play the end. */
  void leaveStore() {
    parts.shared.close();
  }

  /** What the relay is told, for tests that play the start. */
  CallbackContext callbackContext() {
    return parts.callbackContext;
  }

  /** The copies of webhooks, for tests that play the sweeps. */
  HookCopies hookCopies() {
    return parts.hookCopies;
  }

  /** A balancer that is being described. Not thread-safe. */
  public static final class Builder {

    private final TinyscaleConfig config;
    private final List<GatewayObserver> observers = new ArrayList<>();
    private @Nullable Upstream upstream;
    private @Nullable CallbackRelay relay;
    private @Nullable PlacementPolicy policy;
    private @Nullable StoreProvider store;
    private int port;
    private @Nullable HeldBytes held;
    private @Nullable ClassLoader extensions;
    private Function<GatewayObserver, Threads> threads = Threads::start;

    private Builder(TinyscaleConfig config) {
      this.config = config;
    }

    /** Brings requests to servers; the balancer closes it. Must be given. */
    public Builder upstream(Upstream transport) {
      upstream = transport;
      return this;
    }

    /**
     * Takes the servers' callbacks and brings them to front ends; the balancer closes it. Must be
     * given if the configuration has {@code relay.url}. Without a relay servers get the front ends'
     * own callback URLs.
     */
    public Builder relay(CallbackRelay callbacks) {
      relay = callbacks;
      return this;
    }

    /**
     * Is told what happens, after the log, the observers of extensions, and the observers that were
     * given before; any number. A lack of memory is told in the opposite order.
     */
    public Builder observer(GatewayObserver another) {
      observers.add(another);
      return this;
    }

    /** Chooses servers for new meetings, whatever {@code placement} in the configuration says. */
    public Builder policy(PlacementPolicy own) {
      policy = own;
      return this;
    }

    /** The port that front ends call, by which other balancers tell two on one machine apart. */
    public Builder port(int own) {
      port = own;
      return this;
    }

    /** Opens the store that balancers share, if the configuration has {@code balancers.store}. */
    public Builder store(StoreProvider own) {
      store = own;
      return this;
    }

    /**
     * Bounds the memory for forms whose checksums are not known yet. A web server that takes memory
     * for the heads of requests from the same bytes makes it one bound for both. Without this, all
     * of {@code limit.held} is for forms.
     *
     * @param shared of this balancer only; it reports to this balancer's observers
     */
    public Builder held(HeldBytes shared) {
      held = shared;
      return this;
    }

    /**
     * Takes the observers that {@link ServiceLoader} finds with this class loader, and looks there
     * for the policy if {@code placement} in the configuration is the name of a class, and for the
     * store that {@code balancers.store} names.
     */
    public Builder extensions(ClassLoader loader) {
      extensions = loader;
      return this;
    }

    /**
     * Runs on these threads and goes by these clocks, instead of its own threads and the machine's
     * clocks: for simulations, in which time passes only when they say so. {@link #start} waits for
     * the first sweep, so the timer or the transport must answer it meanwhile.
     *
     * @param own makes them for a balancer with this observer; the balancer ends them when it is
     *     closed
     */
    public Builder threads(Function<GatewayObserver, Threads> own) {
      threads = own;
      return this;
    }

    /**
     * Starts the balancer: every server is swept once, which tells whether it answers and which
     * meetings it holds, and then again and again. Returns when that first sweep is over.
     *
     * @throws ConfigException if {@code placement} names a policy that is not there, or the relay
     *     cannot begin
     * @throws StartupException if a server failed and the configuration says that this matters
     * @throws IllegalStateException if no transport was given, or no relay although the
     *     configuration has {@code relay.url}
     */
    public Balancer start() {
      Balancer balancer = assemble();
      balancer.startRelay();
      balancer.parts.shared.start().toCompletableFuture().join();
      int up = check(balancer, config.health().startupCheck()::require);
      balancer.parts.sweeper.start();
      balancer.parts.reloads.start();
      balancer.parts.drainDeadlines.start();
      balancer.begin(up);
      return balancer;
    }

    /**
     * Asks a server that may be added to the pool, and nothing else, and closes the transport. No
     * server of the configuration is asked.
     *
     * @throws IllegalStateException if no transport was given
     */
    public ServerCheck check(PoolEdit.Add edit) {
      try (Balancer balancer = assemble()) {
        balancer.parts.hookCopies.close();
        return balancer.check(edit).toCompletableFuture().join();
      }
    }

    /**
     * Sweeps every server once and closes the transport and the relay: what {@link #start} would
     * find of the servers, but never lenient, whatever {@code startup.check} says.
     *
     * @throws ConfigException if {@code placement} names a policy that is not there
     * @throws StartupException if a server failed
     * @throws IllegalStateException if no transport was given
     */
    public void check() {
      try (Balancer balancer = assemble()) {
        // Nothing is changed on a server.
        balancer.parts.hookCopies.close();
        check(balancer, config.health().startupCheck()::requireAll);
      }
    }

    /**
     * Sweeps every server once, and closes the transport and the relay: where a create would go by
     * what the servers tell. Nothing is made. The answer does not heed which server's turn it is in
     * a balancer that runs.
     *
     * @param create the parameters of a create, without a checksum
     * @throws ConfigException if {@code placement} names a policy that is not there
     * @throws IllegalStateException if no transport was given
     */
    public PlacementPreview preview(QueryString create) {
      try (Balancer balancer = assemble()) {
        // Nothing is changed on a server.
        balancer.parts.hookCopies.close();
        balancer.parts.sweeper.firstSweep().toCompletableFuture().join();
        return balancer.preview(create);
      }
    }

    /** Returns how many servers passed. */
    private static int check(Balancer balancer, Consumer<List<Sweep>> requirement) {
      try {
        List<Sweep> found = balancer.parts.sweeper.firstSweep().toCompletableFuture().join();
        requirement.accept(found);
        return (int) found.stream().filter(Sweep::isAnswered).count();
      } catch (RuntimeException e) {
        balancer.close();
        throw e;
      }
    }

    /** Puts the balancer together and starts nothing. */
    Balancer assemble() {
      return new BalancerAssembly(
              config,
              List.copyOf(observers),
              upstream,
              relay,
              policy,
              store,
              port,
              held,
              extensions,
              threads)
          .assemble();
    }
  }
}
