package io.tinyscale.jetty;

import io.tinyscale.config.ConfigException;
import io.tinyscale.config.ConfigException.Problem;
import io.tinyscale.health.StartupException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.util.List;
import java.util.function.Function;
import org.eclipse.jetty.server.ServerConnector;
import org.jspecify.annotations.Nullable;

/** Takes the port for calls, and says where a port is. */
final class Listening {

  /** Connections that come all at once wait here to be accepted, instead of being tried again. */
  private static final int BACKLOG = 1024;

  /** No name has these characters alone: whoever wrote them meant an address. */
  private static final String ADDRESS = "[0-9.]+|[^%]*:[^%]*";

  private Listening() {}

  /**
   * Takes the port before any server is asked; nobody is let in yet.
   *
   * @param host empty for all addresses
   * @throws ConfigException if the host is written wrongly or this user may not have the port
   * @throws StartupException if the host or the port cannot be had now
   */
  static ServerSocketChannel at(String host, int port) {
    InetSocketAddress address =
        host.isEmpty() ? new InetSocketAddress(port) : new InetSocketAddress(host, port);
    if (address.isUnresolved()) {
      throw host.matches(ADDRESS)
          ? new ConfigException(List.of(hostProblem(host, "no address")))
          : notNow(hostProblem(host, "unknown name"));
    }
    return bind(
        address,
        BACKLOG,
        cause ->
            cause.contains("assign requested address")
                ? hostProblem(host, "no address of this machine")
                : portProblem(port, isForbidden(cause)));
  }

  /**
   * Takes an address; nobody is let in yet.
   *
   * @param problem what is wrong, by the text of the system
   * @throws ConfigException if this user may not have the port
   * @throws StartupException if the address or the port cannot be had now: a later start may have
   *     it, such as one after the network has come up
   */
  static ServerSocketChannel bind(
      InetSocketAddress address, int backlog, Function<String, Problem> problem) {
    try {
      ServerSocketChannel listener = ServerSocketChannel.open();
      try {
        return listener.bind(address, backlog);
      } catch (IOException e) {
        listener.close();
        throw e;
      }
    } catch (IOException e) {
      // The JDK has one exception for all causes, and only its text tells them apart.
      String cause = String.valueOf(e.getMessage());
      throw isForbidden(cause)
          ? new ConfigException(List.of(problem.apply(cause)))
          : notNow(problem.apply(cause));
    }
  }

  private static boolean isForbidden(String cause) {
    return cause.contains("Permission denied");
  }

  private static StartupException notNow(Problem problem) {
    return new StartupException(problem.toString());
  }

  /** Gives a port back that nobody has been let in at. */
  static void end(@Nullable ServerSocketChannel listener) {
    try {
      if (listener != null) {
        listener.close();
      }
    } catch (IOException e) {
      // It is of no use any more.
    }
  }

  /** Where callers on this machine reach a connector, such as {@code http://localhost:3005}. */
  static String address(ServerConnector connector) {
    try {
      ServerSocketChannel listener = (ServerSocketChannel) connector.getTransport();
      InetSocketAddress local = (InetSocketAddress) listener.getLocalAddress();
      String host = local.getAddress().getHostAddress();
      if (local.getAddress().isAnyLocalAddress() || host.equals("127.0.0.1")) {
        host = "localhost";
      }
      return "http://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + local.getPort();
    } catch (IOException e) {
      throw new UncheckedIOException("the web server does not listen", e);
    }
  }

  private static Problem hostProblem(String host, String why) {
    return Problem.of(
        "host",
        host + ", " + why,
        "a name or an address of this machine",
        "Correct --host or `host`, or remove it to listen on all addresses.");
  }

  private static Problem portProblem(int port, boolean forbidden) {
    return Problem.of(
        "port",
        port + (forbidden ? " not allowed for this user" : " in use"),
        forbidden ? "a port from 1024 on" : "a free port",
        "Choose another with --port or PORT.");
  }
}
