package io.tinyscale.bench.placement;

import io.tinyscale.placement.MeetingHistory;
import io.tinyscale.placement.RoundRobin;
import java.time.ZoneOffset;
import java.util.function.Function;

/** The policies that are compared. */
enum Contestant {
  WEIGHTED_ROUND_ROBIN(
      "weighted round robin",
      Origin.TINYSCALE,
      setting -> TinyscalePolicy.unswept(setting, new RoundRobin(true))),
  LEAST_MEETINGS("least meetings", Origin.PEER, s -> smallest(s, Formula.leastMeetings())),
  LEAST_USERS("least users, stale", Origin.PEER, s -> smallest(s, Formula.leastUsers())),
  TWO_CHOICES(
      "two choices, users stale",
      Origin.PEER,
      s -> new TwoCandidates(smallest(s, Formula.leastUsers()), s.dice("two choices"))),
  SCALELITE("Scalelite", Origin.SHARED_PEER, s -> smallest(s, Formula.scalelite(0))),
  /** What Scalelite would be if it also counted each join at once. */
  SCALELITE_JOINS(
      "Scalelite, if joins counted", Origin.SHARED_PEER, s -> smallest(s, Formula.scalelite(1))),
  B3SCALE("b3scale", Origin.SHARED_PEER, s -> smallest(s, Formula.b3scale())),
  BBBLB("BBBLB as published", Origin.SHARED_PEER, s -> smallest(s, Formula.bbblb())),
  B3LB("B3LB", Origin.SHARED_PEER, s -> smallest(s, Formula.b3lb())),
  EXPECTED_LOAD(
      "expected load, no history",
      Origin.TINYSCALE,
      setting -> TinyscalePolicy.expectedLoad(setting, MeetingHistory::none, 0)),
  EXPECTED_LOAD_HISTORY(
      "expected load",
      Origin.TINYSCALE,
      setting -> TinyscalePolicy.expectedLoad(setting, Contestant::empty, 0)),
  EXPECTED_LOAD_BAND(
      "expected load, rendezvous within 5 %",
      Origin.TINYSCALE, setting -> TinyscalePolicy.expectedLoad(setting, Contestant::empty, 0.05)),
  EXPECTED_LOAD_TWO(
      "expected load, two random choices",
      Origin.TINYSCALE,
      s ->
          new TwoCandidates(
              TinyscalePolicy.expectedLoad(s, Contestant::empty, 0), s.dice("two candidates"))),
  KNOWN_SIZES(
      "oracle: sizes known",
      Origin.ORACLE,
      setting -> smallest(setting, Formula.knownSizes(setting.trace()))),
  CLAIRVOYANT("clairvoyant: day known", Origin.ORACLE, setting -> new Clairvoyant(setting.trace()));

  private enum Origin {
    TINYSCALE,
    PEER,
    /** Its balancers share one store, so they count as one. */
    SHARED_PEER,
    ORACLE
  }

  private final String label;
  private final Origin origin;
  private final Function<Setting, Chooser> maker;

  Contestant(String label, Origin origin, Function<Setting, Chooser> maker) {
    this.label = label;
    this.origin = origin;
    this.maker = maker;
  }

  private static Chooser smallest(Setting setting, Formula formula) {
    return new SmallestFigure(formula, setting.servers(), setting.clock(), setting.dice("equals"));
  }

  private static MeetingHistory empty() {
    return MeetingHistory.in(ZoneOffset.UTC);
  }

  String label() {
    return label;
  }

  boolean isTinyscales() {
    return origin == Origin.TINYSCALE;
  }

  /** How many balancers with a view of their own there are if so many share the creates. */
  int views(int balancers) {
    return origin == Origin.SHARED_PEER || origin == Origin.ORACLE ? 1 : balancers;
  }

  Chooser make(Setting setting) {
    return maker.apply(setting);
  }
}
