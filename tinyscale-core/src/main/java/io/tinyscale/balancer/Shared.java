package io.tinyscale.balancer;

import io.tinyscale.config.ConfigException;
import io.tinyscale.config.ConfigException.Problem;
import io.tinyscale.config.ConfigKey;
import io.tinyscale.config.PoolEdit;
import io.tinyscale.config.PoolEdited;
import io.tinyscale.health.SharedStates;
import io.tinyscale.observe.GatewayObserver;
import io.tinyscale.server.ServerPool;
import io.tinyscale.server.ServerStatus;
import io.tinyscale.store.Agreement;
import io.tinyscale.store.Claims;
import io.tinyscale.store.Decisions;
import io.tinyscale.store.Notice;
import io.tinyscale.store.Peer;
import io.tinyscale.store.PoolDigest;
import io.tinyscale.store.Rendezvous;
import io.tinyscale.store.SharedAgreement;
import io.tinyscale.store.SharedClaims;
import io.tinyscale.store.SharedStatus;
import io.tinyscale.store.SharedStore;
import io.tinyscale.store.StoreLink;
import io.tinyscale.store.StoreProvider;
import io.tinyscale.store.StoreSettings;
import io.tinyscale.store.Tombstones;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a balancer shares with others: through a store, or nothing. Thread-safe.
 *
 * <p>The parts that hear of the balancer are made before the parts that act for it.
 */
final class Shared implements AutoCloseable {

  private static final int INSTANCE_BYTES = 4;
  private static final int FAREWELL_SECONDS = 1;

  private final ServerPool pool;
  private final StoreSettings settings;
  private final GatewayObserver observer;
  private final InstantSource clock;
  private final String id;
  private final String instance;
  private final Instant started;
  private @Nullable StoreLink link;
  private @Nullable SharedAgreement agreement;
  private volatile @Nullable SharedStates states;

  private Shared(
      ServerPool pool,
      StoreSettings settings,
      int port,
      GatewayObserver observer,
      InstantSource clock) {
    this.pool = pool;
    this.settings = settings;
    this.observer = observer;
    this.clock = clock;
    this.id = settings.id().isEmpty() ? machine(port) : settings.id();
    byte[] random = new byte[INSTANCE_BYTES];
    new SecureRandom().nextBytes(random);
    this.instance = HexFormat.of().formatHex(random);
    this.started = clock.instant();
  }

  /**
   * What the settings say.
   *
   * @param port that front ends call; 0 if it is not known
   * @param provider opens the store; null if there is none in the program
   * @throws ConfigException if there is an address and no provider
   */
  static Shared of(
      ServerPool pool,
      StoreSettings settings,
      int port,
      @Nullable StoreProvider provider,
      GatewayObserver observer,
      Threads threads) {
    Shared made = new Shared(pool, settings, port, observer, threads.clock());
    if (settings.isShared()) {
      if (provider == null) {
        throw new ConfigException(
            List.of(
                Problem.of(
                    ConfigKey.BALANCERS_STORE.key(),
                    String.valueOf(settings.address()),
                    "tinyscale-valkey among the program's jars",
                    "Add it, or remove balancers.store.")));
      }
      made.open(provider, threads);
    }
    return made;
  }

  /** The provider that a class loader finds; null if there is none. */
  static @Nullable StoreProvider provider(StoreSettings settings, ClassLoader loader) {
    return settings.isShared()
        ? ServiceLoader.load(StoreProvider.class, loader).findFirst().orElse(null)
        : null;
  }

  private void open(StoreProvider provider, Threads threads) {
    SharedStore store = provider.open(settings, this::hear);
    StoreLink opened =
        new StoreLink(
            store,
            settings,
            this::self,
            observer,
            threads.timer(),
            threads.work(),
            threads.nanoClock());
    link = opened;
    agreement = new SharedAgreement(opened);
  }

  private void hear(Notice notice) {
    SharedStates shared = states;
    SharedAgreement agreed = agreement;
    if (notice instanceof Notice.States && shared != null) {
      shared.takeOver();
    } else if (agreed != null) {
      agreed.hear(notice);
    }
  }

  /** What this balancer tells the others of itself. */
  private Peer self() {
    List<ServerStatus> servers = pool.snapshot();
    return new Peer(
        id,
        instance,
        Optional.ofNullable(Shared.class.getPackage().getImplementationVersion())
            .orElse("unreleased"),
        Rendezvous.FORMULA,
        started,
        PoolDigest.of(servers.stream().map(ServerStatus::server).toList()),
        servers.stream()
            .filter(status -> status.inUse() && !status.health().isUp())
            .map(status -> status.server().name())
            .collect(Collectors.toSet()));
  }

  private static String machine(int port) {
    String name;
    try {
      name = InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      name = "tinyscale";
    }
    return port == 0 ? name : name + ":" + port;
  }

  /** Hears of verdicts, which the others should know at once. */
  GatewayObserver observer() {
    return link == null ? GatewayObserver.NONE : link;
  }

  /** Which webhooks were destroyed. */
  Tombstones tombstones() {
    return link == null ? Tombstones.NONE : new Tombstones(link);
  }

  /** What the others tell. */
  Agreement agreement() {
    return agreement == null ? Agreement.NONE : agreement;
  }

  /**
   * Keeps the states of servers the same on all balancers.
   *
   * @param edits edits the pool file
   * @return what must hear of changes of the pool
   */
  GatewayObserver states(Function<PoolEdit, CompletionStage<PoolEdited>> edits) {
    StoreLink opened = link;
    if (opened == null) {
      return GatewayObserver.NONE;
    }
    SharedStates shared = new SharedStates(new Decisions(opened, clock), pool, edits, observer);
    states = shared;
    opened.whenDecided(shared::takeOver);
    return shared;
  }

  /** Decides where creates go; {@link #states} comes first. */
  Claims claims() {
    StoreLink opened = link;
    SharedStates shared = states;
    return opened == null || shared == null
        ? Claims.NONE
        : new SharedClaims(opened, pool, shared::isRetired, observer);
  }

  /** Begins to talk to the store; done when it has answered once, or has failed to. */
  CompletionStage<Void> start() {
    return link == null ? CompletableFuture.completedStage(null) : link.start();
  }

  /** What is shared, and what the others tell of themselves. */
  SharedStatus status() {
    return SharedStatus.of(self(), link);
  }

  @Override
  public void close() {
    StoreLink opened = link;
    if (opened == null) {
      return;
    }
    try {
      opened.leave().toCompletableFuture().get(FAREWELL_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException untold) {
      // The others forget this balancer by themselves.
    }
    opened.close();
  }
}
