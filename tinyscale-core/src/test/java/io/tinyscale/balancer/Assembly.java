package io.tinyscale.balancer;

import io.tinyscale.gateway.Gateway;
import io.tinyscale.gateway.HookCopies;
import io.tinyscale.meeting.ProbedDirectory;
import io.tinyscale.observe.GatewayObserver;
import io.tinyscale.placement.PlacementPolicy;
import io.tinyscale.server.ServerPool;
import io.tinyscale.upstream.ManualTime;
import io.tinyscale.upstream.Upstream;
import java.util.concurrent.Executor;

/**
 * A balancer as the product puts it together, on a clock that tests move. Nothing is swept unless a
 * test does it.
 */
public final class Assembly {

  private final Balancer balancer;

  private Assembly(Balancer balancer) {
    this.balancer = balancer;
  }

  public static Assembly of(
      TinyscaleConfig config,
      Upstream upstream,
      PlacementPolicy policy,
      GatewayObserver observer,
      ManualTime time,
      Executor work) {
    return new Assembly(
        Balancer.of(config)
            .upstream(upstream)
            .policy(policy)
            .observer(observer)
            .assemble(() -> new Threads(time, work, time::nanos, () -> {})));
  }

  public Gateway gateway() {
    return balancer.gateway();
  }

  public BalancerStatus status() {
    return balancer.status();
  }

  public ServerPool pool() {
    return balancer.pool();
  }

  public ProbedDirectory directory() {
    return balancer.directory();
  }

  public HookCopies hookCopies() {
    return balancer.hookCopies();
  }
}
