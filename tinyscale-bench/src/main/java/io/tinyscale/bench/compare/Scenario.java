package io.tinyscale.bench.compare;

import io.tinyscale.bench.engine.TinyscaleWar;
import io.tinyscale.bench.load.RequestSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * One kind of work for which engines are compared.
 *
 * @param name on the command line and in reports
 * @param description the calls, in one sentence
 * @param engines the names of the engines that can do the work
 * @param servers the servers behind the engines
 * @param settings tinyscale's configuration beside secret and servers
 * @param javaOptions for all engines written in Java; empty for the options of the run
 * @param connections number of open connections, each with at most one call in flight
 * @param perSecond rate of an open loop; 0 for a closed one
 * @param source makes the requests
 */
record Scenario(
    String name,
    String description,
    List<String> engines,
    Servers servers,
    Map<String, String> settings,
    List<String> javaOptions,
    int connections,
    int perSecond,
    Supplier<RequestSource> source) {

  /**
   * The servers.
   *
   * @param count number of servers
   * @param meetings meetings that run from the start, on all servers together
   * @param delayMillis how long each answer takes
   * @param largeBody size of the large answer in bytes
   */
  record Servers(int count, int meetings, int delayMillis, long largeBody) {

    static Servers of(int count, int meetings) {
      return new Servers(count, meetings, 0, 0);
    }
  }

  Scenario {
    engines = List.copyOf(engines);
    settings = Map.copyOf(settings);
    javaOptions = List.copyOf(javaOptions);
  }

  /** A closed loop of 64 connections with default settings. */
  static Scenario of(
      String name,
      String description,
      List<String> engines,
      Servers servers,
      Supplier<RequestSource> source) {
    return new Scenario(name, description, engines, servers, Map.of(), List.of(), 64, 0, source);
  }

  Scenario withSetting(String key, String value) {
    Map<String, String> more = new HashMap<>(settings);
    more.put(key, value);
    return new Scenario(
        name, description, engines, servers, more, javaOptions, connections, perSecond, source);
  }

  Scenario withJavaOptions(String... options) {
    return new Scenario(
        name,
        description,
        engines,
        servers,
        settings,
        List.of(options),
        connections,
        perSecond,
        source);
  }

  Scenario withConnections(int number) {
    return new Scenario(
        name, description, engines, servers, settings, javaOptions, number, perSecond, source);
  }

  Scenario withRate(int rate) {
    return new Scenario(
        name, description, engines, servers, settings, javaOptions, connections, rate, source);
  }

  /**
   * Whether this engine can do the work. An earlier version can do the same as the present version.
   */
  boolean takes(String engine) {
    return engines.contains(engine.equals(TinyscaleWar.BEFORE) ? TinyscaleWar.NOW : engine);
  }

  /**
   * Whether such a call at the servers counts. It does not count if the balancer makes it on its
   * own in sweeps, for webhooks ({@code hooks/list}), for meetings, or for a server's version,
   * which the root of the API tells.
   */
  boolean counts(String call) {
    return switch (call) {
      case "", "list" -> false;
      case "getMeetings" -> name.equals("list");
      default -> true;
    };
  }

  /** A description of the load, for reports. */
  String load() {
    String loop =
        perSecond == 0
            ? "closed loop"
            : "open loop of " + perSecond + " calls per second, latency from the intended time";
    return loop + ", " + connections + (connections == 1 ? " connection" : " connections");
  }
}
