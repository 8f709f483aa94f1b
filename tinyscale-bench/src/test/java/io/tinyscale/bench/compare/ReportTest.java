package io.tinyscale.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.List;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

class ReportTest {

  private static final Result NGINX =
      new Result("nginx", List.of(slice(50_000, 10), slice(40_000, 20)), null, "");
  private static final Result TINYSCALE =
      new Result("tinyscale", List.of(slice(25_000, 30), slice(10_000, 50)), 1_234.4, "");

  @Test
  void theMiddleOfAnEvenNumberLiesBetweenTwo() {
    assertThat(Spread.of(DoubleStream.of(4, 1, 3, 2))).isEqualTo(new Spread(2.5, 1, 4));
    assertThat(Spread.of(DoubleStream.of(9, 1, 2))).isEqualTo(new Spread(2, 1, 9));
    assertThatThrownBy(() -> Spread.of(DoubleStream.empty()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void ratiosAreTakenRoundByRound() {
    // 30/10 and 50/20: the ratio of the medians would be 2.67.
    assertThat(TINYSCALE.ratio(NGINX, Slice::cpuMicros)).isEqualTo(new Spread(2.75, 2.5, 3));
    assertThat(TINYSCALE.ratio(NGINX, Slice::perSecond)).isEqualTo(new Spread(0.375, 0.25, 0.5));
  }

  @Test
  void theRoundsOfAllRunsCount() {
    Result first = new Result("tinyscale", List.of(slice(1, 30), slice(1, 40)), 1_000.0, "");
    Result second = new Result("tinyscale", List.of(slice(1, 50)), 1_200.0, "status 500");

    Result all = Result.ofRuns(List.of(first, second));

    assertThat(all.slices()).extracting(Slice::cpuMicros).containsExactly(30.0, 40.0, 50.0);
    assertThat(all.allocatedBytes()).isEqualTo(1_100);
    assertThat(all.firstWrong()).isEqualTo("status 500");
    assertThat(Result.ofRuns(List.of(NGINX, NGINX)).allocatedBytes()).isNull();
  }

  @Test
  void showsFiguresWithTheirSpreadAndRatiosToNginx() {
    String text = report(NGINX, TINYSCALE).markdown();

    assertThat(text)
        .contains("Machine: two cores")
        .contains("### relay")
        .contains("| nginx | 45,000 (40,000 to 50,000) |")
        .contains("| p50 ms | p95 ms | p99 ms |")
        .contains("| 1.00 | 1.50 | 2.00 | 3.00 | 15.0 (10.0 to 20.0) |")
        .contains("| ratio to nginx |")
        .contains("| tinyscale | 0.38 (0.25 to 0.50) |")
        .contains("| 2.75 (2.50 to 3.00) |")
        .contains("| 1,234 |")
        .doesNotContain("| nginx | 1.00");
  }

  @Test
  void hasNoRatiosWithoutNginx() {
    assertThat(report(TINYSCALE).markdown()).doesNotContain("ratio to nginx");
  }

  @Test
  void showsRatiosToTheVersionBefore() {
    Result before =
        new Result("before", List.of(slice(20_000, 20), slice(20_000, 40)), 1_000.0, "");

    String text = report(TINYSCALE, before).markdown();

    // Figure by figure: 30/20 and 50/40; 25,000/20,000 and 10,000/20,000.
    assertThat(text)
        .contains("| ratio to before | calls/s |")
        .contains("| relay | 0.88 (0.50 to 1.25) |")
        .contains("| 1.38 (1.25 to 1.50) |");
    assertThat(report(NGINX, TINYSCALE).markdown()).doesNotContain("before");
  }

  @Test
  void doesNotHideWrongAnswers() {
    Slice bad = new Slice(100, 1, 1, 1, 1, 1, 1, 1, 7);
    Result wrong = new Result("tinyscale", List.of(bad, bad), null, "status 500: oops\nmore");

    assertThat(report(NGINX, wrong).markdown())
        .contains("**tinyscale: 14 answers were not right**, the first: `status 500: oops`");
    assertThat(report(NGINX, TINYSCALE).markdown()).doesNotContain("not right");
  }

  @Test
  void everyRowHasAsManyCellsAsItsHead() {
    int columns = 0;
    for (String line : report(NGINX, TINYSCALE).markdown().lines().toList()) {
      if (line.startsWith("|")) {
        int cells = (int) line.chars().filter(c -> c == '|').count();
        assertThat(columns == 0 ? cells : columns).as(line).isEqualTo(cells);
        columns = cells;
      } else {
        columns = 0;
      }
    }
  }

  @Test
  void isReadableAsJson() {
    JsonObject json = JsonParser.parseString(report(NGINX, TINYSCALE).json()).getAsJsonObject();

    JsonObject scenario = json.getAsJsonArray("scenarios").get(0).getAsJsonObject();
    JsonObject engine = scenario.getAsJsonArray("engines").get(1).getAsJsonObject();
    assertThat(scenario.get("scenario").getAsString()).isEqualTo("relay");
    assertThat(engine.get("engine").getAsString()).isEqualTo("tinyscale");
    assertThat(engine.get("allocatedBytes").getAsDouble()).isEqualTo(1_234.4);
    assertThat(
            engine.getAsJsonArray("slices").get(1).getAsJsonObject().get("cpuMicros").getAsDouble())
        .isEqualTo(50);
  }

  @Test
  void showsTheStartsOfTheWar() {
    StartTimes starts =
        new StartTimes(
            List.of(
                new StartTimes.Variant(
                    "plain", List.of(700.0, 500.0, 600.0), List.of(90.0), List.of(800.0))));

    assertThat(new Report("m", "p", List.of(), starts).markdown())
        .contains("| plain | 3 | 600 (500 to 700) | 800 (800 to 800) | 90 (90 to 90) |");
  }

  @Test
  void showsHowMuchLaterThanBeforeTheWarStarts() {
    StartTimes starts =
        new StartTimes(
            List.of(
                new StartTimes.Variant(
                    "plain", List.of(700.0, 500.0, 600.0), List.of(90.0), List.of(800.0)),
                new StartTimes.Variant(
                    "before, plain", List.of(690.0, 510.0, 600.0), List.of(90.0), List.of(800.0))));

    assertThat(starts.markdown()).contains("Later than before, plain: 0 ms (-10 to 10).");
  }

  private static Report report(Result... results) {
    return new Report(
        "two cores",
        "two rounds",
        List.of(new ScenarioResult("relay", "small calls", "closed loop", List.of(results))),
        null);
  }

  private static Slice slice(double perSecond, double cpuMicros) {
    return new Slice(perSecond, 1, 1.5, 2, 3, cpuMicros, 100, 1, 0);
  }
}
