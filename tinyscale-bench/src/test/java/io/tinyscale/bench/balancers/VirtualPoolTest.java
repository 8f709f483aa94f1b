package io.tinyscale.bench.balancers;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
    assertThat(report(1, 7)).isEqualTo(report(2, 7)).isNotEqualTo(report(2, 8));
  }

  private static String report(int threads, long seed) throws InterruptedException {
    Cell cell = new Cell(Setup.SEVERAL, Scenario.ALL);
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
    "DRIFT, balancer1 ejects bbb",
    "SLOW, balancer1 freezes for",
    "CUTS, and bbb1 lose each other for",
    "CRASHES, bbb2 crashes",
    "CRASHES, bbb3 goes on",
    "ALL, finds bbb1 down"
  })
  void tellsOfTheFaultsOfAScenarioInTheStoryOfARoom(Scenario scenario, String line) {
    List<String> stories = new ArrayList<>();
    Runner runner = new Runner(1);

    for (int seed = 1; seed <= 30; seed++) {
      runner.trace(new Cell(Setup.SEVERAL, scenario), "room-" + seed + "-0", stories::add);
    }

    assertThat(stories).anyMatch(told -> told.contains(line));
    assertThat(stories).anyMatch(told -> told.contains("create is answered"));
  }
}
