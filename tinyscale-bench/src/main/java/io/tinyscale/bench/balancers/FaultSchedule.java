package io.tinyscale.bench.balancers;

import io.tinyscale.bench.placement.Dice;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;

/** Lets the faults of a scenario happen, while rooms are opened and for a while after that. */
final class FaultSchedule {

  private static final double SECOND = Duration.ofSeconds(1).toNanos();
  private static final double FIRST = 5;
  private static final double LAST = 95;
  private static final double CUT_SECONDS = 25;
  private static final double SHORTEST_OUTAGE = 5;
  private static final double OUTAGE_SECONDS = 20;
  private static final double BETWEEN_FREEZES = 60;
  private static final double FREEZE_SECONDS = 3;

  private final VirtualTime time;
  private final Function<String, Dice> dice;
  private final Journal journal;

  /**
   * A schedule without faults.
   *
   * @param dice the chance of a purpose
   */
  FaultSchedule(VirtualTime time, Function<String, Dice> dice, Journal journal) {
    this.time = time;
    this.dice = dice;
    this.journal = journal;
  }

  private void at(double seconds, String what, Runnable action) {
    time.at(
        nanos(seconds),
        () -> {
          journal.noteForAll(() -> what);
          action.run();
        });
  }

  /** Calls fail, so that balancers eject servers while rooms are opened. */
  void eject(
      double share,
      List<BalancerProcess> balancers,
      Collection<VirtualServer> servers,
      FrontEnd frontEnd) {
    for (BalancerProcess balancer : balancers) {
      for (VirtualServer server : servers) {
        Dice chance = dice.apply("ejection of " + server.name() + " by " + balancer.name());
        double when = chance.between(VirtualPool.FIRST_ROOM, VirtualPool.LAST_ROOM);
        if (chance.chance(share)) {
          at(
              when,
              server.name() + " fails calls of " + balancer.name(),
              () -> frontEnd.failing(balancer, server));
        }
      }
    }
  }

  /** Balancers freeze now and then. */
  void freeze(List<BalancerProcess> balancers) {
    for (BalancerProcess balancer : balancers) {
      Dice chance = dice.apply("freezes of " + balancer.name());
      for (double when = FIRST; when < LAST; when += chance.pause(BETWEEN_FREEZES)) {
        double seconds = chance.pause(FREEZE_SECONDS);
        at(
            when + chance.pause(BETWEEN_FREEZES),
            balancer.name() + " freezes for " + seconds + " s",
            () -> balancer.process().freeze(nanos(seconds)));
      }
    }
  }

  /** Balancers and servers lose each other, while users still reach the servers. */
  void cut(
      double share,
      List<BalancerProcess> balancers,
      Collection<VirtualServer> servers,
      VirtualNetwork network) {
    for (BalancerProcess balancer : balancers) {
      for (VirtualServer server : servers) {
        Dice chance = dice.apply("cut of " + balancer.name() + " and " + server.name());
        double when = chance.between(FIRST, LAST);
        double seconds = chance.pause(CUT_SECONDS);
        boolean isRefused = chance.chance(0.5);
        if (chance.chance(share)) {
          at(
              when,
              balancer.name() + " and " + server.name() + " lose each other for " + seconds + " s",
              () -> network.cut(balancer, server, nanos(seconds), isRefused));
        }
      }
    }
  }

  /** Servers crash, or stop for a while, or the one and the other. */
  void fail(double share, Collection<VirtualServer> servers) {
    for (VirtualServer server : servers) {
      Dice chance = dice.apply("failures of " + server.name());
      double crash = chance.between(FIRST, LAST);
      double crashed = SHORTEST_OUTAGE + chance.pause(OUTAGE_SECONDS);
      double stop = chance.between(FIRST, LAST);
      double stopped = SHORTEST_OUTAGE + chance.pause(OUTAGE_SECONDS);
      if (chance.chance(share)) {
        at(crash, server.name() + " crashes", server::crash);
        at(crash + crashed, server.name() + " is restarted", server::restart);
      }
      if (chance.chance(share)) {
        at(stop, server.name() + " stops", server::stop);
        at(stop + stopped, server.name() + " goes on", server::goOn);
      }
    }
  }

  private static long nanos(double seconds) {
    return (long) (seconds * SECOND);
  }
}
