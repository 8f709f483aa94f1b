package io.tinyscale.balancer;

import io.tinyscale.bbb.ApiCall;
import io.tinyscale.bbb.ApiRequest;
import io.tinyscale.bbb.HeldMeeting;
import io.tinyscale.bbb.QueryString;
import io.tinyscale.bbb.Secret;
import io.tinyscale.body.Body;
import io.tinyscale.body.Cancellation;
import io.tinyscale.body.HeldBytes;
import io.tinyscale.call.AcceptedCall;
import io.tinyscale.call.CallLimits;
import io.tinyscale.callback.CallbackContext;
import io.tinyscale.callback.CallbackRelay;
import io.tinyscale.callback.CallbackStatus;
import io.tinyscale.callback.CallbackUrls;
import io.tinyscale.callback.RelayedUrls;
import io.tinyscale.config.ConfigException;
import io.tinyscale.config.ConfigException.Problem;
import io.tinyscale.config.FrontEndSettings;
import io.tinyscale.config.PoolEdit;
import io.tinyscale.config.PoolEdited;
import io.tinyscale.config.WatchedPoolFile;
import io.tinyscale.gateway.ApiRoute;
import io.tinyscale.gateway.Gateway;
import io.tinyscale.gateway.GatewayAssembly;
import io.tinyscale.health.BbbVersions;
import io.tinyscale.health.Doubts;
import io.tinyscale.health.DrainDeadlines;
import io.tinyscale.health.HealthSettings;
import io.tinyscale.health.MeetingEnds;
import io.tinyscale.health.MeetingsSeen;
import io.tinyscale.health.PassiveChecks;
import io.tinyscale.health.PoolReloads;
import io.tinyscale.health.PoolReplacement;
import io.tinyscale.health.RoomMessages;
import io.tinyscale.health.ServerCheck;
import io.tinyscale.health.ServerChecks;
import io.tinyscale.health.StartupCheck;
import io.tinyscale.health.StartupException;
import io.tinyscale.health.Sweep;
import io.tinyscale.health.SweepListener;
import io.tinyscale.health.Sweeper;
import io.tinyscale.health.Verdicts;
import io.tinyscale.hook.HookCopies;
import io.tinyscale.http.Route;
import io.tinyscale.http.Routes;
import io.tinyscale.meeting.Balancers;
import io.tinyscale.meeting.DirectorySettings;
import io.tinyscale.meeting.Patience;
import io.tinyscale.meeting.ProbedDirectory;
import io.tinyscale.observe.EventLog;
import io.tinyscale.observe.GatewayObserver;
import io.tinyscale.observe.Observers;
import io.tinyscale.observe.RecentEvents;
import io.tinyscale.observe.SweepObserver;
import io.tinyscale.placement.ExpectedLoad;
import io.tinyscale.placement.Keeping;
import io.tinyscale.placement.PlacementPolicy;
import io.tinyscale.placement.Placer;
import io.tinyscale.server.Contacts;
import io.tinyscale.server.PoolChange;
import io.tinyscale.server.Server;
import io.tinyscale.server.ServerPool;
import io.tinyscale.server.ServerStatus;
import io.tinyscale.store.StoreProvider;
import io.tinyscale.tenant.Authenticator;
import io.tinyscale.tenant.MeetingId;
import io.tinyscale.tenant.Tenant;
import io.tinyscale.upstream.BoundedUpstream;
import io.tinyscale.upstream.ServerCalls;
import io.tinyscale.upstream.Upstream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.LongSupplier;
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

  /** The tenant that all front ends with the configured secret are. */
  private static final String HOUSE = "house";

  private final TinyscaleConfig config;
  private final Threads threads;
  private final Upstream upstream;
  private final BoundedUpstream bounded;
  private final ServerPool pool;
  private final Tenant house;
  private final Contacts contacts;
  private final ProbedDirectory directory;
  private final Verdicts verdicts;
  private final Doubts doubts;
  private final BbbVersions versions;
  private final MeetingsSeen seen;
  private final PassiveChecks passiveChecks;
  private final HookCopies hookCopies;
  private final Sweeper sweeper;
  private final WatchedPoolFile poolFile;
  private final PoolReloads reloads;
  private final Meetings meetings;
  private final ServerChecks serverChecks;
  private final DrainDeadlines drainDeadlines;
  private final Gateway gateway;
  private final String placement;
  private final Placer placer;
  private final Keeping keeping;
  private final GatewayObserver observer;
  private final RecentEvents recentEvents;
  private final @Nullable CallbackRelay relay;
  private final CallbackContext callbackContext;
  private final Shared shared;
  private final Heartbeat heartbeat;
  private final AtomicBoolean running = new AtomicBoolean();
  private volatile boolean stopping;

  private Balancer(
      TinyscaleConfig config,
      Upstream upstream,
      @Nullable CallbackRelay relay,
      PlacementPolicy policy,
      @Nullable StoreProvider storeProvider,
      int port,
      HeldBytes held,
      GatewayObserver observer,
      RecentEvents recentEvents,
      Threads threads) {
    this.recentEvents = recentEvents;
    this.config = config;
    this.threads = threads;
    this.upstream = upstream;
    this.relay = relay;
    this.observer = observer;
    LongSupplier nanoClock = threads.nanoClock();
    ScheduledExecutorService timer = threads.timer();
    Executor work = threads.work();
    CallLimits limits = config.calls();
    HealthSettings health = config.health();
    FrontEndSettings frontEnds = config.frontEnds();
    placement = policy.name();
    pool =
        new ServerPool(
            config.pool().servers(), health.unhealthy(), health.healthy(), threads.clock());
    shared = Shared.of(pool, config.meetings().store(), port, storeProvider, observer, threads);
    placer = new Placer(pool, policy, observer, nanoClock);
    keeping = new Keeping(placer, timer, work);
    contacts = new Contacts();
    heartbeat = new Heartbeat(timer, nanoClock, contacts::tick);
    SweepListener listener = sweepListener();
    versions = new BbbVersions(pool, new ServerCalls(upstream, timer, threads.sweeps(), nanoClock));
    seen = new MeetingsSeen(pool);
    verdicts =
        new Verdicts(
            pool,
            contacts,
            nanoClock,
            listener,
            Observers.of(List.of(observer, versions, shared.observer())));
    // Sweeps are judged by their own verdicts alone: nothing is counted twice.
    doubts =
        new Doubts(
            pool,
            contacts,
            told -> new ServerCalls(upstream, timer, threads.sweeps(), nanoClock, told),
            verdicts);
    passiveChecks = new PassiveChecks(pool, observer, health.interval(), timer, nanoClock, doubts);
    bounded =
        new BoundedUpstream(upstream, config.transport().callsPerServer(), observer::overload);
    ServerCalls calls = new ServerCalls(bounded, timer, work, nanoClock, passiveChecks);
    directory =
        new ProbedDirectory(
            pool,
            calls,
            new Patience(contacts, nanoClock, config.meetings().patience()),
            observer,
            DirectorySettings.DEFAULT
                .withQuestion(limits.list())
                .withConfirmation(limits.answer())
                .withCreate(limits.create())
                .withAbsence(limits.reuse())
                .withInterval(health.interval())
                .withMeetings(config.meetings())
                .withAlike(
                    config.meetings().balancers() == Balancers.SEVERAL
                        && policy.name().equals(ExpectedLoad.NAME)),
            shared.agreement());
    CallbackUrls callbackUrls =
        relay == null ? CallbackUrls.UNCHANGED : new RelayedUrls(relay, observer, nanoClock);
    hookCopies =
        new HookCopies(
            pool, doubts.calls(), limits.answer(), callbackUrls, shared.tombstones(), observer);
    sweeper =
        new Sweeper(
            pool,
            doubts,
            listener,
            verdicts,
            observer,
            health.interval(),
            health.timeout(),
            threads.random());
    GatewayObserver states = shared.states(this::edit);
    PoolReplacement replacement =
        new PoolReplacement(
            pool, sweeper, verdicts, Observers.of(List.of(observer, tagCheck(placer), states)));
    poolFile = new WatchedPoolFile(config.pool().file(), config.pool().warnings());
    reloads = new PoolReloads(poolFile, replacement, observer, timer, work);
    MeetingEnds ends =
        new MeetingEnds(
            pool,
            doubts.calls(),
            observer,
            limits.list(),
            limits.answer(),
            (server, meetingId) -> directory.known().ended(meetingId, server));
    meetings = new Meetings(directory, pool, ends);
    serverChecks =
        new ServerChecks(
            new ServerCalls(upstream, timer, work, nanoClock),
            observer,
            limits.list(),
            limits.answer());
    drainDeadlines =
        new DrainDeadlines(
            pool,
            doubts.calls(),
            ends,
            new RoomMessages(doubts.calls(), observer, limits.list(), limits.answer()),
            reloads::edit,
            observer,
            threads.clock());
    house = new Tenant(HOUSE, frontEnds.secrets());
    callbackContext = callbackContext(house);
    gateway =
        GatewayAssembly.of(
            new Authenticator(List.of(house), frontEnds.algorithms(), frontEnds.unsignedBodies()),
            pool,
            directory,
            placer,
            calls,
            hookCopies,
            callbackUrls,
            shared.claims(),
            limits,
            config.log(),
            held,
            observer,
            work);
  }

  /** What the relay is told: everything is the house's. */
  private CallbackContext callbackContext(Tenant house) {
    List<Tenant> tenants = List.of(house);
    Optional<Tenant> owner = Optional.of(house);
    return new CallbackContext() {
      @Override
      public List<Tenant> tenants() {
        return tenants;
      }

      @Override
      public List<Secret> serverSecrets() {
        return pool.secrets();
      }

      @Override
      public Optional<Tenant> owner(String internalMeetingId) {
        return owner;
      }

      @Override
      public GatewayObserver observer() {
        return observer;
      }

      @Override
      public InstantSource clock() {
        return threads.clock();
      }
    };
  }

  /** Looks at the tags when the pool has changed: a cordon may open servers that have some. */
  private static GatewayObserver tagCheck(Placer placer) {
    return new GatewayObserver() {
      @Override
      public void poolChanged(PoolChange change) {
        placer.checkTags();
      }
    };
  }

  /** Hands on what sweeps find. */
  private SweepListener sweepListener() {
    return new SweepListener() {
      @Override
      public SweepObserver asked(Server server, long asked) {
        return placer.sweep(server, asked);
      }

      @Override
      public int swept(Server server, Map<MeetingId, HeldMeeting> meetings, long begun) {
        seen.swept(server, meetings.values());
        hookCopies.swept(server);
        int held = directory.swept(server, meetings, begun);
        drainDeadlines.swept(server, meetings.size(), held, begun);
        return held;
      }

      @Override
      public void sweptInPart(Server server, Map<MeetingId, HeldMeeting> meetings, long begun) {
        hookCopies.swept(server);
        directory.sweptInPart(server, meetings, begun);
      }
    };
  }

  /** Begins to describe a balancer with this configuration. */
  public static Builder of(TinyscaleConfig config) {
    return new Builder(config);
  }

  /** What answers calls. */
  public Gateway gateway() {
    return gateway;
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
            new HealthEndpoint("live", () -> heartbeat.isAlive() ? "live" : "stuck")),
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
    rows.add(new ApiRoute(gateway));
    if (relay != null) {
      rows.add(relay.route());
    }
    rows.addAll(more);
    return Routes.of(rows.toArray(Route[]::new));
  }

  /** What the balancer knows of itself and its servers now. */
  public BalancerStatus status() {
    Map<String, Integer> meetings = directory.meetingsByServer();
    int mostCallsPerServer = config.transport().callsPerServer();
    return new BalancerStatus(
        pool.snapshot().stream()
            .map(
                status ->
                    new BalancerStatus.OfServer(
                        status,
                        meetings.getOrDefault(status.server().name(), 0),
                        bounded.callsTo(status.server()),
                        mostCallsPerServer,
                        versions.of(status.server()),
                        seen.of(status.server()),
                        placer.expectedLoad(status.server()).orElse(-1),
                        directory.sinceSweep(status.server()).orElse(null),
                        ejectedFor(status)))
            .toList(),
        placement,
        directory.caution(),
        directory.size(),
        config.meetings().most(),
        directory.splits(),
        gateway.callsInFlight(),
        config.calls().calls(),
        relay == null ? CallbackStatus.NONE : relay.status(),
        placer.tagFallbacks(),
        shared.status());
  }

  private @Nullable Duration ejectedFor(ServerStatus status) {
    return status.health().isEjected()
        ? Duration.ofNanos(
            Math.max(0, status.health().ejectedUntil() - threads.nanoClock().getAsLong()))
        : null;
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
    return reloads.edit(edit);
  }

  /**
   * Edits the pool file if it still says what it said in a revision; else the edit is refused as
   * {@link PoolEdited.Reason#CHANGED}.
   */
  public CompletionStage<PoolEdited> edit(PoolEdit edit, long revision) {
    return reloads.edit(edit, OptionalLong.of(revision));
  }

  /**
   * Asks the server that an edit would add whether it is there, accepts the secret and tells its
   * meetings. Nothing is edited.
   */
  public CompletionStage<ServerCheck> check(PoolEdit.Add edit) {
    return serverChecks.of(edit);
  }

  /**
   * Asks a server of the pool the same; its verdict stays as it is.
   *
   * @param server its name
   * @return empty if there is no such server
   */
  public Optional<CompletionStage<ServerCheck>> check(String server) {
    return pool.status(server).map(ServerStatus::server).map(serverChecks::of);
  }

  /**
   * Reads the pool file now, whether it has changed or not, and lets it take effect.
   *
   * @return all mistakes of the file, each with its fix, in which case the pool stays as it is;
   *     without any, once the file has taken effect
   */
  public CompletionStage<List<String>> reloadPool() {
    return reloads.reload();
  }

  /** The number of what the pool file says; it rises whenever the file says something else. */
  public long poolRevision() {
    return poolFile.revision();
  }

  /**
   * Whether the pool file can be edited, as far as access rights tell. Of a file that is mounted by
   * itself only the first edit tells. Looks at the file system.
   */
  public boolean isPoolWritable() {
    return poolFile.isWritable();
  }

  /** Time between two sweeps of a server, give or take a tenth. */
  public Duration sweepInterval() {
    return config.health().interval();
  }

  /** The secrets of front ends and servers now: none of them may open another door. */
  public List<Secret> secrets() {
    List<Secret> secrets = new ArrayList<>(config.frontEnds().secrets());
    secrets.addAll(pool.secrets());
    return List.copyOf(secrets);
  }

  /** Tells all observers, for a door that hears what they should know. */
  public GatewayObserver observer() {
    return observer;
  }

  /** The path of the pool file. */
  public Path poolFile() {
    return config.pool().file();
  }

  /** The meetings of all servers, for administrators: to find, to list and to end. */
  public Meetings meetings() {
    return meetings;
  }

  /**
   * Lets the calls in flight be answered, and then closes.
   *
   * @param grace how long they may take; those that take longer fail
   */
  public void close(Duration grace) {
    try {
      gateway.allAnswered().toCompletableFuture().get(grace.toNanos(), TimeUnit.NANOSECONDS);
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
    heartbeat.stop();
    shared.close();
    reloads.close();
    drainDeadlines.close();
    sweeper.close();
    hookCopies.close();
    passiveChecks.close();
    doubts.close();
    versions.close();
    if (relay != null) {
      relay.close();
    }
    upstream.close();
    keeping.close();
    threads.end().run();
    if (wasRunning) {
      observer.stopped();
    }
  }

  /** Lets the relay begin: the servers' webhooks are read with its help. */
  private void startRelay() {
    if (relay == null) {
      return;
    }
    try {
      relay.start(callbackContext);
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
        new AcceptedCall(create, house, new Cancellation()), pool, directory, placer, placement);
  }

  private void begin(int up) {
    running.set(true);
    heartbeat.start();
    keeping.start();
    // The others hear what the first sweep has found.
    shared.start();
    observer.started(up, pool.servers(ServerStatus::inUse).size());
    verdicts.reportUnknown(pool.servers(ServerStatus::inUse));
  }

  /** The pool, for tests that play the sweeper. */
  ServerPool pool() {
    return pool;
  }

  /** The contact with the servers, for tests that play the sweeper. */
  Contacts contacts() {
    return contacts;
  }

  /** The directory, for tests that play the sweeps. */
  ProbedDirectory directory() {
    return directory;
  }

  /** Talks to the store, for tests that play the start. */
  void meetStore() {
    shared.start();
  }

  /** Leaves the store, for tests that play the end. */
  void leaveStore() {
    shared.close();
  }

  /** What the relay is told, for tests that play the start. */
  CallbackContext callbackContext() {
    return callbackContext;
  }

  /** The copies of webhooks, for tests that play the sweeps. */
  HookCopies hookCopies() {
    return hookCopies;
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
      balancer.shared.start().toCompletableFuture().join();
      int up = check(balancer, config.health().startupCheck());
      balancer.sweeper.start();
      balancer.reloads.start();
      balancer.drainDeadlines.start();
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
        balancer.hookCopies.close();
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
        balancer.hookCopies.close();
        check(balancer, StartupCheck.ABORT);
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
        balancer.hookCopies.close();
        balancer.sweeper.firstSweep().toCompletableFuture().join();
        return balancer.preview(create);
      }
    }

    /** Returns how many servers passed. */
    private static int check(Balancer balancer, StartupCheck strictness) {
      try {
        List<Sweep> found = balancer.sweeper.firstSweep().toCompletableFuture().join();
        strictness.require(found);
        return (int) found.stream().filter(Sweep::isAnswered).count();
      } catch (RuntimeException e) {
        balancer.close();
        throw e;
      }
    }

    /**
     * The log first, then those of extensions. Of a lack of memory the last observer is told first:
     * an extension must not come before the observer that ends the process.
     */
    private List<GatewayObserver> observers(RecentEvents recent) {
      List<GatewayObserver> all = new ArrayList<>();
      all.add(new EventLog(recent));
      ClassLoader loader = extensions;
      if (loader != null) {
        ServiceLoader.load(GatewayObserver.class, loader).forEach(all::add);
      }
      all.addAll(observers);
      return all;
    }

    /** Puts the balancer together and starts nothing. */
    Balancer assemble() {
      Upstream transport = upstream;
      if (transport == null) {
        throw new IllegalStateException("a balancer needs an upstream");
      }
      Threads started = null;
      try {
        if (relay == null && config.relay().isOn()) {
          throw new IllegalStateException("relay.url needs a relay");
        }
        RecentEvents recent = new RecentEvents(InstantSource.system());
        GatewayObserver observer = Observers.of(observers(recent));
        started = threads.apply(observer);
        PlacementPolicy chosen =
            policy == null
                ? config
                    .placement()
                    .load(
                        extensions,
                        config.meetings().balancers() == Balancers.SEVERAL,
                        started.clock(),
                        started.nanoClock(),
                        observer)
                : policy;
        config.frontEnds().warnings().forEach(observer::configWarning);
        config.pool().warnings().forEach(warning -> observer.configWarning(warning.text()));
        config.placement().warnings().forEach(observer::configWarning);
        config.relay().warnings().forEach(observer::configWarning);
        config.meetings().store().warnings().forEach(observer::configWarning);
        config.executable().warnings().forEach(observer::configWarning);
        config.admin().warnings().forEach(observer::configWarning);
        Balancer balancer =
            new Balancer(
                config,
                transport,
                relay,
                chosen,
                storeProvider(),
                port,
                held == null ? new HeldBytes(config.calls().held()) : held,
                observer,
                recent,
                started);
        balancer.placer.checkTags();
        return balancer;
      } catch (RuntimeException e) {
        close(transport, started);
        throw e;
      } catch (ServiceConfigurationError e) {
        close(transport, started);
        throw new ConfigException(
            List.of(
                Problem.of(
                    "extensions",
                    String.valueOf(e.getMessage()),
                    "public classes with a public constructor without parameters",
                    "Correct or remove the jar that offers it.")));
      }
    }

    private @Nullable StoreProvider storeProvider() {
      ClassLoader loader = extensions;
      return store != null
          ? store
          : Shared.provider(
              config.meetings().store(), loader != null ? loader : Balancer.class.getClassLoader());
    }

    /** Closes what was given, for a balancer that does not come to be. */
    private void close(Upstream transport, @Nullable Threads started) {
      if (started != null) {
        started.end().run();
      }
      transport.close();
      if (relay != null) {
        relay.close();
      }
    }
  }
}
