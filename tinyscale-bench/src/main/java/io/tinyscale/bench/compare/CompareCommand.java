package io.tinyscale.bench.compare;

import io.tinyscale.bench.engine.Engine;
import io.tinyscale.bench.engine.HaProxy;
import io.tinyscale.bench.engine.Installed;
import io.tinyscale.bench.engine.Nginx;
import io.tinyscale.bench.engine.OwnYardstick;
import io.tinyscale.bench.engine.StoreProcess;
import io.tinyscale.bench.engine.TinyscaleWar;
import io.tinyscale.bench.engine.TwoBalancers;
import io.tinyscale.bench.process.Jdk;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Compares tinyscale with other proxies. */
@Command(
    name = "compare",
    description =
        "Puts tinyscale and the yardsticks found on this machine under the same load, in turns.",
    showDefaultValues = true)
public final class CompareCommand implements Callable<Integer> {

  private static final String WAR = "tinyscale-war/target/tinyscale.war";

  @Spec private @Nullable CommandSpec spec;

  @Option(names = "--list", description = "List the scenarios and engines, and exit.")
  private boolean list;

  @Option(
      names = "--scenarios",
      split = ",",
      paramLabel = "NAME",
      description = "Run only these scenarios; default: all.")
  private List<String> scenarios = List.of();

  @Option(
      names = "--engines",
      split = ",",
      paramLabel = "NAME",
      description = "Run only these engines; default: all that are installed.")
  private List<String> engineNames = List.of();

  @Option(names = "--seconds", defaultValue = "5", description = "Length of a round.")
  private int seconds;

  @Option(names = "--rounds", defaultValue = "3", description = "Rounds of each engine in a run.")
  private int rounds;

  @Option(
      names = "--runs",
      defaultValue = "1",
      description =
          "Runs of each scenario. Each run starts all engines anew: two processes of one program"
              + " can differ by a tenth.")
  private int runs;

  @Option(
      names = "--warmup",
      defaultValue = "15",
      description =
          "Seconds of load before the first round, for engines in Java; longer if the compiler has"
              + " not caught up by then.")
  private int warmup;

  @Option(names = "--starts", defaultValue = "7", description = "Starts of each kind.")
  private int starts;

  @Option(names = "--war", defaultValue = WAR, description = "The executable WAR.")
  private Path war = Path.of(WAR);

  @Option(
      names = "--before",
      paramLabel = "WAR",
      description =
          "An earlier executable WAR as one more engine (before). The report then compares the"
              + " present version with it.")
  private @Nullable Path before;

  @Option(
      names = "--before-setting",
      paramLabel = "KEY=VALUE",
      description =
          "A configuration key of the engine before, such as admin.listen=off; several are allowed."
              + " Without --before, that engine is the present version with these keys.")
  private Map<String, String> beforeSettings = Map.of();

  @Option(names = "--java", description = "The Java launcher for the engines; default: this Java.")
  private Path java = Jdk.program("java");

  @Option(
      names = "--java-options",
      defaultValue = "-Xmx256m",
      description = "JVM options for engines in Java.")
  private String javaOptions = "";

  @Option(
      names = "--out",
      paramLabel = "FOLDER",
      description =
          "The folder for compare.md, compare.json and the engines' logs; default: only print the"
              + " report.")
  private @Nullable Path out;

  @Override
  public Integer call() throws IOException, InterruptedException {
    PrintWriter terminal = commandLine().getOut();
    List<Scenario> chosen = chosenScenarios();
    List<Engine> engines = chosenEngines();
    if (list) {
      tell(terminal, engines);
      return CommandLine.ExitCode.OK;
    }
    check();
    Path folder = Files.createTempDirectory("tinyscale-bench");
    try {
      Report report = run(folder, chosen, engines, terminal);
      terminal.println();
      terminal.println(report.markdown());
      terminal.flush();
      write(report);
    } finally {
      keepLogs(folder);
      delete(folder);
    }
    return CommandLine.ExitCode.OK;
  }

  private Report run(Path folder, List<Scenario> chosen, List<Engine> engines, PrintWriter terminal)
      throws IOException, InterruptedException {
    List<String> options = Stream.of(javaOptions.split(" ")).filter(o -> !o.isBlank()).toList();
    Comparison comparison =
        new Comparison(
            new Comparison.Plan(
                folder,
                java,
                options,
                Duration.ofSeconds(seconds),
                Duration.ofSeconds(warmup),
                rounds,
                runs),
            engines,
            terminal);
    List<ScenarioResult> results = new ArrayList<>();
    for (Scenario scenario : chosen) {
      results.add(comparison.run(scenario));
    }
    boolean measuresStarts = scenarios.isEmpty() || scenarios.contains(Scenarios.START);
    StartTimes times =
        measuresStarts ? StartUp.measure(wars(), folder, java, starts, terminal) : null;
    return new Report(Machine.description(java), plan(), results, times);
  }

  private String plan() {
    return (runs == 1 ? "" : runs + " runs, each with new processes and ")
        + rounds
        + " rounds of "
        + seconds
        + " s each, engines in turns, warm-up of at least "
        + warmup
        + " s, Java options `"
        + javaOptions
        + "`.";
  }

  private List<Scenario> chosenScenarios() {
    List<Scenario> all = Scenarios.all();
    List<String> known =
        Stream.concat(all.stream().map(Scenario::name), Stream.of(Scenarios.START)).toList();
    require("--scenarios", scenarios, known);
    return all.stream()
        .filter(scenario -> scenarios.isEmpty() || scenarios.contains(scenario.name()))
        .toList();
  }

  private List<Engine> chosenEngines() {
    List<Engine> all = new ArrayList<>();
    Installed.find("nginx").map(Nginx::new).ifPresent(all::add);
    Installed.find("haproxy").map(HaProxy::new).ifPresent(all::add);
    all.addAll(wars());
    for (OwnYardstick.Kind kind : OwnYardstick.Kind.values()) {
      all.add(new OwnYardstick(kind));
    }
    all.addAll(balancers());
    require("--engines", engineNames, all.stream().map(Engine::name).toList());
    return all.stream()
        .filter(engine -> engineNames.isEmpty() || engineNames.contains(engine.name()))
        .toList();
  }

  private List<TinyscaleWar> wars() {
    TinyscaleWar now = TinyscaleWar.now(war);
    if (before == null && beforeSettings.isEmpty()) {
      return List.of(now);
    }
    return List.of(now, TinyscaleWar.before(before == null ? war : before, beforeSettings));
  }

  /** One balancer and two, for the scenarios in which it matters what one knows of the other. */
  private List<Engine> balancers() {
    List<Engine> all = new ArrayList<>();
    all.add(TinyscaleWar.alone(war));
    all.add(new TwoBalancers(war, null));
    StoreProcess.program().map(store -> new TwoBalancers(war, store)).ifPresent(all::add);
    return all;
  }

  private void require(String option, List<String> given, List<String> known) {
    List<String> unknown = given.stream().filter(name -> !known.contains(name)).toList();
    if (!unknown.isEmpty()) {
      throw new ParameterException(
          commandLine(),
          option
              + ": "
              + String.join(", ", unknown)
              + " (expected: some of "
              + String.join(", ", known)
              + ")");
    }
  }

  private void check() {
    if (!Files.isRegularFile(war)) {
      throw new ParameterException(
          commandLine(), "--war: " + war + " is not there. Build it with `./mvnw package`.");
    }
    if (before != null && !Files.isRegularFile(before)) {
      throw new ParameterException(commandLine(), "--before: " + before + " is not there.");
    }
    if (IntStream.of(seconds, rounds, runs, warmup, starts).anyMatch(number -> number < 1)) {
      throw new ParameterException(
          commandLine(), "--seconds, --rounds, --runs, --warmup and --starts must be at least 1");
    }
  }

  private CommandLine commandLine() {
    if (spec == null) {
      throw new IllegalStateException("not run by a command line");
    }
    return spec.commandLine();
  }

  private static void tell(PrintWriter terminal, List<Engine> engines) {
    Scenarios.all()
        .forEach(scenario -> terminal.println(scenario.name() + ": " + scenario.description()));
    terminal.println(Scenarios.START + ": starts of the executable WAR");
    terminal.println("engines: " + String.join(", ", engines.stream().map(Engine::name).toList()));
    terminal.flush();
  }

  private void write(Report report) throws IOException {
    if (out != null) {
      Files.createDirectories(out);
      Files.writeString(out.resolve("compare.md"), report.markdown());
      Files.writeString(out.resolve("compare.json"), report.json());
    }
  }

  /** The logs tell why an answer was wrong. */
  private void keepLogs(Path folder) throws IOException {
    if (out == null) {
      return;
    }
    Path logs = Files.createDirectories(out.resolve("logs"));
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path log : files.filter(file -> file.toString().endsWith(".log")).toList()) {
        String scenario = folder.relativize(log).getName(0).toString();
        Files.copy(
            log,
            logs.resolve(scenario + "-" + log.getFileName()),
            StandardCopyOption.REPLACE_EXISTING);
      }
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
