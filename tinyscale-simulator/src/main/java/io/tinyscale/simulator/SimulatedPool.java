package io.tinyscale.simulator;

import java.util.ArrayList;
import java.util.List;

/** Several simulated servers, started and closed together, each with a secret of its own. */
public final class SimulatedPool implements AutoCloseable {
  private final List<SimulatedServer> servers;

  private SimulatedPool(List<SimulatedServer> servers) {
    this.servers = List.copyOf(servers);
  }

  /** Starts that many servers of the default profile on free ports, named bbb1, bbb2 and so on. */
  public static SimulatedPool start(int servers) {
    return start(servers, Profile.V3_0);
  }

  /** The same with another profile. */
  public static SimulatedPool start(int servers, Profile profile) {
    List<SimulatedServer> started = new ArrayList<>();
    try {
      for (int i = 1; i <= servers; i++) {
        started.add(SimulatedServer.builder().name("bbb" + i).profile(profile).start());
      }
    } catch (RuntimeException e) {
      started.forEach(SimulatedServer::close);
      throw e;
    }
    return new SimulatedPool(started);
  }

  /** In the order of their names. */
  public List<SimulatedServer> servers() {
    return servers;
  }

  @Override
  public void close() {
    servers.forEach(SimulatedServer::close);
  }
}
