package io.tinyscale.config;

import io.tinyscale.server.Server;
import java.nio.file.Path;
import java.util.List;

/**
 * The servers at the start, and the file that is watched for changes.
 *
 * @param file the pool file, absolute if it was read
 * @param servers what the file held when it was read; at least one
 * @param warnings what an operator should know about the file although it was accepted
 */
public record PoolSettings(Path file, List<Server> servers, List<PoolFile.Warning> warnings) {

  /** Copies the lists and checks that there is a server. */
  public PoolSettings {
    servers = List.copyOf(servers);
    warnings = List.copyOf(warnings);
    new Checks()
        .that(!servers.isEmpty(), ConfigKey.SERVERS, "none", "at least one server", "Give one.")
        .refuse();
  }

  /** Reads the section, and the pool file. */
  public static PoolSettings read(ConfigValues values) {
    Path file = values.path(ConfigKey.SERVERS).orElse(Path.of(""));
    PoolFile.Content content = new PoolFile.Content(List.of(), List.of());
    if (!values.isBad(ConfigKey.SERVERS)) {
      try {
        content = PoolFile.read(file);
      } catch (ConfigException e) {
        e.problems().forEach(problem -> values.problem(ConfigKey.SERVERS, problem));
      }
    }
    return new PoolSettings(file, content.servers(), content.warnings());
  }
}
