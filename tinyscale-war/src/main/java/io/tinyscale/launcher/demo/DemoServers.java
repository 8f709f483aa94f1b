package io.tinyscale.launcher.demo;

import io.tinyscale.health.StartupException;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The simulated servers of a demo, each in the process that it has now. Thread-safe. */
final class DemoServers implements AutoCloseable {

  private final Map<String, DemoServer> servers = new LinkedHashMap<>();

  private DemoServers(List<DemoServer> started) {
    started.forEach(server -> servers.put(server.name(), server));
  }

  /**
   * Starts them at the same time, on free loopback ports.
   *
   * @throws StartupException if one of them does not start
   */
  static DemoServers start(List<String> names) {
    Map<String, Process> processes = new LinkedHashMap<>();
    try {
      for (String name : names) {
        processes.put(name, DemoServer.launch(name));
      }
      List<DemoServer> started = new ArrayList<>();
      processes.forEach((name, process) -> started.add(DemoServer.await(name, process)));
      return new DemoServers(started);
    } catch (IOException e) {
      DemoServer.end(processes.values());
      throw new StartupException("The demo does not start. " + e.getMessage());
    } catch (RuntimeException e) {
      DemoServer.end(processes.values());
      throw e;
    }
  }

  /** All of them, in the order of their names. */
  List<DemoServer> all() {
    synchronized (servers) {
      return List.copyOf(servers.values());
    }
  }

  /** The name of the server at this address. */
  Optional<String> at(URI address) {
    return all().stream()
        .filter(server -> server.serves(address))
        .map(DemoServer::name)
        .findFirst();
  }

  /** The servers whose processes have ended. */
  List<DemoServer> dead() {
    return all().stream().filter(server -> !server.isAlive()).toList();
  }

  /** The servers whose processes run. */
  List<DemoServer> alive() {
    return all().stream().filter(DemoServer::isAlive).toList();
  }

  /**
   * Starts a dead server again, where it was: so the pool file stays true.
   *
   * @throws StartupException if it does not start
   */
  void restart(DemoServer dead) {
    try {
      DemoServer again = DemoServer.await(dead.name(), dead.launchAgain());
      synchronized (servers) {
        servers.put(again.name(), again);
      }
    } catch (IOException e) {
      throw new StartupException(dead.name() + " does not start again. " + e.getMessage());
    }
  }

  @Override
  public void close() {
    Collection<Process> processes = all().stream().map(DemoServer::process).toList();
    DemoServer.end(processes);
  }
}
