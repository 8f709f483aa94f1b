package io.tinyscale.bench.balancers;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VirtualPoolTest {

  private static final int ROOMS = 200;

  private static Figures run(Setup setup, Scenario scenario) throws InterruptedException {
    return new Runner(2).run(new Cell(setup, scenario), 1, ROOMS);
  }

  @Test
  void givesTheSameReportForTheSameSeed() throws InterruptedException {
    for (Setup setup : List.of(Setup.SEVERAL, Setup.STORE)) {
      assertThat(report(setup, 1, 7))
          .isEqualTo(report(setup, 2, 7))
          .isNotEqualTo(report(setup, 2, 8));
    }
  }

  private static String report(Setup setup, int threads, long seed) throws InterruptedException {
    Cell cell = new Cell(setup, Scenario.ALL);
    Figures figures = new Runner(threads).run(cell, seed, 60);
    Report report =
        new Report(List.of(cell.row()), List.of(cell.column()), 0, Map.of(cell, figures));
    return report.json() + report.markdown();
  }

  @Test
  void oneBalancerMakesNoRoomTwice() throws InterruptedException {
    Figures figures = run(Setup.ONE, Scenario.CALM);

    assertThat(figures.twoCopies()).isZero();
    assertThat(figures.refused()).isZero();
  }

  @Test
  void severalBalancersThatKnowOfEachOtherKeepPeopleTogether() throws InterruptedException {
    Figures figures = run(Setup.SEVERAL, Scenario.CALM);

    assertThat(figures.rooms()).isEqualTo(ROOMS);
    assertThat(figures.peopleInTwo()).isZero();
    assertThat(figures.thrownOut()).isZero();
    assertThat(figures.refused()).isZero();
    assertThat(figures.yielded()).isPositive();
  }

  @Test
  void balancersThatDoNotKnowOfEachOtherPartPeople() throws InterruptedException {
    Figures figures = run(Setup.AUTO, Scenario.CALM);

    assertThat(figures.peopleInTwo()).isGreaterThan(20);
    assertThat(figures.twoAtTheEnd()).isGreaterThan(10);
    assertThat(figures.withPeopleInTwo()).isNotEmpty();
  }

  @Test
  void anOuterHashMakesYieldingRare() throws InterruptedException {
    assertThat(run(Setup.HASHED, Scenario.CALM).yielded())
        .isLessThan(run(Setup.SEVERAL, Scenario.CALM).yielded() / 2);
  }

  @Test
  void aStoreLetsEveryRoomBeMadeOnOneServerAlone() throws InterruptedException {
    Figures figures = run(Setup.STORE_ROUND_ROBIN, Scenario.CALM);

    assertThat(figures.onTwoServers()).isZero();
    assertThat(figures.twoCopies()).isZero();
    assertThat(figures.refused()).isZero();
    assertThat(figures.confirmed()).isZero();
    assertThat(figures.claimsUnanswered()).isZero();
    assertThat(run(Setup.ROUND_ROBIN, Scenario.CALM).onTwoServers()).isGreaterThan(30);
  }

  @Test
  void balancersWithoutTheStoreLookForOtherCopies() throws InterruptedException {
    Figures figures = run(Setup.STORE, Scenario.STORE_CUT);

    assertThat(figures.claimsUnanswered()).isPositive();
    assertThat(figures.confirmed()).isPositive();
    assertThat(figures.peopleInTwo()).isZero();
  }

  @Test
  void balancersLookForOtherCopiesAfterTheStoreLostItsClaims() throws InterruptedException {
    Figures figures = run(Setup.STORE_ROUND_ROBIN, Scenario.STORE_LOST);

    assertThat(figures.onTwoServers()).isPositive();
    assertThat(figures.confirmed()).isPositive();
    assertThat(figures.yielded()).isPositive();
  }

  @Test
  void aStoreThatIsNotThereCannotFail() throws InterruptedException {
    assertThat(run(Setup.SEVERAL, Scenario.STORE_CUT))
        .isEqualTo(run(Setup.SEVERAL, Scenario.STORE_LOST))
        .isEqualTo(run(Setup.SEVERAL, Scenario.CALM));
  }

  @Test
  void balancersWithAStoreMakeNothingAnewThatAnotherOneReaches() throws InterruptedException {
    Figures figures = run(Setup.STORE, Scenario.CUTS);

    assertThat(figures.claimsRefused()).isPositive();
    assertThat(figures.twoCopies()).isLessThan(run(Setup.SEVERAL, Scenario.CUTS).twoCopies() / 2);
  }

  @Test
  void lateMessagesAndFrozenBalancersLetCreatesFail() throws InterruptedException {
    assertThat(run(Setup.ONE, Scenario.SLOW).refused()).isPositive();
  }

  @Test
  void aBalancerThatLosesAServerMakesItsRoomsOnceMore() throws InterruptedException {
    assertThat(run(Setup.SEVERAL, Scenario.CUTS).twoAtTheEnd()).isPositive();
    assertThat(run(Setup.SEVERAL, Scenario.CALM).twoAtTheEnd()).isZero();
  }

  @Test
  void peopleComeAgainAfterACrash() throws InterruptedException {
    assertThat(run(Setup.ONE, Scenario.CRASHES).creates())
        .isGreaterThan(run(Setup.ONE, Scenario.CALM).creates());
  }

  @ParameterizedTest
  @CsvSource({
    "SEVERAL, DRIFT, balancer1 ejects bbb",
    "SEVERAL, SLOW, balancer1 freezes for",
    "SEVERAL, CUTS, and bbb1 lose each other for",
    "SEVERAL, CRASHES, bbb2 crashes",
    "SEVERAL, CRASHES, bbb3 goes on",
    "SEVERAL, ALL, finds bbb1 down",
    "STORE, CALM, store: balancer1 wants bbb2 without [] gets Claim",
    "STORE, CUTS, refuses a create: the room is claimed for bbb1",
    "STORE, STORE_CUT, balancer2 loses the store for",
    "STORE, STORE_CUT, balancer1 finds the store down: Connection refused",
    "STORE, STORE_CUT, balancer1 finds the store down: timeout",
    "STORE, STORE_LOST, the store loses its data",
    "STORE, STORE_LOST, balancer1 finds the store empty"
  })
  void tellsOfTheFaultsOfAScenarioInTheStoryOfARoom(Setup row, Scenario scenario, String line) {
    List<String> stories = new ArrayList<>();
    Predicate<String> isLine = told -> told.contains(line);
    Runner runner = new Runner(1);

    for (int seed = 1; seed <= 30 && stories.stream().noneMatch(isLine); seed++) {
      runner.trace(new Cell(row, scenario), "room-" + seed + "-0", stories::add);
    }

    assertThat(stories).anyMatch(isLine);
    assertThat(stories).anyMatch(told -> told.contains("create is answered"));
  }
}
