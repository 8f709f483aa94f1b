package io.tinyscale.launcher.demo;

import io.tinyscale.config.ConfigSource;
import io.tinyscale.health.StartupException;
import io.tinyscale.jetty.EmbeddedServer;
import io.tinyscale.observe.GatewayObserver;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;

/** The demo with a balancer in front of it. Its methods are for one thread. */
public final class DemoBalancer implements AutoCloseable {

  private final DemoKind kind;
  private final Demo demo;
  private final EmbeddedServer server;
  private final DemoPlay play;

  private DemoBalancer(DemoKind kind, Demo demo, EmbeddedServer server, DemoPlay play) {
    this.kind = kind;
    this.demo = demo;
    this.server = server;
    this.play = play;
  }

  /**
   * Starts both.
   *
   * @param wanted the port; 0 for free ones, also for the admin door
   * @param out where the demo tells what happens
   * @throws StartupException if something does not start
   */
  public static DemoBalancer start(
      DemoKind kind, int wanted, ConfigSource options, GatewayObserver observer, PrintStream out) {
    Demo demo = Demo.start(kind, out);
    try {
      // The relay of callbacks must know the port before it is opened.
      int port = wanted == 0 ? freePort() : wanted;
      EmbeddedServer server =
          EmbeddedServer.start(port, demo.config(options, port, wanted == 0), observer);
      return new DemoBalancer(
          kind, demo, server, new DemoPlay(demo.servers(), server::balancer, out));
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

  /** The simulated servers and what belongs to them. */
  public Demo demo() {
    return demo;
  }

  /** The balancer. */
  public EmbeddedServer server() {
    return server;
  }

  /** What to do next, and what to expect. */
  public String instructions() {
    return demo.instructions(server.address(), server.adminAddress());
  }

  /**
   * Goes on by itself from here: people come, if there is a school, and keys kill and start
   * servers.
   *
   * @param keys where keys come from
   * @param quit ends the demo; called from another thread
   */
  public void play(InputStream keys, Runnable quit) {
    if (kind == DemoKind.SCHOOL) {
      play.beginWithSchool((call, query) -> demo.signed(server.address(), call, query));
    } else {
      play.begin();
    }
    play.readKeys(keys, quit);
  }

  @Override
  public void close() {
    play.close();
    server.close();
    demo.close();
  }
}
