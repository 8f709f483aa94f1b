package io.tinyscale.bench.engine;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * What an engine is started with.
 *
 * @param folder for its files; its own
 * @param java runs what is written in Java
 * @param javaOptions the same for all that is written in Java
 * @param servers the ports of the servers behind it, on the loopback address
 * @param settings tinyscale's configuration beside secret and servers
 */
public record Setup(
    Path folder,
    Path java,
    List<String> javaOptions,
    List<Integer> servers,
    Map<String, String> settings) {

  public Setup {
    javaOptions = List.copyOf(javaOptions);
    servers = List.copyOf(servers);
    settings = Map.copyOf(settings);
  }

  String serverList() {
    return String.join(",", servers.stream().map(String::valueOf).toList());
  }
}
