package io.tinyscale.bench.balancers;

import com.google.gson.GsonBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** The figures of all cells as Markdown for readers and as JSON for programs. */
final class Report {

  private final List<Setup> rows;
  private final List<Scenario> columns;
  private final long seed;
  private final Map<Cell, Figures> cells;

  /**
   * A report.
   *
   * @param seed the seed of the first run
   */
  Report(List<Setup> rows, List<Scenario> columns, long seed, Map<Cell, Figures> cells) {
    this.rows = List.copyOf(rows);
    this.columns = List.copyOf(columns);
    this.seed = seed;
    this.cells = Map.copyOf(cells);
  }

  String markdown() {
    StringBuilder text = new StringBuilder("# Several balancers, simulated\n\n");
    text.append(
        String.format(
            Locale.ROOT, "%,d rooms in each cell, seed %d.%n", figures(0, 0).rooms(), seed));
    table(text, "Rooms with people in two copies, %", "%.2f", Figures::peopleInTwo);
    table(text, "Rooms in which somebody was thrown out, %", "%.2f", Figures::thrownOut);
    table(
        text,
        "Rooms of which two copies lived for longer than a second, %",
        "%.2f",
        Figures::twoCopies);
    table(text, "Rooms of which two copies live at the end, %", "%.2f", Figures::twoAtTheEnd);
    table(
        text,
        "Rooms that more than one server was asked to make, %",
        "%.2f",
        Figures::onTwoServers);
    table(text, "Creates that were refused, %", "%.2f", Figures::refused);
    table(text, "Calls to servers for each create", "%.2f", Figures::serverCallsPerCreate);
    table(text, "Creates that made a meeting and looked for others, %", "%.2f", Figures::confirmed);
    table(
        text,
        "Creates that yielded, % of those that made a meeting and looked for others",
        "%.2f",
        Figures::yielded);
    table(
        text,
        "Questions to the store that led to a refused create, %",
        "%.2f",
        Figures::claimsRefused);
    table(text, "Questions to the store without an answer, %", "%.2f", Figures::claimsUnanswered);
    return text.toString();
  }

  private void table(
      StringBuilder text, String title, String format, ToDoubleFunction<Figures> figure) {
    text.append("\n").append(title).append(":\n\n| |");
    columns.forEach(column -> text.append(' ').append(column.title()).append(" |"));
    text.append("\n|---|").append("---:|".repeat(columns.size())).append('\n');
    for (int row = 0; row < rows.size(); row++) {
      text.append("| ").append(rows.get(row).title()).append(" |");
      for (int column = 0; column < columns.size(); column++) {
        double value = figure.applyAsDouble(figures(row, column));
        text.append(' ').append(String.format(Locale.ROOT, format, value)).append(" |");
      }
      text.append('\n');
    }
  }

  private Figures figures(int row, int column) {
    Figures figures = cells.get(new Cell(rows.get(row), columns.get(column)));
    if (figures == null) {
      throw new IllegalStateException("a cell was not run");
    }
    return figures;
  }

  /** One cell for programs. */
  private record NamedFigures(String row, String scenario, long seed, Figures figures) {}

  String json() {
    List<NamedFigures> all = new ArrayList<>();
    for (int row = 0; row < rows.size(); row++) {
      for (int column = 0; column < columns.size(); column++) {
        all.add(
            new NamedFigures(
                rows.get(row).toString(),
                columns.get(column).toString(),
                seed,
                figures(row, column)));
      }
    }
    return new GsonBuilder().setPrettyPrinting().create().toJson(all) + "\n";
  }
}
