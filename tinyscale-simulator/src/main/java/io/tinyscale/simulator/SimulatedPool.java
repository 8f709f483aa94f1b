package io.tinyscale.simulator;

import io.tinyscale.simulator.api.Profile;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** Several simulated servers, started and closed together. Each has its own secret. */
public final class SimulatedPool implements AutoCloseable {
  private final List<SimulatedServer> servers;

  private SimulatedPool(List<SimulatedServer> servers) {
    this.servers = List.copyOf(servers);
  }

  /** Starts that many servers of the default profile on free ports, named bbb1, bbb2 and so on. */
  public static SimulatedPool start(int servers) {
    return start(servers, UnaryOperator.identity());
  }

  /** Starts servers of a profile. */
  public static SimulatedPool start(int servers, Profile profile) {
    return start(servers, server -> server.profile(profile));
  }

  /** Starts servers with other settings. */
  public static SimulatedPool start(int servers, UnaryOperator<SimulatedServer.Builder> settings) {
    List<SimulatedServer> started = new ArrayList<>();
    try {
      for (int i = 1; i <= servers; i++) {
        started.add(settings.apply(SimulatedServer.builder().name("bbb" + i)).start());
      }
    } catch (RuntimeException e) {
      started.forEach(SimulatedServer::close);
      throw e;
    }
    return new SimulatedPool(started);
  }

  /** The servers in the order of their names. */
  public List<SimulatedServer> servers() {
    return servers;
  }

  @Override
  public void close() {
    servers.forEach(SimulatedServer::close);
  }
}
