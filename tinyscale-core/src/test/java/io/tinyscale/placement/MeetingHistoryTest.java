package io.tinyscale.placement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.tinyscale.tenant.MeetingId;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class MeetingHistoryTest {

  private static final long KEY = MeetingHistory.key(new MeetingId("math"));

  /** Monday at 10:00. */
  private static final int MONDAY = 600;

  private final MeetingHistory history = MeetingHistory.in(LoadScene.BERLIN);

  @Test
  void knowsNothingOfOtherIds() {
    history.remember(KEY, MONDAY, 100);

    assertThat(history.expected(KEY + 1, MONDAY)).isEqualTo(LoadModel.UNKNOWN);
  }

  @ParameterizedTest
  @CsvSource({"600, 100", "540, 100", "660, 100", "539, -1", "661, -1"})
  void expectsTheSizeOfASessionAtTheSameTimeOfTheWeek(int minute, double size) {
    history.remember(KEY, MONDAY, 100);

    assertThat(history.expected(KEY, minute)).isEqualTo(size);
  }

  @Test
  void theWeekHasNoEnd() {
    history.remember(KEY, MeetingHistory.MINUTES_OF_A_WEEK - 20, 100);

    assertThat(history.expected(KEY, 40)).isEqualTo(100);
    assertThat(history.expected(KEY, 41)).isEqualTo(LoadModel.UNKNOWN);
  }

  @Test
  void movesTowardsANewSizeAtTheSameTime() {
    history.remember(KEY, MONDAY, 100);
    history.remember(KEY, MONDAY + 30, 50);

    assertThat(history.expected(KEY, MONDAY)).isCloseTo(70, within(1e-4));
    assertThat(history.expected(KEY, MONDAY - 60)).isCloseTo(70, within(1e-4));
  }

  @Test
  void ofTwoSessionsTheNearerInTimeCounts() {
    history.remember(KEY, MONDAY, 100);
    history.remember(KEY, MONDAY + 90, 10);

    assertThat(history.expected(KEY, MONDAY + 40)).isEqualTo(100);
    assertThat(history.expected(KEY, MONDAY + 50)).isEqualTo(10);
  }

  @ParameterizedTest
  @CsvSource({"100, 190, 145", "100, 200, -1", "90, 30, -1"})
  void expectsTheMeanIfAllSessionsWereAboutEquallyLarge(double one, double other, double size) {
    history.remember(KEY, MONDAY, one);
    history.remember(KEY, MONDAY + 1440, other);

    assertThat(history.expected(KEY, MONDAY + 4 * 1440)).isEqualTo(size);
  }

  @Test
  void forgetsTheSessionThatWasNotRenewedForLongest() {
    for (int i = 0; i < MeetingHistory.MOST_SESSIONS; i++) {
      history.remember(KEY, 200 * i, 10 + 100 * i);
    }
    history.remember(KEY, 0, 10);
    history.remember(KEY, 9000, 5);

    assertThat(history.expected(KEY, 0)).isEqualTo(10);
    assertThat(history.expected(KEY, 9000)).isEqualTo(5);
    assertThat(history.expected(KEY, 200)).isEqualTo(LoadModel.UNKNOWN);
    assertThat(history.expected(KEY, 400)).isEqualTo(210);
  }

  @Test
  void aSessionWithoutPeopleTellsNothing() {
    history.remember(KEY, MONDAY, 100);
    history.remember(KEY, MONDAY, 0);
    history.remember(KEY, MONDAY, Double.NaN);

    assertThat(history.expected(KEY, MONDAY)).isEqualTo(100);
  }

  @Test
  void forgetsTheIdThatWasNotUsedForLongest() {
    IntStream.range(0, MeetingHistory.MOST_IDS).forEach(i -> history.remember(i, MONDAY, 1 + i));
    history.expected(0, MONDAY);
    history.remember(-1, MONDAY, 7);
    history.remember(-2, MONDAY, 8);

    assertThat(history.size()).isEqualTo(MeetingHistory.MOST_IDS);
    assertThat(history.expected(0, MONDAY)).isEqualTo(1);
    assertThat(history.expected(1, MONDAY)).isEqualTo(LoadModel.UNKNOWN);
    assertThat(history.expected(2, MONDAY)).isEqualTo(LoadModel.UNKNOWN);
    assertThat(history.expected(3, MONDAY)).isEqualTo(4);
    assertThat(history.expected(-1, MONDAY)).isEqualTo(7);
  }

  static LongStream seeds() {
    return LongStream.range(1, 6);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void remembersWhatASlowAndSimpleHistoryDoes(long seed) {
    Random random = new Random(seed);
    LinkedHashMap<Long, Float> simple = new LinkedHashMap<>(16, 0.75f, true);
    int ids = MeetingHistory.MOST_IDS * 3 / 2;

    for (int i = 0; i < 100_000; i++) {
      // Few different hashes of the table: its buckets are long.
      long key = (long) random.nextInt(ids) << 12;
      if (random.nextInt(3) == 0) {
        Float known = simple.get(key);
        assertThat(history.expected(key, MONDAY))
            .isEqualTo(known == null ? LoadModel.UNKNOWN : known.doubleValue());
        continue;
      }
      int peak = 1 + random.nextInt(300);
      history.remember(key, MONDAY, peak);
      Float before = simple.get(key);
      simple.put(
          key, before == null ? peak : (float) (before + 0.6 * (peak - before.doubleValue())));
      if (simple.size() > MeetingHistory.MOST_IDS) {
        simple.remove(simple.keySet().iterator().next());
      }
    }

    Map<Long, Float> kept = new HashMap<>();
    List<Long> order = new ArrayList<>();
    history.forEach(
        (key, minutes, costs) -> {
          kept.put(key, costs[0]);
          order.add(key);
        });
    assertThat(order).isEqualTo(List.copyOf(simple.keySet()));
    assertThat(kept).isEqualTo(simple);
  }

  @ParameterizedTest
  @CsvSource({
    "Europe/Berlin, 2026-01-12T09:00:00Z, 600",
    "Europe/Berlin, 2026-07-13T08:00:00Z, 600",
    "America/New_York, 2026-01-12T09:00:00Z, 240",
    "Asia/Kathmandu, 2026-01-12T09:00:00Z, 885",
    "UTC, 2026-01-11T23:59:59Z, 10079",
    "UTC, 2026-01-12T00:00:00Z, 0"
  })
  void theTimeOfTheWeekIsThatOfTheClocksOnTheWalls(String zone, String time, int minute) {
    assertThat(MeetingHistory.in(ZoneId.of(zone)).minuteOfWeek(Instant.parse(time)))
        .isEqualTo(minute);
  }

  @Test
  void aHistoryOfNothingRemembersNothing() {
    MeetingHistory none = MeetingHistory.none();
    none.remember(KEY, MONDAY, 100);
    none.restore(KEY, new short[] {MONDAY}, new float[] {100});

    assertThat(none.size()).isZero();
    assertThat(none.expected(KEY, MONDAY)).isEqualTo(LoadModel.UNKNOWN);
  }

  @Test
  void keysAreHashes() {
    assertThat(Long.toHexString(KEY)).isEqualTo("58a6d6801ae771e6");
  }
}
