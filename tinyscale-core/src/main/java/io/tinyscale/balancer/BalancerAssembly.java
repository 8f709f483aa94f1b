package io.tinyscale.balancer;

import io.tinyscale.body.HeldBytes;
import io.tinyscale.callback.CallbackRelay;
import io.tinyscale.config.ConfigException;
import io.tinyscale.config.ConfigException.Problem;
import io.tinyscale.meeting.Balancers;
import io.tinyscale.observe.EventLog;
import io.tinyscale.observe.GatewayObserver;
import io.tinyscale.observe.Observers;
import io.tinyscale.observe.RecentEvents;
import io.tinyscale.placement.PlacementPolicy;
import io.tinyscale.store.StoreProvider;
import io.tinyscale.upstream.Upstream;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a program gives for a balancer, and the balancer that is made of it. {@link
 * Balancer.Builder} says what each part is for.
 */
record BalancerAssembly(
    TinyscaleConfig config,
    List<GatewayObserver> observers,
    @Nullable Upstream upstream,
    @Nullable CallbackRelay relay,
    @Nullable PlacementPolicy policy,
    @Nullable StoreProvider store,
    int port,
    @Nullable HeldBytes held,
    @Nullable ClassLoader extensions,
    Function<GatewayObserver, Threads> threads) {

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
      GatewayObserver observer = Observers.of(allObservers(recent));
      started = threads.apply(observer);
      PlacementPolicy chosen = chosenPolicy(started, observer);
      warn(observer);
      BalancerParts parts =
          new BalancerParts(
              config,
              transport,
              relay,
              chosen,
              storeProvider(),
              port,
              held == null ? new HeldBytes(config.calls().held()) : held,
              observer,
              started);
      parts.placer.checkTags();
      return new Balancer(parts, recent);
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

  /**
   * The log first, then those of extensions. Of a lack of memory the last observer is told first:
   * an extension must not come before the observer that ends the process.
   */
  private List<GatewayObserver> allObservers(RecentEvents recent) {
    List<GatewayObserver> all = new ArrayList<>();
    all.add(new EventLog(recent));
    ClassLoader loader = extensions;
    if (loader != null) {
      ServiceLoader.load(GatewayObserver.class, loader).forEach(all::add);
    }
    all.addAll(observers);
    return all;
  }

  private PlacementPolicy chosenPolicy(Threads started, GatewayObserver observer) {
    return policy == null
        ? config
            .placement()
            .load(
                extensions,
                config.meetings().balancers() == Balancers.SEVERAL,
                started.clock(),
                started.nanoClock(),
                observer)
        : policy;
  }

  /** Tells what of the configuration works, and may not be meant. */
  private void warn(GatewayObserver observer) {
    config.frontEnds().warnings().forEach(observer::configWarning);
    config.pool().warnings().forEach(warning -> observer.configWarning(warning.text()));
    config.placement().warnings().forEach(observer::configWarning);
    config.relay().warnings().forEach(observer::configWarning);
    config.meetings().store().warnings().forEach(observer::configWarning);
    config.executable().warnings().forEach(observer::configWarning);
    config.admin().warnings().forEach(observer::configWarning);
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
