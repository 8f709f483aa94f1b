package io.tinyscale.jetty;

import io.tinyscale.config.AdminSettings.Listen;
import io.tinyscale.config.ConfigException;
import io.tinyscale.config.ConfigException.Problem;
import io.tinyscale.health.StartupException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/**
 * The executable's admin door. Its limits are its own: a full port of callers does not close it.
 */
final class AdminConnector {

  private static final int MOST_CONNECTIONS = 64;
  private static final int BACKLOG = 64;
  private static final int LONGEST_HEAD = 16 << 10;

  /** How long a caller may take for a request's head. */
  private static final Duration LONGEST_FOR_HEAD = Duration.ofSeconds(10);

  /** Most bytes of a request's body. */
  static final long LARGEST_BODY = 1 << 20;

  private AdminConnector() {}

  /**
   * Takes the port; nobody is let in yet.
   *
   * @throws ConfigException if this user may not have it
   * @throws StartupException if it cannot be had now
   */
  static ServerSocketChannel listen(Listen listen) {
    return Listening.bind(
        new InetSocketAddress(listen.address(), listen.port()),
        BACKLOG,
        cause ->
            Problem.of(
                "admin.listen",
                listen + ", " + cause,
                "a free port of an address of this machine",
                "Choose another, or set admin.listen=off."));
  }

  /**
   * A connector without a thread of its own that accepts, not started.
   *
   * @param patience how long a connection may be silent; and for a head, if that is shorter than 10
   *     s
   */
  static ServerConnector on(ServerSocketChannel listener, Server server, Duration patience)
      throws IOException {
    HttpConfiguration http = new HttpConfiguration();
    http.setSendServerVersion(false);
    http.setRequestHeaderSize(LONGEST_HEAD);
    http.setHeaderCacheSize(0);
    // The raw path is judged as it is.
    http.setUriCompliance(UriCompliance.UNSAFE);
    ServerConnector connector = new ServerConnector(server, 0, 1, CallerConnection.factory(http));
    connector.setIdleTimeout(patience.toMillis());
    connector.addBean(new NewcomersFirst(MOST_CONNECTIONS));
    connector.addBean(
        new SlowConnections(
            connector, patience.compareTo(LONGEST_FOR_HEAD) < 0 ? patience : LONGEST_FOR_HEAD));
    connector.open(listener);
    return connector;
  }
}
