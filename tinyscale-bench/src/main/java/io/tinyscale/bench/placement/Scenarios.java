package io.tinyscale.bench.placement;

import io.tinyscale.bench.placement.Conditions.Restarts;
import io.tinyscale.bench.placement.Conditions.Weights;
import io.tinyscale.bench.placement.Workload.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** The scenarios, each with what must hold in it. The margins are wide on purpose. */
final class Scenarios {

  /** How often a server is swept, in seconds, in the scenario about the age of information. */
  static final int[] SWEEP_SECONDS = {2, 10, 60, 300};

  /** How full the pool is in popular hours in the scenario about that. */
  static final double[] FILLS = {0.3, 0.4, 0.5, 0.6, 0.7};

  /** The policies that are drawn over the fill. */
  static final List<Contestant> OVER_FILL =
      List.of(
          Contestant.WEIGHTED_ROUND_ROBIN,
          Contestant.SCALELITE,
          Contestant.B3SCALE,
          Contestant.EXPECTED_LOAD,
          Contestant.EXPECTED_LOAD_HISTORY,
          Contestant.KNOWN_SIZES);

  /** The policies that are drawn over the age of information. */
  static final List<Contestant> OVER_AGE =
      List.of(Contestant.LEAST_USERS, Contestant.EXPECTED_LOAD, Contestant.EXPECTED_LOAD_HISTORY);

  /** The policies of the main table. */
  private static final List<Contestant> ALL =
      List.of(
          Contestant.WEIGHTED_ROUND_ROBIN,
          Contestant.LEAST_MEETINGS,
          Contestant.LEAST_USERS,
          Contestant.TWO_CHOICES,
          Contestant.SCALELITE,
          Contestant.SCALELITE_JOINS,
          Contestant.B3SCALE,
          Contestant.BBBLB,
          Contestant.B3LB,
          Contestant.EXPECTED_LOAD,
          Contestant.EXPECTED_LOAD_HISTORY,
          Contestant.KNOWN_SIZES,
          Contestant.CLAIRVOYANT);

  /** What expected load must be better than. */
  private static final List<Contestant> YARDSTICKS =
      List.of(
          Contestant.WEIGHTED_ROUND_ROBIN,
          Contestant.LEAST_MEETINGS,
          Contestant.SCALELITE,
          Contestant.B3SCALE,
          Contestant.BBBLB);

  private final int weeks;

  /**
   * The scenarios.
   *
   * @param weeks how long each term is; 0 for as long as each scenario says
   */
  Scenarios(int weeks) {
    this.weeks = weeks;
  }

  private Workload workload(Kind kind, int servers, double fill, int usualWeeks) {
    return new Workload(kind, servers, fill, weeks > 0 ? weeks : usualWeeks);
  }

  private Workload usual() {
    return university(0.5);
  }

  private Workload university(double fill) {
    return workload(Kind.UNIVERSITY, 10, fill, 10);
  }

  /** All of them. */
  List<Scenario> all() {
    return List.of(
        tenServers(),
        fourServers(),
        fortyServers(),
        herd(),
        school(),
        age(),
        severalBalancers(),
        failingServer(),
        nothingToLearn(),
        otherSettings(),
        hints(),
        order(),
        fills());
  }

  private static List<Cell> cells(Workload workload, List<Contestant> contestants) {
    return contestants.stream().map(contestant -> Cell.of(workload, contestant)).toList();
  }

  private static double overloaded(
      Function<Cell, Figures> figures, Workload workload, Contestant contestant) {
    return figures.apply(Cell.of(workload, contestant)).overloaded();
  }

  private static double best(Function<Cell, Figures> figures, Workload workload) {
    return YARDSTICKS.stream()
        .mapToDouble(contestant -> overloaded(figures, workload, contestant))
        .min()
        .orElseThrow();
  }

  private static List<Expectation> beatsAll(
      Function<Cell, Figures> figures,
      Workload workload,
      double timesWithoutHistory,
      double times) {
    double best = best(figures, workload);
    return List.of(
        Expectation.atMost(
            "expected load overloads at most " + times + " times as much as the best other",
            overloaded(figures, workload, Contestant.EXPECTED_LOAD_HISTORY),
            times,
            best),
        Expectation.atMost(
            "without history at most " + timesWithoutHistory + " times",
            overloaded(figures, workload, Contestant.EXPECTED_LOAD),
            timesWithoutHistory,
            best));
  }

  private Scenario tenServers() {
    Workload workload = usual();
    return new Scenario(
        "P1",
        "a university, 10 servers: " + workload.label(),
        5,
        cells(workload, ALL),
        figures -> beatsAll(figures, workload, 0.8, 0.5));
  }

  private Scenario fourServers() {
    Workload workload = workload(Kind.UNIVERSITY, 4, 0.45, 10);
    return new Scenario(
        "P2",
        "a university, 4 servers: " + workload.label(),
        5,
        cells(workload, ALL),
        figures -> beatsAll(figures, workload, 0.75, 0.45));
  }

  private Scenario fortyServers() {
    Workload workload = workload(Kind.UNIVERSITY, 40, 0.6, 6);
    return new Scenario(
        "P3",
        "a university, 40 servers: " + workload.label(),
        5,
        cells(workload, ALL),
        figures -> {
          List<Expectation> all = new ArrayList<>(beatsAll(figures, workload, 0.85, 0.6));
          all.add(
              Expectation.rising(
                  "weighted round robin overloads less than stale users",
                  overloaded(figures, workload, Contestant.WEIGHTED_ROUND_ROBIN),
                  overloaded(figures, workload, Contestant.LEAST_USERS)));
          return all;
        });
  }

  private Scenario herd() {
    Workload workload = workload(Kind.GROUPS, 250, 0.6, 1);
    return new Scenario(
        "P4",
        "very many small groups at once: " + workload.label(),
        3,
        cells(workload, ALL),
        figures -> {
          Figures expectedLoad = figures.apply(Cell.of(workload, Contestant.EXPECTED_LOAD));
          return List.of(
              Expectation.atMost(
                  "expected load without history overloads at most 0.6 times as much as weighted"
                      + " round robin",
                  expectedLoad.overloaded(),
                  0.6,
                  overloaded(figures, workload, Contestant.WEIGHTED_ROUND_ROBIN)),
              Expectation.atLeast(
                  "stale users overload more than 40 %",
                  overloaded(figures, workload, Contestant.LEAST_USERS), 1, 40),
              Expectation.atLeast(
                  "B3LB overloads more than 40 %",
                  overloaded(figures, workload, Contestant.B3LB), 1, 40),
              Expectation.atMost(
                  "p99 of expected load without history is at most 1.15",
                  expectedLoad.p99(),
                  1.15,
                  1));
        });
  }

  private Scenario school() {
    Workload workload = workload(Kind.SCHOOL, 10, 0.6, 8);
    return new Scenario(
        "P5",
        "a school, lessons back to back: " + workload.label(),
        5,
        cells(workload, ALL),
        figures -> {
          double turns = overloaded(figures, workload, Contestant.WEIGHTED_ROUND_ROBIN);
          return List.of(
              Expectation.atMost(
                  "expected load without history overloads at most 0.7 times as much as weighted"
                      + " round robin",
                  overloaded(figures, workload, Contestant.EXPECTED_LOAD),
                  0.7,
                  turns),
              Expectation.rising(
                  "weighted round robin overloads less than Scalelite",
                  turns,
                  overloaded(figures, workload, Contestant.SCALELITE)));
        });
  }

  /** A policy whose servers are swept so often. */
  Cell sweptEvery(Contestant contestant, int seconds) {
    return sweptEvery(usual(), contestant, seconds);
  }

  private static Cell sweptEvery(Workload workload, Contestant contestant, int seconds) {
    return Cell.of(
        workload,
        contestant,
        "a sweep every " + seconds + " s",
        Conditions.USUAL.withSweepSeconds(seconds));
  }

  private Scenario age() {
    Workload workload = usual();
    List<Cell> cells = new ArrayList<>();
    for (Contestant contestant : OVER_AGE) {
      for (int seconds : SWEEP_SECONDS) {
        cells.add(sweptEvery(workload, contestant, seconds));
      }
    }
    for (int percent : new int[] {5, 20, 50}) {
      cells.add(
          Cell.of(
              workload,
              Contestant.EXPECTED_LOAD_HISTORY,
              percent + " % of the sweeps lost",
              Conditions.USUAL.withLostSweeps(percent / 100.0)));
    }
    return new Scenario(
        "P6",
        "old information: " + workload.label(),
        5,
        cells,
        figures -> {
          Cell history10 = sweptEvery(workload, Contestant.EXPECTED_LOAD_HISTORY, 10);
          Cell history300 = sweptEvery(workload, Contestant.EXPECTED_LOAD_HISTORY, 300);
          Cell users10 = sweptEvery(workload, Contestant.LEAST_USERS, 10);
          Cell users60 = sweptEvery(workload, Contestant.LEAST_USERS, 60);
          return List.of(
              Expectation.atMost(
                  "expected load swept every 300 s overloads at most 1.5 times as much as every"
                      + " 10 s",
                  figures.apply(history300).overloaded(),
                  1.5,
                  figures.apply(history10).overloaded()),
              Expectation.atLeast(
                  "stale users every 60 s at least 1.5 times as much as every 10 s",
                  figures.apply(users60).overloaded(),
                  1.5,
                  figures.apply(users10).overloaded()));
        });
  }

  private static Cell balanced(Workload workload, Contestant contestant, int balancers) {
    return Cell.of(
        workload,
        contestant,
        balancers == 1 ? "1 balancer" : balancers + " balancers",
        Conditions.USUAL.withBalancers(balancers));
  }

  private Scenario severalBalancers() {
    Workload workload = usual();
    List<Contestant> contestants =
        List.of(
            Contestant.EXPECTED_LOAD_HISTORY,
            Contestant.EXPECTED_LOAD_BAND,
            Contestant.EXPECTED_LOAD_TWO,
            Contestant.TWO_CHOICES);
    List<Cell> cells = new ArrayList<>();
    for (Contestant contestant : contestants) {
      for (int balancers = 1; balancers <= 3; balancers++) {
        cells.add(balanced(workload, contestant, balancers));
      }
    }
    return new Scenario(
        "P7",
        "several balancers that share nothing: " + workload.label(),
        5,
        cells,
        figures -> {
          List<Expectation> all = new ArrayList<>();
          double alone =
              figures.apply(balanced(workload, Contestant.EXPECTED_LOAD_HISTORY, 1)).overloaded();
          for (int balancers = 2; balancers <= 3; balancers++) {
            Cell usual = balanced(workload, Contestant.EXPECTED_LOAD_HISTORY, balancers);
            double several = figures.apply(usual).overloaded();
            all.add(
                Expectation.atMost(
                    balancers + " balancers overload at most 1.35 times as much as one",
                    several,
                    1.35,
                    alone));
            all.add(
                Expectation.atLeast(
                    "rendezvous within 5 %: " + balancers + " balancers agree on at least 80 %",
                    figures
                        .apply(balanced(workload, Contestant.EXPECTED_LOAD_BAND, balancers))
                        .agreement(),
                    1,
                    80));
            for (Contestant two : List.of(Contestant.TWO_CHOICES, Contestant.EXPECTED_LOAD_TWO)) {
              all.add(
                  Expectation.atLeast(
                      two.label()
                          + ": "
                          + balancers
                          + " balancers overload at least 1.5 times as much as expected load",
                      figures.apply(balanced(workload, two, balancers)).overloaded(),
                      1.5,
                      several));
            }
          }
          return all;
        });
  }

  private static Cell failing(Workload workload, Contestant contestant) {
    return Cell.of(workload, contestant, "a server fails", Conditions.USUAL.withFailingServer());
  }

  private Scenario failingServer() {
    Workload workload = usual();
    List<Contestant> contestants =
        List.of(
            Contestant.EXPECTED_LOAD_HISTORY,
            Contestant.B3SCALE,
            Contestant.SCALELITE,
            Contestant.LEAST_USERS);
    return new Scenario(
        "P8",
        "a server fails at 11:30 and returns just before a rush, each Tuesday: " + workload.label(),
        5,
        contestants.stream().map(contestant -> failing(workload, contestant)).toList(),
        figures -> {
          Figures expectedLoad = figures.apply(failing(workload, Contestant.EXPECTED_LOAD_HISTORY));
          return List.of(
              Expectation.rising(
                  "highest load after the return: expected load, b3scale, stale users",
                  expectedLoad.afterReturn(),
                  figures.apply(failing(workload, Contestant.B3SCALE)).afterReturn(),
                  figures.apply(failing(workload, Contestant.LEAST_USERS)).afterReturn()),
              Expectation.atMost(
                  "with expected load the server has 0.8 of the mean within 15 minutes",
                  expectedLoad.minutesToShare(),
                  1,
                  15));
        });
  }

  private static Expectation equal(String text, double value, double other) {
    return new Expectation(
        text,
        Expectation.atMost(text, value, 1, other).measured(),
        Math.abs(value - other) <= 0.1 * other);
  }

  private Scenario nothingToLearn() {
    Workload workload = usual();
    Conditions fresh = Conditions.USUAL.withFreshIds();
    Conditions forgetful = Conditions.USUAL.withRestarts(Restarts.FORGETFUL);
    Conditions keeping = Conditions.USUAL.withRestarts(Restarts.KEEPING_HISTORY);
    Map<String, Conditions> all = new LinkedHashMap<>();
    all.put("no meetingID recurs", fresh);
    all.put("a restart each day, history lost", forgetful);
    all.put("a restart each day, history kept", keeping);
    List<Cell> cells =
        new ArrayList<>(
            List.of(
                Cell.of(workload, Contestant.EXPECTED_LOAD),
                Cell.of(workload, Contestant.EXPECTED_LOAD_HISTORY)));
    all.forEach(
        (label, conditions) -> {
          cells.add(Cell.of(workload, Contestant.EXPECTED_LOAD, label, conditions));
          cells.add(Cell.of(workload, Contestant.EXPECTED_LOAD_HISTORY, label, conditions));
        });
    return new Scenario(
        "P9",
        "nothing to learn from earlier meetings: " + workload.label(),
        5,
        cells,
        figures -> {
          List<Expectation> expectations = new ArrayList<>();
          for (String label : List.of("no meetingID recurs", "a restart each day, history lost")) {
            Conditions conditions = all.getOrDefault(label, Conditions.USUAL);
            expectations.add(
                equal(
                    label + ": expected load is as without history, within 10 %",
                    figures
                        .apply(
                            Cell.of(workload, Contestant.EXPECTED_LOAD_HISTORY, label, conditions))
                        .overloaded(),
                    figures
                        .apply(Cell.of(workload, Contestant.EXPECTED_LOAD, label, conditions))
                        .overloaded()));
          }
          expectations.add(
              equal(
                  "a restart each day that keeps the history costs nothing, within 10 %",
                  figures
                      .apply(
                          Cell.of(
                              workload,
                              Contestant.EXPECTED_LOAD_HISTORY,
                              "a restart each day, history kept",
                              keeping))
                      .overloaded(),
                  overloaded(figures, workload, Contestant.EXPECTED_LOAD_HISTORY)));
          return expectations;
        });
  }

  private Scenario otherSettings() {
    Workload workload = usual();
    Map<String, Conditions> others = new LinkedHashMap<>();
    others.put("reserve 15", Conditions.USUAL.withReserve(15));
    others.put("reserve 60", Conditions.USUAL.withReserve(60));
    others.put("settle 10 min", Conditions.USUAL.withSettle(Duration.ofMinutes(10)));
    others.put("settle 45 min", Conditions.USUAL.withSettle(Duration.ofMinutes(45)));
    others.put("video 0", Conditions.USUAL.withVideo(0));
    others.put("video 0.4", Conditions.USUAL.withVideo(0.4));
    Map<String, Cell> rows = new LinkedHashMap<>();
    others.forEach(
        (label, conditions) ->
            rows.put(
                label, Cell.of(workload, Contestant.EXPECTED_LOAD_HISTORY, label, conditions)));
    List<Cell> cells = new ArrayList<>();
    cells.add(Cell.of(workload, Contestant.EXPECTED_LOAD_HISTORY));
    cells.addAll(rows.values());
    cells.add(
        Cell.of(
            workload,
            Contestant.EXPECTED_LOAD_HISTORY,
            "weights up to 30 % wrong",
            Conditions.USUAL.withWeights(Weights.ROUGH)));
    cells.add(
        Cell.of(
            workload,
            Contestant.EXPECTED_LOAD_HISTORY,
            "all weights equal",
            Conditions.USUAL.withWeights(Weights.EQUAL)));
    return new Scenario(
        "P10",
        "other settings: " + workload.label(),
        10,
        cells,
        figures ->
            rows.entrySet().stream()
                .map(
                    row ->
                        Expectation.atMost(
                            row.getKey() + " overloads at most 1.3 times as much as the default",
                            figures.apply(row.getValue()).overloaded(),
                            1.3,
                            overloaded(figures, workload, Contestant.EXPECTED_LOAD_HISTORY)))
                .toList());
  }

  private Scenario hints() {
    Workload workload = usual();
    Cell hinted =
        Cell.of(
            workload,
            Contestant.EXPECTED_LOAD,
            "size hints on all creates",
            Conditions.USUAL.withHints());
    Cell hintedWithHistory =
        Cell.of(
            workload,
            Contestant.EXPECTED_LOAD_HISTORY,
            "size hints on all creates",
            Conditions.USUAL.withHints());
    Cell plain = Cell.of(workload, Contestant.EXPECTED_LOAD);
    return new Scenario(
        "P11",
        "front ends that say how many people they expect: " + workload.label(),
        5,
        List.of(plain, hinted, hintedWithHistory),
        figures ->
            List.of(
                Expectation.atMost(
                    "hints on all creates overload at most 0.6 times as much as none",
                    figures.apply(hinted).overloaded(),
                    0.6,
                    figures.apply(plain).overloaded())));
  }

  private Scenario order() {
    Workload workload = usual();
    return new Scenario(
        "P12",
        "the order of the policies: " + workload.label(),
        5,
        cells(workload, ALL),
        figures ->
            List.of(
                Expectation.rising(
                    "clairvoyant, sizes known, expected load, without history, best other",
                    overloaded(figures, workload, Contestant.CLAIRVOYANT),
                    overloaded(figures, workload, Contestant.KNOWN_SIZES),
                    overloaded(figures, workload, Contestant.EXPECTED_LOAD_HISTORY),
                    overloaded(figures, workload, Contestant.EXPECTED_LOAD),
                    best(figures, workload))));
  }

  /** A policy in a pool that is so full. */
  Cell filled(Contestant contestant, double fill) {
    return Cell.of(university(fill), contestant, "fill " + fill, Conditions.USUAL);
  }

  private Scenario fills() {
    List<Cell> cells = new ArrayList<>();
    for (double fill : FILLS) {
      OVER_FILL.forEach(contestant -> cells.add(filled(contestant, fill)));
    }
    return new Scenario(
        "FILL",
        "pools that are less and more full",
        3,
        cells,
        figures ->
            Arrays.stream(FILLS)
                .mapToObj(
                    fill ->
                        Expectation.rising(
                            "fill " + fill + ": expected load, without history, b3scale",
                            figures
                                .apply(filled(Contestant.EXPECTED_LOAD_HISTORY, fill))
                                .overloaded(),
                            figures.apply(filled(Contestant.EXPECTED_LOAD, fill)).overloaded(),
                            figures.apply(filled(Contestant.B3SCALE, fill)).overloaded()))
                .toList());
  }
}
