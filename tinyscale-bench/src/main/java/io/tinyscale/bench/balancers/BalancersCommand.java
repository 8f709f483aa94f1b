package io.tinyscale.bench.balancers;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code balancers}: what becomes of rooms that are opened through several balancers. */
@Command(
    name = "balancers",
    description = {
      "Runs one or two whole balancers before three servers, in virtual time and with a virtual"
          + " network, while people open rooms at the same moment, end them and open them again."
          + " Counts rooms that lived twice, and people who met nobody or were thrown out.",
      "The same seed gives the same figures."
    },
    sortOptions = false)
public final class BalancersCommand implements Callable<Integer> {

  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--rooms",
      paramLabel = "N",
      defaultValue = "2000",
      description = "rooms in each cell, rounded up to twenties (default: ${DEFAULT-VALUE})")
  private int rooms;

  @Option(
      names = "--seed",
      paramLabel = "S",
      defaultValue = "1",
      description = "the seed of the first twenty rooms (default: ${DEFAULT-VALUE})")
  private long seed;

  @Option(
      names = "--scenarios",
      split = ",",
      paramLabel = "NAME",
      description = "some of ${COMPLETION-CANDIDATES} (default: all)")
  private List<Scenario> scenarios = List.of(Scenario.values());

  @Option(
      names = "--rows",
      split = ",",
      paramLabel = "NAME",
      description = "some of ${COMPLETION-CANDIDATES} (default: all)")
  private List<Setup> rows = List.of(Setup.values());

  @Option(
      names = "--threads",
      paramLabel = "N",
      defaultValue = "0",
      description = "runs at the same time (default: one for each processor)")
  private int threads;

  @Option(
      names = "--trace",
      paramLabel = "ROOM",
      description =
          "instead of figures, tell what happens to one room in the first row and scenario, line"
              + " by line; the JSON file names rooms in which something went wrong")
  private @Nullable String trace;

  @Option(
      names = "--out",
      paramLabel = "FOLDER",
      description = "folder for balancers.md and balancers.json (default: only print the report)")
  private @Nullable Path out;

  /** For picocli. */
  public BalancersCommand() {}

  @Override
  public Integer call() throws IOException, InterruptedException {
    check();
    PrintWriter terminal = commandLine().getOut();
    Runner runner = new Runner(threads > 0 ? threads : Runtime.getRuntime().availableProcessors());
    if (trace != null) {
      runner.trace(new Cell(rows.get(0), scenarios.get(0)), trace, terminal::println);
      terminal.flush();
      return CommandLine.ExitCode.OK;
    }
    Report report = new Report(rows, scenarios, seed, run(runner, terminal));
    terminal.println();
    terminal.print(report.markdown());
    terminal.flush();
    if (out != null) {
      Files.createDirectories(out);
      Files.writeString(out.resolve("balancers.md"), report.markdown());
      Files.writeString(out.resolve("balancers.json"), report.json());
    }
    return CommandLine.ExitCode.OK;
  }

  private Map<Cell, Figures> run(Runner runner, PrintWriter terminal) throws InterruptedException {
    Map<Cell, Figures> figures = new LinkedHashMap<>();
    for (Setup row : rows) {
      for (Scenario scenario : scenarios) {
        Cell cell = new Cell(row, scenario);
        long begun = System.nanoTime();
        Figures found = runner.run(cell, seed, rooms);
        double seconds = (System.nanoTime() - begun) / (double) TimeUnit.SECONDS.toNanos(1);
        terminal.println(Runner.line(cell, found, seconds));
        terminal.flush();
        figures.put(cell, found);
      }
    }
    return figures;
  }

  private void check() {
    if (rooms < 1 || threads < 0) {
      throw new ParameterException(commandLine(), "--rooms and --threads must be at least 1");
    }
    if (trace != null && VirtualPool.seedOf(trace) < 0) {
      throw new ParameterException(
          commandLine(), "--trace: " + trace + " (expected: the id of a room, such as room-7-13)");
    }
  }

  private CommandLine commandLine() {
    if (spec == null) {
      throw new IllegalStateException("not run by a command line");
    }
    return spec.commandLine();
  }
}
