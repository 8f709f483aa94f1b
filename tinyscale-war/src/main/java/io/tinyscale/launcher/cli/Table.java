package io.tinyscale.launcher.cli;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A table that fits the width of a terminal. What a line has no room for goes elsewhere: a note
 * below its row; then columns are left out, those of the highest rank first; then texts are cut.
 */
final class Table {

  static final String NONE = "-";

  private static final int GAP = 2;
  private static final int NARROWEST = 8;

  /**
   * A column.
   *
   * @param isNumber whether its cells stand at the right
   * @param mayBeCut whether its cells may lose their ends
   * @param rank 0 if the column is never left out
   */
  record Column(String head, boolean isNumber, boolean mayBeCut, int rank) {

    static Column word(String head) {
      return new Column(head, false, false, 0);
    }

    /** A word that may be long. */
    static Column text(String head) {
      return new Column(head, false, true, 0);
    }

    static Column number(String head) {
      return new Column(head, true, false, 0);
    }

    Column leftOut(int order) {
      return new Column(head, isNumber, mayBeCut, order);
    }
  }

  private record Row(List<String> cells, String note, boolean isLoud, boolean isTotal) {}

  private final List<Column> columns;
  private final boolean hasNotes;
  private final List<Row> rows = new ArrayList<>();

  /** A table with a last column for notes, if so wished. */
  Table(List<Column> columns, boolean hasNotes) {
    this.columns = List.copyOf(columns);
    this.hasNotes = hasNotes;
  }

  Table row(List<String> cells) {
    return row(cells, "", false);
  }

  Table row(List<String> cells, String note, boolean isLoud) {
    rows.add(new Row(List.copyOf(cells), note, isLoud, false));
    return this;
  }

  /** The last row, whose words may reach into the next column. */
  Table total(List<String> cells) {
    rows.add(new Row(List.copyOf(cells), "", false, true));
    return this;
  }

  /** The lines, none longer than the width unless nothing more can be left out or cut. */
  String text(Console console, int width) {
    int[] widths = IntStream.range(0, columns.size()).map(this::wanted).toArray();
    List<Integer> shown =
        IntStream.range(0, columns.size()).boxed().collect(Collectors.toCollection(ArrayList::new));
    String noteHead = "NOTE";
    boolean beside = hasNotes && length(shown, widths) + GAP + noteHead.length() <= width;
    columns.stream()
        .filter(column -> column.rank() > 0)
        .sorted(Comparator.comparingInt(Column::rank).reversed())
        .forEach(
            column -> {
              if (length(shown, widths) > width) {
                shown.remove((Integer) columns.indexOf(column));
              }
            });
    cut(shown, widths, width);
    StringBuilder text = new StringBuilder();
    Row head = new Row(columns.stream().map(Column::head).toList(), "", false, false);
    append(text, line(head, shown, widths, beside ? noteHead : ""));
    for (Row row : rows) {
      boolean fits = beside && length(shown, widths) + GAP + row.note().length() <= width;
      String line = line(row, shown, widths, fits ? row.note() : "");
      append(text, row.isLoud() ? console.red(line) : line);
      if (!fits && !row.note().isEmpty()) {
        int indent = widths[shown.get(0)] + GAP;
        wrapped(row.note(), width - indent).forEach(part -> append(text, blanks(indent) + part));
      }
    }
    return text.toString();
  }

  private int wanted(int column) {
    boolean isNumber = columns.get(column).isNumber();
    return rows.stream()
        .filter(row -> isNumber || column == 0 || !row.isTotal())
        .mapToInt(row -> length(row.cells().get(column)))
        .reduce(length(columns.get(column).head()), Math::max);
  }

  private void cut(List<Integer> shown, int[] widths, int width) {
    while (length(shown, widths) > width) {
      int widest =
          shown.stream()
              .filter(column -> columns.get(column).mayBeCut() && widths[column] > NARROWEST)
              .max(Comparator.comparingInt(column -> widths[column]))
              .orElse(-1);
      if (widest < 0) {
        return;
      }
      widths[widest]--;
    }
  }

  private static int length(List<Integer> shown, int[] widths) {
    return shown.stream().mapToInt(column -> widths[column]).sum() + GAP * (shown.size() - 1);
  }

  private static int length(String text) {
    return text.codePointCount(0, text.length());
  }

  private String line(Row row, List<Integer> shown, int[] widths, String note) {
    StringBuilder line = new StringBuilder();
    int start = 0;
    for (int column : shown) {
      String cell = row.cells().get(column);
      if (columns.get(column).mayBeCut() && length(cell) > widths[column]) {
        cell = cell.substring(0, cell.offsetByCodePoints(0, widths[column] - 1)) + "…";
      }
      int room = columns.get(column).isNumber() ? widths[column] - length(cell) : 0;
      int gap = column == shown.get(0) ? 0 : Math.max(1, start + room - length(line.toString()));
      if (!cell.isEmpty()) {
        line.append(blanks(column == shown.get(0) ? room : gap)).append(cell);
      }
      start += widths[column] + GAP;
    }
    if (!note.isEmpty()) {
      line.append(blanks(Math.max(1, start - length(line.toString())))).append(note);
    }
    return line.toString();
  }

  private static List<String> wrapped(String text, int width) {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder();
    for (String word : text.split(" ")) {
      if (line.length() > 0 && line.length() + 1 + word.length() > width) {
        lines.add(line.toString());
        line.setLength(0);
      }
      line.append(line.length() > 0 ? " " : "").append(word);
    }
    lines.add(line.toString());
    return lines;
  }

  private static String blanks(int count) {
    return String.join("", Collections.nCopies(Math.max(0, count), " "));
  }

  private static void append(StringBuilder text, String line) {
    text.append(line).append(System.lineSeparator());
  }
}
