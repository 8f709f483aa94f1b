package io.tinyscale.bench.soak;

import io.tinyscale.bench.engine.StoreProcess;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code soak}: lets servers fail under traffic and checks the promises. */
@Command(
    name = "soak",
    description = {
      "Lets servers fail at random under traffic, and holds what happened against what tinyscale"
          + " promises, by the servers' own journals.",
      "Exit code 0: every promise was kept; 1: one was not."
    },
    sortOptions = false)
public final class SoakCommand implements Callable<Integer> {

  private static final int DEFAULT_SECONDS = 60;

  /** The JVM, the connections of all front ends and those to all servers need some. */
  private static final int FEWEST_DESCRIPTORS = 200;

  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--war",
      paramLabel = "FILE",
      defaultValue = "tinyscale-war/target/tinyscale.war",
      description = "the executable (default: ${DEFAULT-VALUE})")
  private Path war = Path.of("");

  @ArgGroup private @Nullable Length length;

  @Option(
      names = "--seed",
      paramLabel = "S",
      defaultValue = "1",
      description = "what happens when; the same for the same seed (default: ${DEFAULT-VALUE})")
  private long seed;

  @Option(
      names = "--balancers",
      paramLabel = "N",
      defaultValue = "1",
      description =
          "how many balancers share the servers, with balancers=several if there are more than one;"
              + " each call goes to one of them by the toss of a coin (default: ${DEFAULT-VALUE})")
  private int balancers;

  @Option(
      names = "--store",
      description =
          "the balancers share a Redis, which is killed, frozen and cut off now and then; needs"
              + " redis-server, and --balancers 2 or more")
  private boolean sharesStore;

  @Option(
      names = "--front-ends",
      paramLabel = "N",
      defaultValue = "18",
      description = "how many call at the same time (default: ${DEFAULT-VALUE})")
  private int frontEnds;

  @Option(
      names = "--descriptors",
      paramLabel = "N",
      defaultValue = "0",
      description =
          "most files and sockets that tinyscale may open; idle connections use them up now and"
              + " then (default: no limit)")
  private int descriptors;

  @Option(
      names = "--logs",
      paramLabel = "DIR",
      description =
          "new folder for the logs of all processes (default: a temporary one, which is removed"
              + " when every promise was kept)")
  private @Nullable Path logs;

  /** For picocli. */
  public SoakCommand() {}

  /** How long servers fail. */
  static final class Length {

    @Option(names = "--minutes", paramLabel = "N", description = "how long servers fail")
    private int minutes;

    @Option(
        names = "--seconds",
        paramLabel = "N",
        description = "the same in seconds (default: " + DEFAULT_SECONDS + ")")
    private int seconds;

    Duration time() {
      return Duration.ofMinutes(minutes).plusSeconds(seconds);
    }
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    Duration time = length == null ? Duration.ofSeconds(DEFAULT_SECONDS) : length.time();
    CommandSpec command = Objects.requireNonNull(spec, "set by picocli");
    if (!Files.isReadable(war)) {
      throw new ParameterException(
          command.commandLine(), "--war: " + war + ": no such file; build it, or say where it is");
    }
    if (time.toSeconds() < 1 || frontEnds < 1) {
      throw new ParameterException(
          command.commandLine(), "--seconds, --minutes, --front-ends: at least 1");
    }
    if (balancers < 1 || balancers > BalancerSettings.MOST) {
      throw new ParameterException(
          command.commandLine(), "--balancers: 1 to " + BalancerSettings.MOST);
    }
    if (descriptors != 0 && descriptors < FEWEST_DESCRIPTORS) {
      throw new ParameterException(
          command.commandLine(), "--descriptors: at least " + FEWEST_DESCRIPTORS);
    }
    Path storeProgram = sharesStore ? storeProgram(command) : null;
    PrintWriter out = command.commandLine().getOut();
    Path given = logs;
    Path folder =
        given == null ? Files.createTempDirectory("tinyscale-soak") : given.toAbsolutePath();
    List<Violation> violations =
        new Soak(
                war.toAbsolutePath(),
                folder,
                new Soak.Plan(time, seed, frontEnds, descriptors, storeProgram),
                new BalancerSettings(balancers),
                new Report(out))
            .run();
    if (violations.isEmpty()) {
      if (given == null) {
        delete(folder);
      }
      return 0;
    }
    out.println();
    out.println("The logs of all processes are in " + folder);
    out.flush();
    return 1;
  }

  private Path storeProgram(CommandSpec command) {
    if (balancers < 2) {
      throw new ParameterException(
          command.commandLine(), "--store: needs --balancers 2 or more, which share it");
    }
    return StoreProcess.program()
        .orElseThrow(
            () ->
                new ParameterException(
                    command.commandLine(),
                    "--store: redis-server is missing; on Debian: apt-get install redis-server"));
  }

  /** Deletes a folder with all that is in it. */
  static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
