package io.tinyscale.launcher.demo;

import io.tinyscale.config.ConfigSource;
import io.tinyscale.health.StartupException;
import io.tinyscale.jetty.EmbeddedServer;
import io.tinyscale.observe.GatewayObserver;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;

/**
 * The demo with a balancer in front of it.
 *
 * @param demo the simulated servers
 * @param server the balancer
 */
public record DemoBalancer(Demo demo, EmbeddedServer server) implements AutoCloseable {

  /**
   * Starts both.
   *
   * @param wanted the port; 0 for free ones, also for the admin door
   * @param out where the demo's front end tells what reaches it
   * @throws StartupException if something does not start
   */
  public static DemoBalancer start(
      int wanted, ConfigSource options, GatewayObserver observer, PrintStream out) {
    Demo demo = Demo.start(out);
    try {
      // The relay of callbacks must know the port before it is opened.
      int port = wanted == 0 ? freePort() : wanted;
      return new DemoBalancer(
          demo, EmbeddedServer.start(port, demo.config(options, port, wanted == 0), observer));
    } catch (RuntimeException e) {
      demo.close();
      throw e;
    }
  }

  /** A port of the loopback address that nobody listens on now. */
  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new StartupException("No port is free on the loopback address. " + e.getMessage());
    }
  }

  /** What to paste next, and what to expect. */
  public String instructions() {
    return demo.instructions(server.address(), server.adminAddress());
  }

  @Override
  public void close() {
    server.close();
    demo.close();
  }
}
