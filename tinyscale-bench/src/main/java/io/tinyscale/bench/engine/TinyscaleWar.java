package io.tinyscale.bench.engine;

import io.tinyscale.bench.process.ChildProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * An executable WAR: the present version, or an earlier version for comparison.
 *
 * @param name its name in reports and on the command line
 * @param war the file
 * @param settings its own configuration; it wins over what the scenario sets
 */
public record TinyscaleWar(String name, Path war, Map<String, String> settings) implements Engine {

  /** The name of the present version. */
  public static final String NOW = "tinyscale";

  /** The name of the earlier version. */
  public static final String BEFORE = "before";

  /** The name of the present version that was told that there is no other balancer. */
  public static final String ALONE = "alone";

  /** The admin door has a port of its own, whatever else runs. */
  static final Map<String, String> OWN_DOOR = Map.of("admin.listen", "127.0.0.1:0");

  private static final Pattern READY =
      Pattern.compile("^tinyscale \\S+ ready: \\S+:(\\d+)/", Pattern.MULTILINE);

  public TinyscaleWar {
    settings = Map.copyOf(settings);
  }

  /** The present version. */
  public static TinyscaleWar now(Path war) {
    return new TinyscaleWar(NOW, war, OWN_DOOR);
  }

  /** The present version as the only balancer, so that it need not be careful. */
  public static TinyscaleWar alone(Path war) {
    Map<String, String> settings = new HashMap<>(OWN_DOOR);
    settings.put("balancers", "one");
    return new TinyscaleWar(ALONE, war, settings);
  }

  /** The earlier version, or the present one with other settings. */
  public static TinyscaleWar before(Path war, Map<String, String> settings) {
    return new TinyscaleWar(BEFORE, war, settings);
  }

  @Override
  public RunningEngine start(Setup setup) throws IOException, InterruptedException {
    ChildProcess child = launch(setup, 0);
    int port = Integer.parseInt(child.awaitOutput(READY).group(1));
    return RunningEngine.inJava(name(), child, port);
  }

  /** Starts the process without waiting for it. */
  ChildProcess launch(Setup setup, int port) throws IOException {
    List<String> command = new ArrayList<>(List.of(setup.java().toString()));
    command.addAll(setup.javaOptions());
    command.addAll(TinyscaleProperties.properties(setup.withSettings(settings)));
    command.addAll(List.of("-jar", war.toAbsolutePath().toString()));
    // The port is in the environment, not an argument, because services are run in this way.
    return ChildProcess.start(
        setup.folder().resolve(name() + ".log"), command, Map.of("PORT", String.valueOf(port)));
  }
}
