package io.tinyscale.bench.placement;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.bench.placement.Conditions.Restarts;
import io.tinyscale.bench.placement.Workload.Kind;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Whether the policies come out in the order that docs/placement.md tells, in small terms. */
class SimulationTest {

  private static final Workload UNIVERSITY = new Workload(Kind.UNIVERSITY, 10, 0.5, 3);
  private static final int SEEDS = 2;

  @Test
  void expectedLoadComesBetweenTheOraclesAndTheOthers() throws InterruptedException {
    Map<Contestant, Figures> figures =
        run(
            UNIVERSITY,
            Conditions.USUAL,
            Contestant.CLAIRVOYANT,
            Contestant.KNOWN_SIZES,
            Contestant.EXPECTED_LOAD_HISTORY,
            Contestant.EXPECTED_LOAD,
            Contestant.WEIGHTED_ROUND_ROBIN,
            Contestant.LEAST_USERS);

    assertThat(
            List.of(
                overloaded(figures, Contestant.CLAIRVOYANT),
                overloaded(figures, Contestant.KNOWN_SIZES),
                overloaded(figures, Contestant.EXPECTED_LOAD_HISTORY),
                overloaded(figures, Contestant.EXPECTED_LOAD),
                overloaded(figures, Contestant.WEIGHTED_ROUND_ROBIN),
                overloaded(figures, Contestant.LEAST_USERS)))
        .isSorted();
    assertThat(overloaded(figures, Contestant.EXPECTED_LOAD_HISTORY))
        .isLessThan(0.6 * overloaded(figures, Contestant.WEIGHTED_ROUND_ROBIN));
  }

  @Test
  void expectedLoadBeatsTheFormulasOfOthers() throws InterruptedException {
    Map<Contestant, Figures> figures =
        run(
            UNIVERSITY,
            Conditions.USUAL,
            Contestant.EXPECTED_LOAD,
            Contestant.LEAST_MEETINGS,
            Contestant.TWO_CHOICES,
            Contestant.SCALELITE,
            Contestant.B3SCALE,
            Contestant.BBBLB,
            Contestant.B3LB);

    double expectedLoad = overloaded(figures, Contestant.EXPECTED_LOAD);
    figures.remove(Contestant.EXPECTED_LOAD);
    assertThat(figures)
        .allSatisfy((other, its) -> assertThat(its.overloaded()).isGreaterThan(expectedLoad));
  }

  @Test
  void aHerdOfCreatesDoesNotOverloadOneServer() throws InterruptedException {
    Map<Contestant, Figures> figures =
        run(
            new Workload(Kind.GROUPS, 20, 0.6, 1),
            Conditions.USUAL,
            Contestant.EXPECTED_LOAD,
            Contestant.LEAST_USERS,
            Contestant.B3LB);

    double expectedLoad = overloaded(figures, Contestant.EXPECTED_LOAD);
    assertThat(expectedLoad).isLessThan(5);
    assertThat(overloaded(figures, Contestant.LEAST_USERS)).isGreaterThan(6 * expectedLoad);
    assertThat(overloaded(figures, Contestant.B3LB)).isGreaterThan(6 * expectedLoad);
  }

  @Test
  void historyThatIsLostEachDayDoesNotHelp() throws InterruptedException {
    Conditions forgetful = Conditions.USUAL.withRestarts(Restarts.FORGETFUL);
    Conditions keeping = Conditions.USUAL.withRestarts(Restarts.KEEPING_HISTORY);

    double lost = overloaded(run(UNIVERSITY, forgetful, Contestant.EXPECTED_LOAD_HISTORY));
    double kept = overloaded(run(UNIVERSITY, keeping, Contestant.EXPECTED_LOAD_HISTORY));

    double without = overloaded(run(UNIVERSITY, forgetful, Contestant.EXPECTED_LOAD));
    assertThat(lost).isBetween(0.9 * without, 1.1 * without);
    assertThat(kept).isLessThan(0.9 * lost);
  }

  @Test
  void expectedLoadStandsLostSweepsAndOldOnes() throws InterruptedException {
    double usual = overloaded(run(UNIVERSITY, Conditions.USUAL, Contestant.EXPECTED_LOAD));

    Conditions losing = Conditions.USUAL.withLostSweeps(0.5);
    Conditions slow = Conditions.USUAL.withSweepSeconds(60);
    assertThat(overloaded(run(UNIVERSITY, losing, Contestant.EXPECTED_LOAD)))
        .isLessThan(1.3 * usual);
    assertThat(overloaded(run(UNIVERSITY, slow, Contestant.EXPECTED_LOAD))).isLessThan(1.3 * usual);
    assertThat(overloaded(run(UNIVERSITY, slow, Contestant.LEAST_USERS))).isGreaterThan(2 * usual);
  }

  @Test
  void balancersWithABandAgreeMoreOften() throws InterruptedException {
    Conditions two = Conditions.USUAL.withBalancers(2);

    Map<Contestant, Figures> figures =
        run(UNIVERSITY, two, Contestant.EXPECTED_LOAD_HISTORY, Contestant.EXPECTED_LOAD_BAND);

    assertThat(figures.get(Contestant.EXPECTED_LOAD_BAND).agreement())
        .isGreaterThan(figures.get(Contestant.EXPECTED_LOAD_HISTORY).agreement())
        .isLessThan(100);
  }

  @Test
  void aReturnedServerIsNotFlooded() throws InterruptedException {
    Conditions failing = Conditions.USUAL.withFailingServer();

    Map<Contestant, Figures> figures =
        run(UNIVERSITY, failing, Contestant.EXPECTED_LOAD_HISTORY, Contestant.LEAST_USERS);

    assertThat(figures.get(Contestant.EXPECTED_LOAD_HISTORY).afterReturn())
        .isLessThan(figures.get(Contestant.LEAST_USERS).afterReturn());
  }

  @Test
  void theSameSeedGivesTheSameFiguresWithAnyNumberOfThreads() throws InterruptedException {
    List<Experiment> experiments = new ArrayList<>();
    for (Contestant contestant : Contestant.values()) {
      experiments.add(
          new Experiment(
              new Workload(Kind.UNIVERSITY, 4, 0.45, 1), 7, contestant, Conditions.USUAL));
    }

    Map<Experiment, Figures> once = new Runner(1, line -> {}).run(experiments);
    Map<Experiment, Figures> again = new Runner(3, line -> {}).run(experiments);

    assertThat(again).isEqualTo(once).hasSize(Contestant.values().length);
    assertThat(once.values()).doesNotHaveDuplicates();
  }

  private static double overloaded(Map<Contestant, Figures> figures, Contestant contestant) {
    Figures found = figures.get(contestant);
    assertThat(found).as(contestant.label()).isNotNull();
    return found.overloaded();
  }

  private static double overloaded(Map<Contestant, Figures> figures) {
    return figures.values().iterator().next().overloaded();
  }

  /** The medians over the seeds. */
  private static Map<Contestant, Figures> run(
      Workload workload, Conditions conditions, Contestant... contestants)
      throws InterruptedException {
    Map<Contestant, List<Experiment>> byContestant = new LinkedHashMap<>();
    for (Contestant contestant : contestants) {
      byContestant.put(
          contestant, Cell.of(workload, contestant, "", conditions).experiments(1, SEEDS));
    }
    Map<Experiment, Figures> runs =
        new Runner(2, line -> {})
            .run(byContestant.values().stream().flatMap(List::stream).toList());
    Map<Contestant, Figures> medians = new LinkedHashMap<>();
    byContestant.forEach(
        (contestant, experiments) ->
            medians.put(contestant, Figures.median(experiments.stream().map(runs::get).toList())));
    return medians;
  }
}
