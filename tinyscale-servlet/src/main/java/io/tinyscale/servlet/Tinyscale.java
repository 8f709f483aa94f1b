package io.tinyscale.servlet;

import io.tinyscale.config.TinyscaleConfig;
import io.tinyscale.config.WatchedPoolFile;
import io.tinyscale.gateway.Gateway;
import io.tinyscale.gateway.GatewayLimits;
import io.tinyscale.gateway.HookCopies;
import io.tinyscale.health.HealthChecker;
import io.tinyscale.health.PassiveChecks;
import io.tinyscale.health.PoolReloads;
import io.tinyscale.health.StartupCheck;
import io.tinyscale.health.StartupException;
import io.tinyscale.meeting.ProbedDirectory;
import io.tinyscale.observe.EventLog;
import io.tinyscale.observe.GatewayObserver;
import io.tinyscale.placement.PlacementPolicy;
import io.tinyscale.placement.RoundRobin;
import io.tinyscale.server.Server;
import io.tinyscale.server.ServerPool;
import io.tinyscale.servlet.httpclient.HttpClientUpstream;
import io.tinyscale.tenant.Authenticator;
import io.tinyscale.tenant.Tenant;
import io.tinyscale.upstream.BoundedUpstream;
import io.tinyscale.upstream.OverloadListener;
import io.tinyscale.upstream.ServerCalls;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;

/**
 * One running balancer: all parts put together, and taken apart again. Shares nothing with any
 * other one in the same JVM. Thread-safe.
 *
 * <p>Its threads are {@code tinyscale-timer-1}, which only watches the time, {@code
 * tinyscale-work-n}, which read lists and the pool file, and {@code tinyscale-http-n}, which talk
 * to the servers.
 */
public final class Tinyscale implements AutoCloseable {

  /** Connections to each server beside those for calls: sweeps find one whatever goes on. */
  private static final int CONNECTIONS_FOR_SWEEPS = 8;

  private static final LongSupplier NANO_CLOCK = System::nanoTime;
  private static final long CLOSE_SECONDS = 5;

  private final ScheduledThreadPoolExecutor timer;
  private final ExecutorService work;
  private final HttpClientUpstream upstream;
  private final PassiveChecks passiveChecks;
  private final HookCopies hookCopies;
  private final HealthChecker checker;
  private final PoolReloads reloads;
  private final Gateway gateway;

  private Tinyscale(TinyscaleConfig config, PlacementPolicy policy, GatewayObserver observer) {
    timer = new ScheduledThreadPoolExecutor(1, new NamedThreads("timer"));
    timer.setRemoveOnCancelPolicy(true);
    work =
        Executors.newFixedThreadPool(
            Runtime.getRuntime().availableProcessors(), new NamedThreads("work"));
    TinyscaleConfig.Timeouts timeouts = config.timeouts();
    upstream =
        new HttpClientUpstream(
            timeouts.connect(),
            timeouts.create(),
            config.limits().callsPerServer() + CONNECTIONS_FOR_SWEEPS,
            TrustedCas.contexts(config.tlsCa()),
            "tinyscale");
    ServerPool pool =
        new ServerPool(config.servers(), config.health().unhealthy(), config.health().healthy());
    passiveChecks =
        new PassiveChecks(pool, observer, config.health().interval(), timer, NANO_CLOCK);
    BoundedUpstream bounded =
        new BoundedUpstream(
            upstream, config.limits().callsPerServer(), reportingOverload(observer));
    ServerCalls calls = new ServerCalls(bounded, timer, work, NANO_CLOCK, passiveChecks);
    ProbedDirectory directory =
        new ProbedDirectory(
            pool,
            calls,
            observer,
            timeouts.list(),
            timeouts.create(),
            config.cacheTtl(),
            NANO_CLOCK);
    // Sweeps are judged by the checker alone: nothing is counted twice.
    ServerCalls unjudged = new ServerCalls(upstream, timer, work, NANO_CLOCK);
    hookCopies = new HookCopies(pool, unjudged, timeouts.answer(), observer);
    checker =
        new HealthChecker(
            pool,
            unjudged,
            (server, meetings, begun) -> {
              hookCopies.swept(server);
              return directory.swept(server, meetings, begun);
            },
            observer,
            config.health().interval(),
            config.health().timeout(),
            NANO_CLOCK);
    reloads =
        new PoolReloads(new WatchedPoolFile(config.serversFile()), checker, observer, timer, work);
    gateway =
        new Gateway(
            new Authenticator(
                List.of(new Tenant("default", config.secrets())),
                config.checksumAlgorithms(),
                config.unsignedBodies()),
            pool,
            directory,
            policy,
            calls,
            hookCopies,
            new GatewayLimits(
                timeouts.answer(),
                timeouts.create(),
                timeouts.list(),
                config.cacheTtl(),
                config.limits().body(),
                config.limits().query(),
                config.limits().calls()),
            observer,
            work);
  }

  /**
   * Starts a balancer: every server is swept once, which tells whether it answers and which
   * meetings it holds, and then again and again. Returns when that first sweep is over.
   *
   * @throws StartupException if a server failed and the configuration says that this matters
   */
  public static Tinyscale start(TinyscaleConfig config) {
    return start(config, new RoundRobin(config.strict()));
  }

  /** Like {@link #start(TinyscaleConfig)}, with another policy for new meetings. */
  public static Tinyscale start(TinyscaleConfig config, PlacementPolicy policy) {
    EventLog log = new EventLog();
    config.warnings().forEach(log::configWarning);
    Tinyscale tinyscale = new Tinyscale(config, policy, log);
    try {
      StartupCheck.require(
          tinyscale.checker.firstSweep().toCompletableFuture().join(),
          config.startupCheck() == TinyscaleConfig.StartupCheck.WARN);
    } catch (RuntimeException e) {
      tinyscale.close();
      throw e;
    }
    tinyscale.checker.start();
    tinyscale.reloads.start();
    return tinyscale;
  }

  private static OverloadListener reportingOverload(GatewayObserver observer) {
    return new OverloadListener() {
      @Override
      public void overloaded(Server server, int most) {
        observer.serverOverloaded(server, most);
      }

      @Override
      public void relieved(Server server, long refused) {
        observer.serverRelieved(server, refused);
      }
    };
  }

  /** What answers calls. */
  public Gateway gateway() {
    return gateway;
  }

  /**
   * Lets the calls under way be answered, and then closes.
   *
   * @param grace how long they may take; those that take longer fail
   */
  void close(Duration grace) {
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

  /** Stops: calls under way fail, and no thread and no socket is left. */
  @Override
  public void close() {
    reloads.close();
    checker.close();
    hookCopies.close();
    passiveChecks.close();
    upstream.close();
    timer.shutdownNow();
    work.shutdown();
    try {
      timer.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS);
      work.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
