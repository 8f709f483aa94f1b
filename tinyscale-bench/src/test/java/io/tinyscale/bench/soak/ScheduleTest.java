package io.tinyscale.bench.soak;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.bench.soak.Act.Kind;
import io.tinyscale.bench.soak.Schedule.Extra;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScheduleTest {

  private static final long MINUTE = 60_000;
  private static final int SERVERS = 5;

  /** A balancer has that long to start before another one fails. */
  private static final long RECOVERY = 3000;

  private static final List<String> ONE = List.of("tinyscale");
  private static final List<String> TWO = List.of("a", "b");

  private static final Set<Extra> NOTHING = Set.of();
  private static final Set<Extra> SHORTAGES = Set.of(Extra.SHORTAGES);
  private static final Set<Extra> STORE_FAULTS = Set.of(Extra.STORE_FAULTS);

  @Test
  void isTheSameForTheSameSeed() {
    assertThat(Schedule.of(7, MINUTE, SERVERS, ONE, SHORTAGES))
        .isNotEmpty()
        .isEqualTo(Schedule.of(7, MINUTE, SERVERS, ONE, SHORTAGES))
        .isNotEqualTo(Schedule.of(8, MINUTE, SERVERS, ONE, SHORTAGES));
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void undoesEverythingInTimeAndLeavesTwoServersAlone(long seed) {
    List<Act> acts = Schedule.of(seed, MINUTE, SERVERS, ONE, SHORTAGES);

    assertThat(acts)
        .allSatisfy(
            act -> {
              assertThat(act.end()).isLessThanOrEqualTo(MINUTE);
              List<Act> others =
                  acts.stream()
                      .filter(other -> other != act && other.server() >= 0)
                      .filter(other -> other.at() <= act.at() && act.at() < other.end())
                      .toList();
              assertThat(others).extracting(Act::server).doesNotHaveDuplicates();
              assertThat(others).hasSizeLessThanOrEqualTo(SERVERS - 2);
              if (act.server() >= 0) {
                assertThat(others).noneMatch(other -> other.server() == act.server());
              }
            });
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void restartsTinyscaleWithAnOrdinaryPoolFileOnly(long seed) {
    List<Act> acts = Schedule.of(seed, 4 * MINUTE, SERVERS, ONE, SHORTAGES);
    List<Act> restarts = acts.stream().filter(act -> act.kind().restartsTinyscale()).toList();

    assertThat(restarts)
        .extracting(Act::kind)
        .contains(Kind.RESTART_TINYSCALE, Kind.KILL_TINYSCALE);
    assertThat(acts.stream().filter(act -> act.kind().changesPoolFile()))
        .isNotEmpty()
        .allSatisfy(
            edit ->
                assertThat(restarts)
                    .noneMatch(restart -> edit.at() < restart.end() && restart.at() < edit.end()));
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void shortagesComeBesideTheSameFaultsAndNotDuringRestarts(long seed) {
    List<Act> acts = Schedule.of(seed, 4 * MINUTE, SERVERS, ONE, SHORTAGES);
    List<Act> shortages = acts.stream().filter(act -> act.kind() == Kind.SHORTAGE).toList();
    List<Act> others = acts.stream().filter(act -> act.kind() != Kind.SHORTAGE).toList();

    assertThat(others).isEqualTo(Schedule.of(seed, 4 * MINUTE, SERVERS, ONE, NOTHING));
    assertThat(shortages)
        .isNotEmpty()
        .allSatisfy(
            shortage ->
                assertThat(others)
                    .filteredOn(act -> act.kind().restartsTinyscale())
                    .noneMatch(
                        restart -> shortage.at() < restart.end() && restart.at() < shortage.end()));
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void ofSeveralBalancersOneAtATimeDoesNotWork(long seed) {
    List<Act> outages =
        Schedule.of(seed, 4 * MINUTE, SERVERS, TWO, NOTHING).stream()
            .filter(act -> act.kind().concernsBalancer())
            .toList();

    assertThat(outages)
        .extracting(Act::kind)
        .contains(Kind.KILL_TINYSCALE, Kind.RESTART_TINYSCALE, Kind.FREEZE_TINYSCALE);
    assertThat(outages).extracting(Act::detail).isSubsetOf(TWO).contains("a", "b");
    assertThat(outages)
        .allSatisfy(
            outage ->
                assertThat(outages)
                    .filteredOn(other -> other != outage)
                    .noneMatch(
                        other ->
                            other.at() < outage.end() + RECOVERY
                                && outage.at() < other.end() + RECOVERY));
  }

  @Test
  void aSingleBalancerIsNeverFrozen() {
    assertThat(Schedule.of(7, 4 * MINUTE, SERVERS, ONE, NOTHING))
        .extracting(Act::kind)
        .doesNotContain(Kind.FREEZE_TINYSCALE);
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void theStoreFailsBesideTheSameFaultsAndIsBackForAWhileBetweenTwo(long seed) {
    List<Act> acts = Schedule.of(seed, 4 * MINUTE, SERVERS, TWO, STORE_FAULTS);
    List<Act> faults = acts.stream().filter(act -> act.kind().concernsStore()).toList();
    List<Act> others = acts.stream().filter(act -> !act.kind().concernsStore()).toList();

    assertThat(others).isEqualTo(Schedule.of(seed, 4 * MINUTE, SERVERS, TWO, NOTHING));
    assertThat(faults)
        .extracting(Act::kind)
        .contains(Kind.KILL_STORE, Kind.FREEZE_STORE, Kind.CUT_STORE, Kind.CUT_FROM_STORE);
    assertThat(faults).allMatch(fault -> fault.end() <= 4 * MINUTE);
    for (int i = 1; i < faults.size(); i++) {
      assertThat(faults.get(i).at()).isGreaterThan(faults.get(i - 1).end() + RECOVERY);
    }
  }

  @Test
  void anyBalancerIsCutFromTheStore() {
    assertThat(
            LongStream.range(0, 20)
                .boxed()
                .flatMap(seed -> Schedule.of(seed, 4 * MINUTE, SERVERS, TWO, STORE_FAULTS).stream())
                .filter(act -> act.kind() == Kind.CUT_FROM_STORE)
                .map(Act::detail))
        .contains("a", "b")
        .isSubsetOf(TWO);
  }

  @Test
  void everyKindOfActHappens() {
    assertThat(
            LongStream.range(0, 20)
                .boxed()
                .flatMap(
                    seed ->
                        Schedule.of(seed, 4 * MINUTE, SERVERS, TWO, Set.of(Extra.values()))
                            .stream())
                .map(Act::kind)
                .collect(Collectors.toSet()))
        .containsExactlyInAnyOrderElementsOf(Arrays.asList(Kind.values()));
  }
}
