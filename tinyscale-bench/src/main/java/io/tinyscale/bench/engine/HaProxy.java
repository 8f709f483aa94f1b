package io.tinyscale.bench.engine;

import io.tinyscale.bench.process.ChildProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * HAProxy. It keeps connections to the servers open and shares them.
 *
 * @param program the executable
 */
public record HaProxy(Path program) implements Engine {

  private static final String CONFIGURATION =
      """
      global
        maxconn 8192
        nbthread 2
      defaults
        mode http
        timeout connect 2s
        timeout client 60s
        timeout server 60s
        http-reuse always
      frontend calls
        bind 127.0.0.1:%d
        default_backend servers
      backend servers
      %s
      """;

  @Override
  public String name() {
    return "haproxy";
  }

  @Override
  public RunningEngine start(Setup setup) throws IOException, InterruptedException {
    int port = FreePort.find();
    Path file = setup.folder().resolve("haproxy.cfg");
    Files.writeString(file, CONFIGURATION.formatted(port, servers(setup.servers())));
    ChildProcess child =
        ChildProcess.start(
            setup.folder().resolve(name() + ".log"),
            List.of(program.toString(), "-db", "-f", file.toString()),
            Map.of());
    FreePort.awaitListening(port, child);
    return RunningEngine.program(name(), child, port);
  }

  private static String servers(List<Integer> ports) {
    return ports.stream()
        .map(port -> "  server s" + port + " 127.0.0.1:" + port + " pool-max-conn 4096")
        .collect(Collectors.joining("\n"));
  }
}
