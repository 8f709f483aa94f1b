package io.tinyscale.bench.engine;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The executable WAR.
 *
 * @param war the file
 */
public record TinyscaleWar(Path war) implements Engine {

  @Override
  public String name() {
    return "tinyscale";
  }

  @Override
  public RunningEngine start(Setup setup) throws IOException, InterruptedException {
    Child child = launch(setup, 0);
    int port = Integer.parseInt(child.await("^tinyscale \\S+ ready: \\S+:(\\d+)/"));
    return new RunningEngine(name(), child, port, true);
  }

  /** Starts the process without waiting for it. */
  Child launch(Setup setup, int port) throws IOException {
    List<String> command = new ArrayList<>(List.of(setup.java().toString()));
    command.addAll(setup.javaOptions());
    command.addAll(TinyscaleProperties.properties(setup));
    command.addAll(List.of("-jar", war.toAbsolutePath().toString()));
    // Not an argument: whoever runs it as a service gives the port in the environment.
    return Child.start(name(), setup.folder(), command, Map.of("PORT", String.valueOf(port)));
  }
}
