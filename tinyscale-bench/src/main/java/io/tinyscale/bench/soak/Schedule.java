package io.tinyscale.bench.soak;

import io.tinyscale.bench.soak.Act.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The acts of a run and their times. The same seed, length and number of servers give the same
 * schedule. A server has one act at a time, and at least two servers have none at any time.
 */
final class Schedule {

  private static final int LEFT_ALONE = 2;
  private static final long FIRST = 500;
  private static final long PAUSE = 1200;
  private static final long RECOVERY = 4000;

  /** More time than tinyscale needs to notice a new pool file. */
  private static final long FILE_PAUSE = 3000;

  /** A run of this length has one restart of tinyscale, a run of twice the length has two. */
  private static final long ROOM_FOR_RESTART = 25_000;

  /** The outages of several balancers, in turn: one of the balancers, drawn by lot. */
  private static final List<Kind> OUTAGES =
      List.of(
          Kind.KILL_TINYSCALE,
          Kind.FREEZE_TINYSCALE,
          Kind.RESTART_TINYSCALE,
          Kind.FREEZE_TINYSCALE);

  private static final long FIRST_OUTAGE = 6000;

  /** From one outage to the next on average. Each is over before the next begins. */
  private static final long ROOM_FOR_OUTAGE = 16_000;

  private static final long OUTAGE_JITTER = 4000;

  /** Average time from one shortage of descriptors to the next. */
  private static final long ROOM_FOR_SHORTAGE = 20_000;

  /** A shortage has tinyscale to itself that long before and after. */
  private static final long SHORTAGE_PAUSE = 4000;

  /** The faults of the store, in turn. */
  private static final List<Kind> STORE_FAULTS =
      List.of(Kind.KILL_STORE, Kind.CUT_FROM_STORE, Kind.FREEZE_STORE, Kind.CUT_STORE);

  /** Until then the store is old enough to decide for all balancers. */
  private static final long FIRST_STORE_FAULT = 15_000;

  /**
   * From one fault of the store to the next. Between two faults the store decides again for some
   * seconds.
   */
  private static final long ROOM_FOR_STORE_FAULT = 30_000;

  private static final long STORE_FAULT_JITTER = 5000;

  /** No fault looks like a true answer, because such a fault cannot be detected. */
  private static final List<String> FAULTS =
      List.of(
          "delay:300ms",
          "delay:3s",
          "stall",
          "drop",
          "reset",
          "slow:20ms",
          "slow-head:50ms",
          "garbage",
          "html:502",
          "html:200",
          "cut",
          "empty",
          "error:500",
          "error:503",
          "redirect:http://127.0.0.1:9/");

  /** One meeting of the server's list is no XML. Merged lists lack it, and are not marked. */
  static final String UNREADABLE_MEETING = "getMeetings=damaged:element-name";

  /** With these faults the server still answers something, so it is not down. */
  private static final List<String> PARTIAL_FAULTS =
      List.of(
          UNREADABLE_MEETING,
          "getMeetings=damaged:control-character",
          "getMeetings=damaged:noncharacter",
          "getMeetings=damaged:ampersand",
          "getMeetings=damaged:bytes",
          "getMeetings=break-off",
          "getMeetings=delay:3s",
          "wrong-secret",
          "create=error:500",
          "create=error:503",
          "create=stall",
          "create=wrong-secret",
          "create=delay:5s",
          "getMeetingInfo=html:200",
          "getMeetingInfo=stall",
          "isMeetingRunning=reset",
          "end=drop");

  private final Random random;
  private final long length;
  private final long[] freeAt;
  private final List<Act> acts = new ArrayList<>();
  private long fileFreeAt;

  private final List<String> balancers;

  /** What happens beside the faults that every run has. */
  enum Extra {
    /** Idle connections use up tinyscale's file descriptors now and then. */
    SHORTAGES,
    /** The store that the balancers share fails now and then. */
    STORE_FAULTS
  }

  private Schedule(long seed, long length, int servers, List<String> balancers) {
    this.random = new Random(seed);
    this.length = length;
    this.balancers = balancers;
    this.freeAt = new long[servers];
  }

  /**
   * The acts in the order of their start; all are undone within the length.
   *
   * @param length in milliseconds
   * @param balancers their names
   */
  static List<Act> of(
      long seed, long length, int servers, List<String> balancers, Set<Extra> extras) {
    Schedule schedule = new Schedule(seed, length, servers, balancers);
    schedule.fill();
    if (extras.contains(Extra.SHORTAGES)) {
      schedule.addShortages();
    }
    if (extras.contains(Extra.STORE_FAULTS)) {
      schedule.addStoreFaults();
    }
    return schedule.acts.stream().sorted(Comparator.comparingLong(Act::at)).toList();
  }

  private void fill() {
    if (balancers.size() == 1) {
      addRestarts();
    } else {
      addOutages();
    }
    for (long now = FIRST; now < length; now += between(100, PAUSE)) {
      add(drawKind(), now);
    }
  }

  private void addRestarts() {
    long restarts = Math.min(length / ROOM_FOR_RESTART, 1 + length / 120_000);
    for (int i = 1; i <= restarts; i++) {
      Kind kind = i % 2 == 1 ? Kind.RESTART_TINYSCALE : Kind.KILL_TINYSCALE;
      acts.add(
          new Act(
              kind,
              Act.NO_SERVER,
              length * i / (restarts + 1),
              between(200, 1500),
              balancers.get(0)));
    }
  }

  private void addOutages() {
    int turn = 0;
    for (long now = FIRST_OUTAGE; now < length; now += ROOM_FOR_OUTAGE) {
      Kind kind = OUTAGES.get(turn++ % OUTAGES.size());
      long at = now + between(0, OUTAGE_JITTER);
      long lasts = kind.restartsTinyscale() ? between(200, 1500) : between(300, 8000);
      String balancer = draw(balancers);
      if (at + lasts <= length) {
        acts.add(new Act(kind, Act.NO_SERVER, at, lasts, balancer));
      }
    }
  }

  private void addShortages() {
    for (long now = between(FIRST, ROOM_FOR_SHORTAGE);
        now < length;
        now += between(ROOM_FOR_SHORTAGE / 2, ROOM_FOR_SHORTAGE * 3 / 2)) {
      long at = now;
      long end = at + lasts(Kind.SHORTAGE);
      boolean isFree =
          acts.stream()
              .filter(act -> act.kind().concernsBalancer())
              .noneMatch(act -> act.at() < end + SHORTAGE_PAUSE && at < act.end() + SHORTAGE_PAUSE);
      if (end <= length && isFree) {
        acts.add(new Act(Kind.SHORTAGE, Act.NO_SERVER, at, end - at, draw(balancers)));
      }
    }
  }

  /** They come at any time: with a fault of a server, and while a balancer does not work, too. */
  private void addStoreFaults() {
    int turn = random.nextInt(STORE_FAULTS.size());
    for (long now = FIRST_STORE_FAULT; now < length; now += ROOM_FOR_STORE_FAULT) {
      Kind kind = STORE_FAULTS.get(turn++ % STORE_FAULTS.size());
      long at = now + between(0, STORE_FAULT_JITTER);
      long lasts = lasts(kind);
      String detail = kind == Kind.CUT_FROM_STORE ? draw(balancers) : "";
      if (at + lasts <= length) {
        acts.add(new Act(kind, Act.NO_SERVER, at, lasts, detail));
      }
    }
  }

  private void add(Kind kind, long at) {
    long lasts = lasts(kind);
    if (at + lasts > length || kind.changesPoolFile() && !fileIsFree(at, lasts)) {
      return;
    }
    int server = Act.NO_SERVER;
    if (kind.concernsServer()) {
      List<Integer> free =
          IntStream.range(0, freeAt.length).filter(s -> freeAt[s] <= at).boxed().toList();
      if (free.size() <= LEFT_ALONE) {
        return;
      }
      server = free.get(random.nextInt(free.size()));
      // Sometimes the next act starts before the server has quite recovered.
      freeAt[server] = at + lasts + (kind.isTrouble() ? between(0, RECOVERY) : FILE_PAUSE);
    }
    if (kind.changesPoolFile()) {
      fileFreeAt = at + lasts + FILE_PAUSE;
    }
    acts.add(new Act(kind, server, at, lasts, detail(kind)));
  }

  /** tinyscale does not start with a wrong file, and it forgets a removed server. */
  private boolean fileIsFree(long at, long lasts) {
    return fileFreeAt <= at
        && acts.stream()
            .filter(act -> act.kind().restartsTinyscale())
            .noneMatch(
                act -> act.at() < at + lasts + FILE_PAUSE && at < act.end() + 2 * FILE_PAUSE);
  }

  private Kind drawKind() {
    int all = Arrays.stream(Kind.values()).mapToInt(Kind::weight).sum();
    int drawn = random.nextInt(all);
    for (Kind kind : Kind.values()) {
      drawn -= kind.weight();
      if (drawn < 0) {
        return kind;
      }
    }
    throw new IllegalStateException("no kind has a weight");
  }

  private long lasts(Kind kind) {
    return switch (kind) {
      case KILL -> between(200, 7000);
      case RESTART -> between(0, 1500);
      case STOP -> between(300, 8000);
      case FAULT, PARTIAL_FAULT, LOST_ANSWERS -> between(500, 7000);
      case KILL_STORE -> between(0, 3000);
      case FREEZE_STORE, CUT_STORE -> between(500, 6000);
      // The other balancers miss one that has told nothing for 15 s.
      case CUT_FROM_STORE -> between(1000, 18_000);
      case CORDON, WEIGHT, REMOVE -> between(4000, 9000);
      default -> between(3000, 5000);
    };
  }

  private String detail(Kind kind) {
    return switch (kind) {
      case FAULT -> draw(FAULTS);
      case PARTIAL_FAULT -> draw(PARTIAL_FAULTS);
      case LOST_ANSWERS -> "create=act-then-drop";
      case WEIGHT -> String.valueOf(2 + random.nextInt(4));
      default -> "";
    };
  }

  private String draw(List<String> choices) {
    return choices.get(random.nextInt(choices.size()));
  }

  private long between(long least, long most) {
    return least + random.nextInt((int) (most - least));
  }
}
