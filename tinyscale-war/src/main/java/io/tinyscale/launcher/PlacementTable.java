package io.tinyscale.launcher;

import io.tinyscale.balancer.PlacementPreview;
import io.tinyscale.server.Server;
import io.tinyscale.server.ServerLoad;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.stream.Collectors;

/** What {@code place} prints: a line for each server, then the choice. */
final class PlacementTable {

  private static final List<String> HEAD =
      List.of(
          "server", "tags", "state", "meetings", "people", "expected", "weight", "fill", "score");

  /** Columns before this one hold words, which begin at the left. */
  private static final int FIRST_NUMBER = 3;

  private static final String NONE = "-";

  private PlacementTable() {}

  static String of(PlacementPreview preview) {
    List<List<String>> lines = new ArrayList<>();
    lines.add(HEAD);
    preview.servers().forEach(server -> lines.add(line(server)));
    int[] widths = new int[HEAD.size()];
    for (List<String> line : lines) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], line.get(i).length());
      }
    }
    StringBuilder text = new StringBuilder();
    for (List<String> line : lines) {
      text.append(aligned(line, widths)).append(System.lineSeparator());
    }
    text.append(System.lineSeparator());
    if (!preview.untold().isEmpty()) {
      text.append(
              preview.untold().stream()
                  .map(Server::name)
                  .collect(
                      Collectors.joining(
                          ", ",
                          "did not tell their meetings: ",
                          " (a meeting on them is not seen)")))
          .append(System.lineSeparator());
    }
    return text.append(choice(preview)).toString();
  }

  private static List<String> line(PlacementPreview.OfServer row) {
    Server server = row.status().server();
    ServerLoad load = row.status().load();
    return List.of(
        server.name(),
        server.tags().isEmpty() ? NONE : String.join(",", server.tags().stream().sorted().toList()),
        server.state().toString(),
        load.isKnown() ? Integer.toString(load.meetings()) : NONE,
        load.isKnown() ? Long.toString(load.users()) : NONE,
        number(row.expectedLoad()),
        Integer.toString(server.weight()),
        number(
            row.expectedLoad().isPresent()
                ? OptionalDouble.of(row.expectedLoad().getAsDouble() / server.weight())
                : OptionalDouble.empty()),
        row.obstacle().isEmpty() ? number(row.score()) : row.obstacle());
  }

  private static String number(OptionalDouble number) {
    return number.isPresent() ? String.format(Locale.ROOT, "%.2f", number.getAsDouble()) : NONE;
  }

  private static String aligned(List<String> line, int[] widths) {
    List<String> cells = new ArrayList<>();
    for (int i = 0; i < widths.length; i++) {
      String blanks = String.join("", Collections.nCopies(widths[i] - line.get(i).length(), " "));
      boolean isWord = i < FIRST_NUMBER || i == widths.length - 1;
      cells.add(isWord ? line.get(i) + blanks : blanks + line.get(i));
    }
    return String.join("  ", cells).stripTrailing();
  }

  private static String choice(PlacementPreview preview) {
    return preview
        .choice()
        .map(
            server ->
                server.name() + " (" + preview.reason() + "; policy " + preview.policy() + ")")
        .orElseGet(() -> "none (" + preview.reason() + ")");
  }
}
