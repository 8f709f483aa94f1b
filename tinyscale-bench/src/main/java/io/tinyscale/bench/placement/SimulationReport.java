package io.tinyscale.bench.placement;

import com.google.gson.GsonBuilder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The figures of a simulation as Markdown for readers, as JSON for programs, and as plots. */
final class SimulationReport {

  private static final List<String> MAIN = List.of("P2", "P1", "P3", "P5", "P4");

  private final Scenarios scenarios;
  private final List<Scenario> run;
  private final Results results;

  /**
   * A report.
   *
   * @param run the scenarios that were run
   */
  SimulationReport(Scenarios scenarios, List<Scenario> run, Results results) {
    this.scenarios = scenarios;
    this.run = List.copyOf(run);
    this.results = results;
  }

  String markdown() {
    StringBuilder text = new StringBuilder("# Placement, simulated\n");
    appendMainTable(text);
    run.forEach(scenario -> append(text, scenario));
    return text.toString();
  }

  /** One row for each policy, one column for each pool. */
  private void appendMainTable(StringBuilder text) {
    List<Scenario> columns =
        MAIN.stream()
            .flatMap(name -> run.stream().filter(scenario -> scenario.name().equals(name)))
            .toList();
    if (columns.size() < 2) {
      return;
    }
    text.append(
        "\nUsers' time on overloaded servers in % / p99 of load to capacity.\n\n| policy |");
    columns.forEach(scenario -> text.append(' ').append(scenario.title()).append(" |"));
    text.append("\n|---|").append("---:|".repeat(columns.size())).append('\n');
    for (Cell row : columns.get(0).cells()) {
      text.append("| ").append(row.name()).append(" |");
      for (Scenario column : columns) {
        String cell =
            column.cells().stream()
                .filter(other -> other.contestant() == row.contestant())
                .findFirst()
                .map(other -> results.median(column, other))
                .map(figures -> format(" %.1f / %.2f |", figures.overloaded(), figures.p99()))
                .orElse(" |");
        text.append(cell);
      }
      text.append('\n');
    }
  }

  private void append(StringBuilder text, Scenario scenario) {
    int seeds = results.seeds(scenario);
    text.append(format("%n## %s: %s%n%n", scenario.name(), scenario.title()));
    text.append(seeds == 1 ? "One term" : format("Medians of %d terms", seeds));
    text.append(
        format(
            ", seeds from %d.%n%n| policy | overloaded %% | range | p99 | excess %% | highest |"
                + " daily maximum | suffered /1000 | Jain | joins/min |",
            results.firstSeed()));
    boolean isShared = scenario.cells().stream().anyMatch(c -> c.conditions().balancers() > 1);
    boolean fails = scenario.cells().stream().anyMatch(c -> c.conditions().serverFails());
    text.append(isShared ? " agreement % |" : "");
    text.append(fails ? " after return | minutes to share |" : "");
    text.append("\n|---|").append("---:|".repeat(9 + (isShared ? 1 : 0) + (fails ? 2 : 0)));
    text.append('\n');
    for (Cell cell : scenario.cells()) {
      Figures figures = results.median(scenario, cell);
      double[] range = results.range(scenario, cell, Figures::overloaded);
      text.append(
          format(
              "| %s | %.2f | %.1f to %.1f | %.2f | %.2f | %.2f | %.2f | %.1f | %.3f | %.0f |",
              cell.name(),
              figures.overloaded(),
              range[0],
              range[1],
              figures.p99(),
              figures.excess(),
              figures.highest(),
              figures.dailyMaximum(),
              figures.suffered(),
              figures.jain(),
              figures.worstJoins()));
      text.append(isShared ? format(" %.0f |", figures.agreement()) : "");
      text.append(
          fails ? format(" %.2f | %.1f |", figures.afterReturn(), figures.minutesToShare()) : "");
      text.append('\n');
    }
    text.append("\nMust hold:\n\n");
    results.judge(scenario).forEach(e -> text.append("- ").append(e.line()).append('\n'));
  }

  /** One scenario for programs. */
  private record ScenarioFigures(
      String name,
      String title,
      long firstSeed,
      int seeds,
      Map<String, Figures> medians,
      List<Expectation> expectations) {}

  String json() {
    List<ScenarioFigures> all = new ArrayList<>();
    for (Scenario scenario : run) {
      Map<String, Figures> medians = new LinkedHashMap<>();
      scenario.cells().forEach(cell -> medians.put(cell.name(), results.median(scenario, cell)));
      all.add(
          new ScenarioFigures(
              scenario.name(),
              scenario.title(),
              results.firstSeed(),
              results.seeds(scenario),
              medians,
              results.judge(scenario)));
    }
    return new GsonBuilder().setPrettyPrinting().create().toJson(all) + "\n";
  }

  /** Plots by the names of their files: of those scenarios that were run. */
  Map<String, String> plots() {
    Map<String, String> plots = new LinkedHashMap<>();
    for (Scenario scenario : run) {
      switch (scenario.name()) {
        case "P6" -> plots.put("overload-over-age.svg", overAge(scenario));
        case "FILL" -> plots.put("overload-over-fill.svg", overFill(scenario));
        default -> {
          if (MAIN.contains(scenario.name())) {
            plots.put(
                "overload-" + scenario.name().toLowerCase(Locale.ROOT) + ".svg",
                byPolicy(scenario));
          }
        }
      }
    }
    return plots;
  }

  private String byPolicy(Scenario scenario) {
    List<Plot.Bar> bars =
        scenario.cells().stream()
            .map(
                cell ->
                    new Plot.Bar(
                        cell.name(),
                        results.median(scenario, cell).overloaded(),
                        cell.contestant().isTinyscales()))
            .toList();
    return Plot.bars("Users' time on overloaded servers, in %: " + scenario.title(), bars);
  }

  private String overAge(Scenario scenario) {
    List<Plot.Line> lines = new ArrayList<>();
    for (Contestant contestant : Scenarios.OVER_AGE) {
      Map<String, Double> points = new LinkedHashMap<>();
      for (int seconds : Scenarios.SWEEP_SECONDS) {
        Cell cell = scenarios.sweptEvery(contestant, seconds);
        points.put(seconds + " s", results.median(scenario, cell).overloaded());
      }
      lines.add(new Plot.Line(contestant.label(), contestant.isTinyscales(), points));
    }
    return Plot.lines(
        "Users' time on overloaded servers, in %", "pause between two sweeps of a server", lines);
  }

  private String overFill(Scenario scenario) {
    List<Plot.Line> lines = new ArrayList<>();
    for (Contestant contestant : Scenarios.OVER_FILL) {
      Map<String, Double> points = new LinkedHashMap<>();
      for (double fill : Scenarios.FILLS) {
        Cell cell = scenarios.filled(contestant, fill);
        points.put(Math.round(100 * fill) + " %", results.median(scenario, cell).overloaded());
      }
      lines.add(new Plot.Line(contestant.label(), contestant.isTinyscales(), points));
    }
    return Plot.lines(
        "Users' time on overloaded servers, in %",
        "load of a popular hour, in % of the capacity of the pool", lines);
  }

  private static String format(String format, Object... arguments) {
    return String.format(Locale.ROOT, format, arguments);
  }
}
