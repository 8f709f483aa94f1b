package io.tinyscale.balancer;

import io.tinyscale.bbb.HeldMeeting;
import io.tinyscale.bbb.Secret;
import io.tinyscale.body.HeldBytes;
import io.tinyscale.call.CallLimits;
import io.tinyscale.callback.CallbackContext;
import io.tinyscale.callback.CallbackRelay;
import io.tinyscale.callback.CallbackUrls;
import io.tinyscale.callback.RelayedUrls;
import io.tinyscale.config.FrontEndSettings;
import io.tinyscale.config.PoolEdit;
import io.tinyscale.config.PoolEdited;
import io.tinyscale.config.WatchedPoolFile;
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
import io.tinyscale.health.ServerChecks;
import io.tinyscale.health.SweepListener;
import io.tinyscale.health.Sweeper;
import io.tinyscale.health.Verdicts;
import io.tinyscale.hook.HookCopies;
import io.tinyscale.meeting.Balancers;
import io.tinyscale.meeting.DirectorySettings;
import io.tinyscale.meeting.Patience;
import io.tinyscale.meeting.ProbedDirectory;
import io.tinyscale.observe.GatewayObserver;
import io.tinyscale.observe.Observers;
import io.tinyscale.observe.SweepObserver;
import io.tinyscale.placement.ExpectedLoad;
import io.tinyscale.placement.Keeping;
import io.tinyscale.placement.PlacementPolicy;
import io.tinyscale.placement.Placer;
import io.tinyscale.server.Contacts;
import io.tinyscale.server.PoolChange;
import io.tinyscale.server.Server;
import io.tinyscale.server.ServerPool;
import io.tinyscale.store.StoreProvider;
import io.tinyscale.tenant.Authenticator;
import io.tinyscale.tenant.MeetingId;
import io.tinyscale.tenant.Tenant;
import io.tinyscale.upstream.BoundedUpstream;
import io.tinyscale.upstream.ServerCalls;
import io.tinyscale.upstream.Upstream;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * All parts of a balancer, put together, and taken apart again. Nothing is started here. Each part
 * is made after those that it needs; what parts need of later ones goes through listeners.
 */
final class BalancerParts {

  /** The tenant that all front ends with the configured secret are. */
  private static final String HOUSE = "house";

  final TinyscaleConfig config;
  final Threads threads;
  final Upstream upstream;
  final BoundedUpstream bounded;
  final ServerPool pool;
  final Tenant house;
  final Contacts contacts;
  final ProbedDirectory directory;
  final Verdicts verdicts;
  final Doubts doubts;
  final BbbVersions versions;
  final MeetingsSeen seen;
  final PassiveChecks passiveChecks;
  final HookCopies hookCopies;
  final Sweeper sweeper;
  final WatchedPoolFile poolFile;
  final PoolReloads reloads;
  final Meetings meetings;
  final ServerChecks serverChecks;
  final DrainDeadlines drainDeadlines;
  final Gateway gateway;
  final String placement;
  final Placer placer;
  final Keeping keeping;
  final GatewayObserver observer;
  final @Nullable CallbackRelay relay;
  final CallbackContext callbackContext;
  final Shared shared;
  final Heartbeat heartbeat;

  /**
   * Puts the parts together.
   *
   * @param upstream brings requests to servers
   * @param relay takes the servers' callbacks; null if they go to front ends directly
   * @param policy chooses servers for new meetings
   * @param storeProvider opens the store that balancers share; null if there is none
   * @param port that front ends call; 0 if it is not known
   * @param held bounds the memory for forms whose checksums are not known yet
   */
  BalancerParts(
      TinyscaleConfig config,
      Upstream upstream,
      @Nullable CallbackRelay relay,
      PlacementPolicy policy,
      @Nullable StoreProvider storeProvider,
      int port,
      HeldBytes held,
      GatewayObserver observer,
      Threads threads) {
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

  private CompletionStage<PoolEdited> edit(PoolEdit edit) {
    return reloads.edit(edit);
  }

  /**
   * Stops: first what begins work by itself, the relay included, then the transport, so that calls
   * in flight fail, then the threads. Closing twice does no harm.
   */
  void close() {
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
  }
}
