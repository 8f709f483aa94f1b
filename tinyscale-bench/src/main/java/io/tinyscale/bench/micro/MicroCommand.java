package io.tinyscale.bench.micro;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.results.format.ResultFormatType;
import org.openjdk.jmh.runner.NoBenchmarksException;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Runs the micro benchmarks. */
@Command(
    name = "micro",
    description = "Measures single pieces with JMH: time and allocated bytes per operation.",
    showDefaultValues = true)
public final class MicroCommand implements Callable<Integer> {

  @Spec private @Nullable CommandSpec spec;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "REGEX",
      defaultValue = ".*",
      description = "Which benchmarks, for example Checksum or Gateway.relays.")
  private String regex = ".*";

  @Option(names = "--forks", defaultValue = "2", description = "Fresh JVMs for each benchmark.")
  private int forks;

  @Option(names = "--warmup", defaultValue = "3", description = "Iterations that do not count.")
  private int warmup;

  @Option(names = "--iterations", defaultValue = "5", description = "Iterations that count.")
  private int iterations;

  @Option(names = "--millis", defaultValue = "1000", description = "Length of an iteration.")
  private long millis;

  @Option(
      names = "--out",
      paramLabel = "FOLDER",
      description = "Where micro.md and micro.json are written; default: only printed.")
  private @Nullable Path out;

  @Override
  public Integer call() throws IOException, RunnerException {
    check();
    ChainedOptionsBuilder options =
        new OptionsBuilder()
            // Only the benchmarks of this program, whatever else is on the class path.
            .include("io\\.tinyscale\\.bench\\.micro\\..*(" + regex + ").*")
            .forks(forks)
            .warmupIterations(warmup)
            .warmupTime(TimeValue.milliseconds(millis))
            .measurementIterations(iterations)
            .measurementTime(TimeValue.milliseconds(millis))
            .addProfiler(GCProfiler.class);
    if (out != null) {
      Files.createDirectories(out);
      options.resultFormat(ResultFormatType.JSON).result(out.resolve("micro.json").toString());
    }
    Collection<RunResult> results;
    try {
      results = new Runner(options.build()).run();
    } catch (NoBenchmarksException e) {
      throw new ParameterException(commandLine(), "no benchmark matches " + regex, e);
    }
    String table = MicroTable.of(results);
    PrintWriter terminal = commandLine().getOut();
    terminal.println(table);
    terminal.flush();
    if (out != null) {
      Files.writeString(out.resolve("micro.md"), table);
    }
    return CommandLine.ExitCode.OK;
  }

  private void check() {
    try {
      Pattern.compile(regex);
    } catch (PatternSyntaxException e) {
      throw new ParameterException(
          commandLine(), regex + " is no regular expression: " + e.getDescription(), e);
    }
    if (forks < 1 || iterations < 1 || millis < 1 || warmup < 0) {
      throw new ParameterException(
          commandLine(), "--forks, --iterations and --millis must be at least 1");
    }
  }

  private CommandLine commandLine() {
    if (spec == null) {
      throw new IllegalStateException("not run by a command line");
    }
    return spec.commandLine();
  }
}
