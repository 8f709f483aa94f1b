package io.tinyscale.it;

import io.tinyscale.simulator.SimulatedPool;
import io.tinyscale.simulator.SimulatedServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.stream.Collectors;

/** Writes pool files for simulated servers. */
final class PoolFiles {

  private PoolFiles() {}

  /** Writes the pool file for all servers of a pool. */
  static Path write(Path folder, SimulatedPool pool) {
    return write(folder, pool.servers());
  }

  /** Writes the pool file for these servers. */
  static Path write(Path folder, Collection<SimulatedServer> servers) {
    return write(
        folder,
        servers.stream()
            .map(
                server ->
                    String.format(
                        "{\"host\": \"%s\", \"secret\": \"%s\", \"name\": \"%s\"}",
                        server.uri(), server.secret(), server.name()))
            .collect(Collectors.joining(",", "[", "]")));
  }

  /** Writes a pool file with this text. */
  static Path write(Path folder, String json) {
    try {
      return Files.writeString(folder.resolve("servers.json"), json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
