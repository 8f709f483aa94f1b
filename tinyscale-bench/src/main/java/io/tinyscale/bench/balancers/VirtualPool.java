package io.tinyscale.bench.balancers;

import io.tinyscale.bbb.Secret;
import io.tinyscale.bench.placement.Dice;
import io.tinyscale.server.AdminState;
import io.tinyscale.server.Server;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One run: some balancers before a pool of three servers, and rooms that are opened there within a
 * minute. Everything happens in one thread and in virtual time. Not thread-safe.
 */
final class VirtualPool {

  private static final int SERVERS = 3;
  private static final long SECOND = Duration.ofSeconds(1).toNanos();
  private static final long END = 150 * SECOND;

  /** Balancers start within so many seconds, so that their sweeps are not in step. */
  private static final double STARTS = 9;

  private static final double FIRST_ROOM = 10;
  private static final double LAST_ROOM = 70;
  private static final double FIRST_FAULT = 5;
  private static final double LAST_FAULT = 95;
  private static final double CUT_SECONDS = 25;
  private static final double SHORTEST_OUTAGE = 5;
  private static final double OUTAGE_SECONDS = 20;
  private static final double BETWEEN_FREEZES = 60;
  private static final double FREEZE_SECONDS = 3;

  private final Setup setup;
  private final Faults faults;
  private final long seed;
  private final VirtualTime time = new VirtualTime();
  private final Figures figures = new Figures();
  private final Map<String, VirtualServer> servers = new LinkedHashMap<>();
  private final Map<String, Room> rooms = new LinkedHashMap<>();
  private final Map<String, Room> byHash = new HashMap<>();
  private final List<BalancerProcess> balancers = new ArrayList<>();
  private final VirtualNetwork network;

  /**
   * A run that has not begun.
   *
   * @param seed decides everything that is left to chance
   * @param size how many rooms are opened
   * @param traced the id of a room whose story is told; null if none is
   * @param notes takes that story
   */
  VirtualPool(
      Setup setup,
      Scenario scenario,
      long seed,
      int size,
      @Nullable String traced,
      Consumer<String> notes) {
    this.setup = setup;
    this.faults = scenario.faults();
    this.seed = seed;
    for (int number = 1; number <= SERVERS; number++) {
      String name = "bbb" + number;
      servers.put(name, new VirtualServer(name, time, dice(name), this::room));
    }
    network =
        new VirtualNetwork(
            time, dice("network"), faults.isSlow(), servers::get, this::room, figures);
    for (int number = 1; number <= setup.balancers(); number++) {
      String name = "balancer" + number;
      balancers.add(new BalancerProcess(name, time, dice(name)));
    }
    FrontEnd frontEnd =
        new FrontEnd(
            time,
            balancers,
            room -> room.balancer(balancers.size(), setup.affinity()),
            servers::get,
            figures);
    for (int number = 0; number < size; number++) {
      String id = "room-" + seed + "-" + number;
      Room room = new Room(id, time, dice(id), frontEnd, id.equals(traced) ? notes : null);
      rooms.put(id, room);
      byHash.put(room.hash(), room);
    }
  }

  /** The room of an external or internal id. */
  private Room room(String id) {
    Room room = Optional.ofNullable(rooms.get(id)).orElseGet(() -> byHash.get(id.split("-")[0]));
    if (room == null) {
      throw new IllegalArgumentException("no such room: " + id);
    }
    return room;
  }

  private Dice dice(String purpose) {
    return new Dice(seed, purpose);
  }

  /** Runs to the end and tells what was seen. */
  Figures run() {
    Dice starts = dice("starts");
    for (BalancerProcess balancer : balancers) {
      List<Server> pool = asSeenBy(balancer);
      time.at(
          seconds(starts.between(0, STARTS)), () -> balancer.start(setup, pool, network, figures));
    }
    Dice openings = dice("openings");
    rooms.values().forEach(room -> room.begin(seconds(openings.between(FIRST_ROOM, LAST_ROOM))));
    freeze();
    cut();
    fail();
    time.runUntil(END);
    rooms.values().forEach(room -> room.tell(figures));
    balancers.forEach(BalancerProcess::close);
    return figures;
  }

  /** The servers with the states that this balancer alone has given them; not all are cordoned. */
  private List<Server> asSeenBy(BalancerProcess balancer) {
    Dice drift = dice("drift of " + balancer.name());
    List<Server> seen = new ArrayList<>();
    int cordoned = 0;
    for (String name : servers.keySet()) {
      boolean isCordoned = drift.chance(faults.cordoned()) && cordoned < SERVERS - 1;
      cordoned += isCordoned ? 1 : 0;
      seen.add(
          Server.of(
                  name,
                  URI.create("https://" + name + ".example.org/bigbluebutton/api"),
                  Secret.of("secret-of-" + name))
              .with(isCordoned ? AdminState.CORDONED : AdminState.ENABLED));
    }
    return seen;
  }

  private void freeze() {
    for (BalancerProcess balancer : faults.isSlow() ? balancers : List.<BalancerProcess>of()) {
      Dice freezes = dice("freezes of " + balancer.name());
      double at = FIRST_ROOM + freezes.pause(BETWEEN_FREEZES);
      while (seconds(at) < END) {
        long length = seconds(freezes.pause(FREEZE_SECONDS));
        time.at(seconds(at), () -> balancer.process().freeze(length));
        at += freezes.pause(BETWEEN_FREEZES);
      }
    }
  }

  private void cut() {
    for (BalancerProcess balancer : balancers) {
      for (VirtualServer server : servers.values()) {
        Dice cuts = dice("cut of " + balancer.name() + " and " + server.name());
        boolean isCut = cuts.chance(faults.cut());
        long at = seconds(cuts.between(FIRST_FAULT, LAST_FAULT));
        long length = seconds(cuts.pause(CUT_SECONDS));
        boolean isRefused = cuts.chance(0.5);
        if (isCut) {
          time.at(
              at,
              () -> {
                rooms
                    .values()
                    .forEach(
                        room ->
                            room.note(
                                () ->
                                    balancer.name()
                                        + " and "
                                        + server.name()
                                        + " lose each other for "
                                        + length / SECOND
                                        + " s"));
                network.cut(balancer, server, length, isRefused);
              });
        }
      }
    }
  }

  /** A server crashes, or stops for a while, or the one after the other. */
  private void fail() {
    for (VirtualServer server : servers.values()) {
      Dice fails = dice("failures of " + server.name());
      boolean crashes = fails.chance(faults.fail());
      boolean stops = fails.chance(faults.fail());
      long crash = seconds(fails.between(FIRST_FAULT, LAST_FAULT));
      long stop = seconds(fails.between(FIRST_FAULT, LAST_FAULT));
      long crashed = seconds(SHORTEST_OUTAGE + fails.pause(OUTAGE_SECONDS));
      long stopped = seconds(SHORTEST_OUTAGE + fails.pause(OUTAGE_SECONDS));
      if (crashes) {
        time.at(
            crash,
            () -> {
              rooms.values().forEach(room -> room.note(() -> server.name() + " crashes"));
              server.crash();
            });
        time.at(crash + crashed, server::restart);
      }
      if (stops) {
        time.at(
            stop,
            () -> {
              rooms.values().forEach(room -> room.note(() -> server.name() + " stops"));
              server.stop();
            });
        time.at(
            stop + stopped,
            () -> {
              rooms.values().forEach(room -> room.note(() -> server.name() + " goes on"));
              server.goOn();
            });
      }
    }
  }

  private static long seconds(double seconds) {
    return (long) (seconds * SECOND);
  }
}
