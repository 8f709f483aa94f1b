package io.tinyscale.launcher;

import io.tinyscale.config.ConfigSource;
import io.tinyscale.jetty.EmbeddedServer;
import io.tinyscale.observe.GatewayObserver;
import java.io.PrintStream;

/**
 * The demo with a balancer in front of it.
 *
 * @param demo the simulated servers
 * @param server the balancer
 */
record DemoBalancer(Demo demo, EmbeddedServer server) implements Main.Closing {

  /**
   * Starts both.
   *
   * @param wanted the port; 0 for free ones, also for the admin door
   * @param out where the demo's front end tells what reaches it
   * @throws io.tinyscale.health.StartupException if something does not start
   */
  static DemoBalancer start(
      int wanted, ConfigSource options, GatewayObserver observer, PrintStream out) {
    Demo demo = Demo.start(out);
    try {
      // The relay of callbacks must know the port before it is opened.
      int port = wanted == 0 ? Port.free() : wanted;
      return new DemoBalancer(
          demo, EmbeddedServer.start(port, demo.config(options, port, wanted == 0), observer));
    } catch (RuntimeException e) {
      demo.close();
      throw e;
    }
  }

  /** What to paste next, and what to expect. */
  String instructions() {
    return demo.instructions(server.address(), server.adminAddress());
  }

  @Override
  public void close() {
    server.close();
    demo.close();
  }
}
