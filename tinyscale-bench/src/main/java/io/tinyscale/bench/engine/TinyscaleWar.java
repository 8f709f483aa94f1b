package io.tinyscale.bench.engine;

import io.tinyscale.bench.process.ChildProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * An executable WAR: the present version, or an earlier version for comparison.
 *
 * @param name its name in reports and on the command line
 * @param war the file
 */
public record TinyscaleWar(String name, Path war) implements Engine {

  /** The name of the present version. */
  public static final String NOW = "tinyscale";

  /** The name of the earlier version. */
  public static final String BEFORE = "before";

  private static final Pattern READY =
      Pattern.compile("^tinyscale \\S+ ready: \\S+:(\\d+)/", Pattern.MULTILINE);

  /** The present version. */
  public static TinyscaleWar now(Path war) {
    return new TinyscaleWar(NOW, war);
  }

  /** The earlier version. */
  public static TinyscaleWar before(Path war) {
    return new TinyscaleWar(BEFORE, war);
  }

  @Override
  public RunningEngine start(Setup setup) throws IOException, InterruptedException {
    ChildProcess child = launch(setup, 0);
    int port = Integer.parseInt(child.awaitOutput(READY).group(1));
    return new RunningEngine(name(), child, port, true);
  }

  /** Starts the process without waiting for it. */
  ChildProcess launch(Setup setup, int port) throws IOException {
    List<String> command = new ArrayList<>(List.of(setup.java().toString()));
    command.addAll(setup.javaOptions());
    command.addAll(TinyscaleProperties.properties(setup));
    command.addAll(List.of("-jar", war.toAbsolutePath().toString()));
    // The port is in the environment, not an argument, because services are run in this way.
    return ChildProcess.start(
        setup.folder().resolve(name() + ".log"), command, Map.of("PORT", String.valueOf(port)));
  }
}
