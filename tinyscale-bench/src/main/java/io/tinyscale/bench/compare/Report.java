package io.tinyscale.bench.compare;

import com.google.gson.GsonBuilder;
import io.tinyscale.bench.engine.TinyscaleWar;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * All figures of a run, as Markdown for readers and as JSON for programs.
 *
 * @param machine the machine of the run
 * @param plan the settings of the run
 * @param scenarios in the order of the run
 * @param starts how long starts took; null if starts were not measured
 */
record Report(
    String machine, String plan, List<ScenarioResult> scenarios, @Nullable StartTimes starts) {

  private static final String YARDSTICK = "nginx";

  private enum Figure {
    PER_SECOND("calls/s", "%,.0f", Slice::perSecond),
    P50("p50 ms", "%.2f", Slice::p50),
    P95("p95 ms", "%.2f", Slice::p95),
    P99("p99 ms", "%.2f", Slice::p99),
    P999("p99.9 ms", "%.2f", Slice::p999),
    CPU("CPU µs/call", "%.1f", Slice::cpuMicros),
    RESIDENT("RSS MB", "%.0f", Slice::residentMegabytes),
    UPSTREAM("server calls/call", "%.3f", Slice::upstreamCalls);

    private final String label;
    private final String format;
    private final ToDoubleFunction<Slice> of;

    Figure(String label, String format, ToDoubleFunction<Slice> of) {
      this.label = label;
      this.format = format;
      this.of = of;
    }
  }

  private static final List<Figure> COMPARED =
      List.of(Figure.PER_SECOND, Figure.P50, Figure.P99, Figure.P999, Figure.CPU);

  Report {
    scenarios = List.copyOf(scenarios);
  }

  String json() {
    return new GsonBuilder().setPrettyPrinting().create().toJson(this) + "\n";
  }

  String markdown() {
    StringBuilder text = new StringBuilder();
    text.append("Machine: ").append(machine).append("\n\n").append(plan).append("\n\n");
    text.append("Each cell: median of the rounds (lowest to highest).\n");
    appendRatiosToBefore(text);
    scenarios.forEach(scenario -> append(text, scenario));
    if (starts != null) {
      text.append('\n').append(starts.markdown());
    }
    return text.toString();
  }

  private static void append(StringBuilder text, ScenarioResult scenario) {
    text.append("\n### ").append(scenario.scenario()).append("\n\n");
    text.append(sentence(scenario.description())).append(' ');
    text.append(sentence(scenario.load())).append("\n\n| engine |");
    for (Figure figure : Figure.values()) {
      text.append(' ').append(figure.label).append(" |");
    }
    text.append(" allocated B/call |\n|---|");
    text.append("---:|".repeat(Figure.values().length + 1)).append('\n');
    for (Result result : scenario.engines()) {
      appendFigures(text, result);
    }
    scenario.engine(YARDSTICK).ifPresent(nginx -> appendRatios(text, scenario, nginx));
    appendWrong(text, scenario);
  }

  /** One row for each scenario in which both versions took part. */
  private void appendRatiosToBefore(StringBuilder text) {
    List<ScenarioResult> both =
        scenarios.stream()
            .filter(
                scenario ->
                    scenario.engine(TinyscaleWar.NOW).isPresent()
                        && scenario.engine(TinyscaleWar.BEFORE).isPresent())
            .toList();
    if (both.isEmpty()) {
      return;
    }
    text.append("\nRatios of the present version to the one before, round by round.\n");
    text.append("\n| ratio to before |");
    COMPARED.forEach(figure -> text.append(' ').append(figure.label).append(" |"));
    text.append("\n|---|").append("---:|".repeat(COMPARED.size())).append('\n');
    for (ScenarioResult scenario : both) {
      Result now = scenario.engine(TinyscaleWar.NOW).orElseThrow();
      Result before = scenario.engine(TinyscaleWar.BEFORE).orElseThrow();
      appendRatioRow(text, scenario.scenario(), now, before);
    }
  }

  private static void appendRatioRow(
      StringBuilder text, String label, Result result, Result yardstick) {
    text.append("| ").append(label).append(" |");
    for (Figure figure : COMPARED) {
      text.append(' ').append(cell("%.2f", result.ratio(yardstick, figure.of))).append(" |");
    }
    text.append('\n');
  }

  private static void appendFigures(StringBuilder text, Result result) {
    text.append("| ").append(result.engine()).append(" |");
    for (Figure figure : Figure.values()) {
      text.append(' ').append(cell(figure.format, result.spread(figure.of))).append(" |");
    }
    Double allocated = result.allocatedBytes();
    text.append(allocated == null ? " |\n" : format(" %,.0f |%n", allocated));
  }

  private static void appendRatios(StringBuilder text, ScenarioResult scenario, Result nginx) {
    List<Result> others =
        scenario.engines().stream().filter(result -> !result.equals(nginx)).toList();
    if (others.isEmpty()) {
      return;
    }
    text.append("\n| ratio to nginx |");
    COMPARED.forEach(figure -> text.append(' ').append(figure.label).append(" |"));
    text.append("\n|---|").append("---:|".repeat(COMPARED.size())).append('\n');
    for (Result result : others) {
      appendRatioRow(text, result.engine(), result, nginx);
    }
  }

  private static void appendWrong(StringBuilder text, ScenarioResult scenario) {
    for (Result result : scenario.engines()) {
      if (result.wrong() > 0) {
        Optional<String> first = result.firstWrong().lines().findFirst();
        text.append(
            format(
                "%n**%s: %,d answers were not right**, the first: `%s`%n",
                result.engine(), result.wrong(), first.orElse("")));
      }
    }
  }

  private static String cell(String format, Spread spread) {
    String median = format(format, spread.median());
    String min = format(format, spread.min());
    String max = format(format, spread.max());
    return min.equals(max) ? median : median + " (" + min + " to " + max + ")";
  }

  private static String sentence(String text) {
    return text + ".";
  }

  private static String format(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
