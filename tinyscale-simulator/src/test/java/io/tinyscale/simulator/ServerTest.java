package io.tinyscale.simulator;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A test with a simulated server of its own, which a test may replace by one built otherwise. */
public abstract class ServerTest {

  protected SimulatedServer server;
  protected Caller caller;

  @BeforeEach
  void start() {
    restart(SimulatedServer.builder());
  }

  protected void restart(SimulatedServer.Builder builder) {
    close();
    server = builder.start();
    caller = new Caller(server);
  }

  @AfterEach
  void close() {
    if (server != null) {
      server.close();
    }
  }
}
