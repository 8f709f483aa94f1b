package io.tinyscale.bench.balancers;

import io.tinyscale.bbb.Secret;
import io.tinyscale.bench.placement.Dice;
import io.tinyscale.server.AdminState;
import io.tinyscale.server.Server;
import io.tinyscale.store.StoreKey;
import io.tinyscale.store.StoreSettings;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One run: some balancers before a pool of three servers, and rooms that are opened there within a
 * minute. Everything happens in one thread and in virtual time. Not thread-safe.
 */
final class VirtualPool {

  private static final String ROOM = "room-";
  private static final int SERVERS = 3;
  private static final long SECOND = Duration.ofSeconds(1).toNanos();
  private static final long END = 150 * SECOND;

  /** Balancers start within so many seconds, so that their sweeps are not in step. */
  private static final double STARTS = 9;

  /** Rooms are opened between these seconds. */
  static final double FIRST_ROOM = 10;

  static final double LAST_ROOM = 70;

  private final Setup setup;
  private final Faults faults;
  private final long seed;
  private final VirtualTime time = new VirtualTime();
  private final Journal journal;
  private final Tally tally = new Tally();
  private final Map<String, VirtualServer> servers = new LinkedHashMap<>();
  private final Map<String, Room> rooms = new LinkedHashMap<>();
  private final Map<String, Room> byHash = new HashMap<>();
  private final Map<StoreKey, Room> byKey = new HashMap<>();
  private final VirtualStore store = new VirtualStore(time, StoreSettings.defaults().ttl());
  private final List<StoreWire> wires = new ArrayList<>();
  private final List<BalancerProcess> balancers = new ArrayList<>();
  private final VirtualNetwork network;
  private final FrontEnd frontEnd;

  /**
   * A run that has not begun.
   *
   * @param seed decides everything that is left to chance
   * @param size how many rooms are opened
   * @param traced the id of a room whose story is told; null if none is
   * @param notes takes that story
   */
  VirtualPool(Cell cell, long seed, int size, @Nullable String traced, Consumer<String> notes) {
    this.setup = cell.row();
    this.faults = cell.column().faults();
    this.seed = seed;
    this.journal = new Journal(time, traced, notes);
    for (int number = 1; number <= SERVERS; number++) {
      String name = "bbb" + number;
      servers.put(
          name, new VirtualServer(name, time, dice(name), faults.clockErrorMillis(), this::room));
    }
    network =
        new VirtualNetwork(time, dice("network"), faults.isSlow(), servers::get, this::room, tally);
    for (int number = 1; number <= setup.balancers(); number++) {
      String name = "balancer" + number;
      BalancerProcess balancer = new BalancerProcess(name, time, dice(name), journal);
      balancers.add(balancer);
      wires.add(
          new StoreWire(
              balancer, store, time, dice("store of " + name), faults.isSlow(), byKey::get));
    }
    frontEnd =
        new FrontEnd(
            time,
            balancers,
            room -> room.balancer(balancers.size(), setup.affinity()),
            servers::get,
            tally);
    for (int number = 0; number < size; number++) {
      String id = ROOM + seed + "-" + number;
      Room room = new Room(id, time, dice(id), frontEnd, journal);
      rooms.put(id, room);
      byHash.put(room.hash(), room);
      byKey.put(StoreKey.of(id), room);
    }
  }

  /** The seed of the run that a room is of, by the room's id; negative if there is no such run. */
  static long seedOf(String room) {
    Matcher id = Pattern.compile(ROOM + "(\\d{1,18})-\\d+").matcher(room);
    return id.matches() ? Long.parseLong(id.group(1)) : -1;
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
  Tally run() {
    Dice starts = dice("starts");
    for (int number = 0; number < balancers.size(); number++) {
      BalancerProcess balancer = balancers.get(number);
      StoreWire wire = wires.get(number);
      List<Server> pool = asSeenBy(balancer);
      time.at(
          seconds(starts.between(0, STARTS)),
          () -> balancer.start(setup, pool, network, wire, tally));
    }
    Dice openings = dice("openings");
    rooms.values().forEach(room -> room.begin(seconds(openings.between(FIRST_ROOM, LAST_ROOM))));
    fail();
    time.runUntil(END);
    rooms.values().forEach(room -> room.tell(tally));
    balancers.forEach(BalancerProcess::close);
    return tally;
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

  private void fail() {
    FaultSchedule schedule = new FaultSchedule(time, this::dice, journal);
    schedule.eject(faults.ejected(), balancers, servers.values(), frontEnd);
    if (faults.isSlow()) {
      schedule.freeze(balancers);
    }
    schedule.cut(faults.cut(), balancers, servers.values(), network);
    schedule.fail(faults.fail(), servers.values());
    if (setup.hasStore() && faults.storeCut()) {
      schedule.cutStore(wires);
    }
    if (setup.hasStore() && faults.storeLoses()) {
      schedule.emptyStore(store, wires);
    }
  }

  private static long seconds(double seconds) {
    return (long) (seconds * SECOND);
  }
}
