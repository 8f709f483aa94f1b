package io.tinyscale.launcher.cli;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows servers. */
final class ServerCommands {

  private ServerCommands() {}

  /** All servers, as a table. */
  @Command(name = "servers", description = "List the servers of the pool.")
  static final class All implements CliCommand {

    private static final List<Table.Column> COLUMNS =
        List.of(
            Table.Column.text("NAME"),
            Table.Column.word("STATE"),
            Table.Column.word("VERDICT"),
            Table.Column.number("MEETINGS"),
            Table.Column.number("USERS"),
            Table.Column.number("LARGEST").leftOut(2),
            Table.Column.number("VIDEO").leftOut(3),
            Table.Column.number("LOAD/W").leftOut(4),
            Table.Column.number("SEEN").leftOut(1));

    private static final List<Table.Column> MORE =
        List.of(
            Table.Column.number("WEIGHT"),
            Table.Column.number("P95"),
            Table.Column.word("BBB"),
            Table.Column.word("TAGS"),
            Table.Column.word("ADDRESS"));

    @Option(
        names = "--wide",
        description =
            "Show all columns, however long the lines become: weight, 95th percentile of"
                + " the calls, version, tags, address.")
    boolean wide;

    @Mixin JsonOption json = new JsonOption();
    @Mixin DoorOptions door = new DoorOptions();

    @Override
    public ExitCode run(Console console) {
      Reply reply = door.open(console).get("/servers");
      if (json.json) {
        reply.printTo(console);
        return ExitCode.DONE;
      }
      Times times = new Times(console.clock());
      List<ServerText> servers =
          reply.body().objects("servers").stream()
              .map(server -> new ServerText(server, times))
              .toList();
      List<Table.Column> columns = new ArrayList<>(COLUMNS);
      if (wide) {
        columns.addAll(MORE);
      }
      Table table = new Table(columns, true);
      servers.forEach(server -> table.row(cells(server), server.note(), server.isDown()));
      table.total(total(servers));
      console.out().print(table.text(console, wide ? Integer.MAX_VALUE : console.width()));
      console.out().flush();
      return ExitCode.DONE;
    }

    private List<String> cells(ServerText text) {
      List<String> cells =
          new ArrayList<>(
              List.of(
                  text.name(),
                  text.state(),
                  text.verdict(),
                  text.figure("meetings"),
                  text.figure("users"),
                  text.figure("largest"),
                  text.currentFigure("video"),
                  text.usersByWeight(),
                  text.seen()));
      if (wide) {
        Fields server = text.server();
        String version = server.text("bbbVersion");
        List<String> tags = server.texts("tags");
        cells.add(Long.toString(server.number("weight", 1)));
        cells.add(
            server
                .object("calls")
                .number("p95Millis")
                .map(millis -> millis + "ms")
                .orElse(Table.NONE));
        cells.add(version.isEmpty() ? Table.NONE : version);
        cells.add(tags.isEmpty() ? Table.NONE : String.join(",", tags));
        cells.add(text.address());
      }
      return cells;
    }

    private List<String> total(List<ServerText> servers) {
      List<String> cells =
          new ArrayList<>(
              List.of(
                  "TOTAL",
                  Integer.toString(servers.size()),
                  servers.stream().filter(text -> text.server().flag("available")).count()
                      + " available",
                  Long.toString(servers.stream().mapToLong(ServerText::meetings).sum()),
                  Long.toString(servers.stream().mapToLong(ServerText::users).sum())));
      while (cells.size() < COLUMNS.size() + (wide ? MORE.size() : 0)) {
        cells.add("");
      }
      return cells;
    }
  }

  /** Everything about one server. */
  @Command(name = "server", description = "Show everything that is known of one server.")
  static final class One implements CliCommand {

    @Mixin NamedServer named = new NamedServer();

    @Mixin JsonOption json = new JsonOption();
    @Mixin DoorOptions door = new DoorOptions();

    @Override
    public ExitCode run(Console console) {
      Reply reply = door.open(console).get(named.path(""));
      if (json.json) {
        reply.printTo(console);
        return ExitCode.DONE;
      }
      Times times = new Times(console.clock());
      Fields server = reply.body();
      ServerText text = new ServerText(server, times);
      Fields calls = server.object("calls");
      Lines lines = new Lines();
      lines.add("name", text.name());
      lines.add("address", text.address());
      lines.add("state", text.state());
      lines.add("verdict", text.verdict());
      lines.add("since", server.time("since").map(times::clockTime).orElse(""));
      lines.add("note", text.note());
      lines.add("new meetings", server.flag("available") ? "yes" : "no");
      lines.add("weight", server.text("weight"));
      lines.add("tags", String.join(", ", server.texts("tags")));
      lines.add("checksum", server.text("checksum"));
      lines.add("BigBlueButton", server.text("bbbVersion"));
      lines.add("meetings", text.crowd());
      for (String figure : List.of("largest", "listeners", "voice", "video", "breakouts")) {
        lines.add(figure, text.load().text(figure));
      }
      lines.add("seen", text.seen());
      lines.add("calls", calls.text("inFlight") + " in flight, at most " + calls.text("max"));
      lines.add("failed", calls.text("failedLast5m") + " in the last 5 minutes");
      if (calls.has("p50Millis") && calls.has("p95Millis")) {
        lines.add(
            "answers",
            String.format(
                "half in %s ms, 95 %% in %s ms", calls.text("p50Millis"), calls.text("p95Millis")));
      }
      console.out().print(lines.text());
      console.out().flush();
      return ExitCode.DONE;
    }
  }

  /** Names and values, one a line. */
  private static final class Lines {

    private final StringBuilder text = new StringBuilder();

    /** Leaves out what has no value. */
    void add(String name, String value) {
      if (!value.isEmpty()) {
        text.append(String.format("%-14s %s%n", name, value));
      }
    }

    String text() {
      return text.toString();
    }
  }
}
