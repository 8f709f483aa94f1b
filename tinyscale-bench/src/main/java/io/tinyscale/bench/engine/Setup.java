package io.tinyscale.bench.engine;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The settings with which an engine starts.
 *
 * @param folder the engine's own folder for its files
 * @param java the launcher for engines in Java
 * @param javaOptions JVM options for engines in Java
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

  /** The same with more of tinyscale's configuration, which wins. */
  Setup withSettings(Map<String, String> more) {
    Map<String, String> all = new HashMap<>(settings);
    all.putAll(more);
    return new Setup(folder, java, javaOptions, servers, all);
  }

  /** The same in another folder. */
  Setup in(Path other) {
    return new Setup(other, java, javaOptions, servers, settings);
  }

  String serverList() {
    return String.join(",", servers.stream().map(String::valueOf).toList());
  }
}
