package io.tinyscale.bench.placement;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code simulate}: compares policies of placement over terms of universities and schools. */
@Command(
    name = "simulate",
    description = {
      "Plays terms of universities and schools to placement policies, in virtual time: tinyscale's"
          + " own policies, the formulas of other load balancers, and two oracles. Checks what"
          + " docs/placement.md says about them.",
      "The same seeds give the same figures. Exit code 0: everything holds; 1: something does not."
    },
    sortOptions = false)
public final class SimulateCommand implements Callable<Integer> {

  @Spec private @Nullable CommandSpec spec;

  @Option(names = "--list", description = "list the scenarios and exit")
  private boolean list;

  @Option(
      names = "--scenarios",
      split = ",",
      paramLabel = "NAME",
      description = "some of P1 to P12 and FILL (default: all)")
  private List<String> names = List.of();

  @Option(
      names = "--seeds",
      paramLabel = "N",
      defaultValue = "0",
      description = "terms of each row (default: 5 or 3, as --list says)")
  private int seeds;

  @Option(
      names = "--first-seed",
      paramLabel = "S",
      defaultValue = "1",
      description = "the seed of the first term (default: ${DEFAULT-VALUE})")
  private long firstSeed;

  @Option(
      names = "--weeks",
      paramLabel = "N",
      defaultValue = "0",
      description = "length of a term (default: as --list says)")
  private int weeks;

  @Option(
      names = "--threads",
      paramLabel = "N",
      defaultValue = "0",
      description = "runs at the same time (default: one for each processor)")
  private int threads;

  @Option(
      names = "--out",
      paramLabel = "FOLDER",
      description =
          "folder for simulate.md, simulate.json and the plots (default: only print the report)")
  private @Nullable Path out;

  /** For picocli. */
  public SimulateCommand() {}

  @Override
  public Integer call() throws IOException, InterruptedException {
    PrintWriter terminal = commandLine().getOut();
    check();
    Scenarios scenarios = new Scenarios(weeks);
    List<Scenario> chosen = chosen(scenarios.all());
    if (list) {
      chosen.forEach(
          scenario ->
              terminal.println(
                  scenario.name() + ": " + scenario.title() + "; seeds: " + scenario.seeds()));
      terminal.flush();
      return CommandLine.ExitCode.OK;
    }
    Results results = run(chosen, terminal);
    SimulationReport report = new SimulationReport(scenarios, chosen, results);
    terminal.println();
    terminal.print(report.markdown());
    terminal.flush();
    write(report);
    return results.hold(chosen) ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
  }

  private Results run(List<Scenario> chosen, PrintWriter terminal) throws InterruptedException {
    Set<Experiment> experiments = new LinkedHashSet<>();
    for (Scenario scenario : chosen) {
      int terms = seeds > 0 ? seeds : scenario.seeds();
      scenario.cells().forEach(cell -> experiments.addAll(cell.experiments(firstSeed, terms)));
    }
    Runner runner =
        new Runner(
            threads > 0 ? threads : Runtime.getRuntime().availableProcessors(),
            line -> {
              terminal.println(line);
              terminal.flush();
            });
    return new Results(runner.run(experiments), firstSeed, seeds);
  }

  private List<Scenario> chosen(List<Scenario> all) {
    List<String> known = all.stream().map(Scenario::name).toList();
    List<String> unknown = names.stream().filter(name -> !known.contains(name)).toList();
    if (!unknown.isEmpty()) {
      throw new ParameterException(
          commandLine(),
          "--scenarios: "
              + String.join(", ", unknown)
              + " (expected: some of "
              + String.join(", ", known)
              + ")");
    }
    return all.stream()
        .filter(scenario -> names.isEmpty() || names.contains(scenario.name()))
        .toList();
  }

  private void check() {
    if (seeds < 0 || weeks < 0 || threads < 0) {
      throw new ParameterException(
          commandLine(), "--seeds, --weeks and --threads must be at least 1");
    }
  }

  private CommandLine commandLine() {
    if (spec == null) {
      throw new IllegalStateException("not run by a command line");
    }
    return spec.commandLine();
  }

  private void write(SimulationReport report) throws IOException {
    if (out == null) {
      return;
    }
    Files.createDirectories(out);
    Files.writeString(out.resolve("simulate.md"), report.markdown());
    Files.writeString(out.resolve("simulate.json"), report.json());
    for (Map.Entry<String, String> plot : report.plots().entrySet()) {
      Files.writeString(out.resolve(plot.getKey()), plot.getValue());
    }
  }
}
