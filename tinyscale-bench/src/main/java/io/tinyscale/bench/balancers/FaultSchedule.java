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
  private static final double BETWEEN_STORE_FAULTS = 30;
  private static final double STORE_CUT_SECONDS = 10;
  private static final double SHORTEST_STORE_RESTART = 0.5;
  private static final double STORE_RESTART_SECONDS = 2;

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

  /** Balancers lose the store for a while, one of them or all. */
  void cutStore(List<StoreWire> wires) {
    Dice chance = dice.apply("cuts of the store");
    for (double when = FIRST; when < LAST; when += chance.pause(BETWEEN_STORE_FAULTS)) {
      int one = chance.whole(0, wires.size());
      double seconds = chance.pause(STORE_CUT_SECONDS);
      boolean isRefused = chance.chance(0.5);
      cutStore(
          when + chance.pause(BETWEEN_STORE_FAULTS),
          one < wires.size() ? List.of(wires.get(one)) : wires,
          seconds,
          isRefused);
    }
  }

  private void cutStore(double when, List<StoreWire> wires, double seconds, boolean isRefused) {
    for (StoreWire wire : wires) {
      at(
          when,
          wire.name() + " loses the store for " + seconds + " s",
          () -> wire.cut(nanos(seconds), isRefused));
    }
  }

  /** The store loses its data, half of the time by a restart. */
  void emptyStore(VirtualStore store, List<StoreWire> wires) {
    Dice chance = dice.apply("losses of the store");
    for (double when = FIRST; when < LAST; when += chance.pause(BETWEEN_STORE_FAULTS)) {
      double lost = when + chance.pause(BETWEEN_STORE_FAULTS);
      double seconds = SHORTEST_STORE_RESTART + chance.pause(STORE_RESTART_SECONDS);
      if (chance.chance(0.5)) {
        cutStore(lost, wires, seconds, true);
      }
      at(lost, "the store loses its data", store::lose);
    }
  }

  private static long nanos(double seconds) {
    return (long) (seconds * SECOND);
  }
}
