package io.tinyscale.bench.soak;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code figures}: counts and times that an administrator may ask for. */
@Command(
    name = "figures",
    description = {
      "Measures what a pool costs and what a failing server costs: server calls per poll and per"
          + " create, how long the rooms of a killed server stay closed, how many creates fail in a"
          + " rolling restart, and what the relay of callbacks costs.",
      "Prints a table in Markdown. With the default settings it takes up to a quarter of an hour."
    },
    sortOptions = false)
public final class FiguresCommand implements Callable<Integer> {

  /** What can be measured. */
  enum Subject {
    SERVER_CALLS,
    REOPEN,
    ROLLING_RESTART,
    CALLBACKS
  }

  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--war",
      paramLabel = "FILE",
      defaultValue = "tinyscale-war/target/tinyscale.war",
      description = "the executable (default: ${DEFAULT-VALUE})")
  private Path war = Path.of("");

  @Option(
      names = "--only",
      split = ",",
      paramLabel = "SUBJECT",
      description = "some of ${COMPLETION-CANDIDATES} (default: all)")
  private List<Subject> only = List.of();

  @Option(
      names = "--kills",
      paramLabel = "N",
      defaultValue = "20",
      description = "how many servers are killed, one after the other (default: ${DEFAULT-VALUE})")
  private int kills;

  @Option(
      names = "--setting",
      paramLabel = "KEY=VALUE",
      description = "a setting of tinyscale, such as health.interval=5s; repeatable")
  private Map<String, String> settings = new LinkedHashMap<>();

  /** For picocli. */
  public FiguresCommand() {}

  @Override
  public Integer call() throws IOException, InterruptedException {
    if (spec == null) {
      throw new IllegalStateException("not run by a command line");
    }
    if (!Files.isReadable(war)) {
      throw new ParameterException(
          spec.commandLine(), "--war: " + war + ": no such file; build it, or say where it is");
    }
    if (kills < 1) {
      throw new ParameterException(spec.commandLine(), "--kills: at least 1");
    }
    PrintWriter out = spec.commandLine().getOut();
    Path folder = Files.createTempDirectory("tinyscale-figures");
    out.println("| figure | value |\n|---|---|");
    for (Figure figure : measure(folder)) {
      out.println("| " + figure.name() + " | " + figure.value() + " |");
    }
    out.flush();
    SoakCommand.delete(folder);
    return 0;
  }

  private List<Figure> measure(Path folder) throws IOException, InterruptedException {
    Path executable = war.toAbsolutePath();
    Map<String, String> environment = environment(settings);
    List<Figure> figures = new ArrayList<>();
    if (wants(Subject.SERVER_CALLS)) {
      figures.addAll(new ServerCallFigures(executable, folder, environment).measure());
    }
    if (wants(Subject.REOPEN)) {
      try (SmallPool pool = new SmallPool(executable, folder.resolve("reopen"), environment)) {
        figures.add(new ReopenTimes(pool).measure(kills));
      }
    }
    if (wants(Subject.ROLLING_RESTART)) {
      try (SmallPool pool = new SmallPool(executable, folder.resolve("restart"), environment)) {
        figures.add(new RollingRestart(pool).measure());
      }
    }
    if (wants(Subject.CALLBACKS)) {
      figures.addAll(
          new CallbackFigures(executable, folder.resolve("callbacks"), environment).measure());
    }
    return figures;
  }

  private boolean wants(Subject subject) {
    return only.isEmpty() || only.contains(subject);
  }

  /** Settings as environment variables. */
  static Map<String, String> environment(Map<String, String> settings) {
    return settings.entrySet().stream()
        .collect(
            Collectors.toMap(
                setting ->
                    "TINYSCALE_" + setting.getKey().toUpperCase(Locale.ROOT).replace('.', '_'),
                Map.Entry::getValue));
  }
}
