package io.tinyscale.jetty;

import io.tinyscale.balancer.Balancer;
import io.tinyscale.balancer.BalancerStatus;
import io.tinyscale.balancer.TinyscaleConfig;
import io.tinyscale.body.HeldBytes;
import io.tinyscale.config.ConfigException;
import io.tinyscale.config.ConfigException.Problem;
import io.tinyscale.health.StartupException;
import io.tinyscale.httpcore.HttpCoreUpstream;
import io.tinyscale.observe.GatewayObserver;
import io.tinyscale.relay.HttpRelay;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/** Jetty with the gateway in it. Closing it lets calls finish. */
public final class EmbeddedServer implements AutoCloseable {

  /** How long calls in flight may go on after the process was told to stop. */
  private static final Duration GRACE = Duration.ofSeconds(10);

  /** How long a connection may be silent, and how long a caller may take for a request's head. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** Beyond it callers wait to be accepted; twice as many as calls may be under way by default. */
  private static final int MOST_CONNECTIONS = 10_000;

  /** Connections that come all at once wait here to be accepted, instead of being tried again. */
  private static final int BACKLOG = 1024;

  /** No call keeps a thread: it is few for work and none for waiting. */
  private static final int MOST_THREADS = 64;

  private static final int FEWEST_THREADS = 4;

  /** What a head holds beside a query: path, cookies, what proxies add. */
  private static final int HEAD_WITHOUT_QUERY = 8 << 10;

  /** Those that read calls; the client has as many of its own. */
  private static final int SELECTORS = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);

  private final Server server;
  private final CallerConnector connector;
  private final Balancer balancer;

  private EmbeddedServer(Server server, CallerConnector connector, Balancer balancer) {
    this.server = server;
    this.connector = connector;
    this.balancer = balancer;
  }

  /**
   * Starts the balancer, and listening.
   *
   * @param port 0 for a free one
   * @param observer is told what happens, beside the log
   * @throws ConfigException if the host or the port cannot be had
   * @throws StartupException if a server's check failed
   */
  public static EmbeddedServer start(int port, TinyscaleConfig config, GatewayObserver observer) {
    return start(port, config, observer, PATIENCE);
  }

  /** Like the other, with another patience for callers. */
  static EmbeddedServer start(
      int port, TinyscaleConfig config, GatewayObserver observer, Duration patience) {
    ServerSocketChannel listener = listen(config.executable().host(), port);
    HeldBytes held = new HeldBytes(config.calls().held());
    // Loading the web server's classes takes as long as asking the servers.
    CompletableFuture<CallerConnector> web =
        CompletableFuture.supplyAsync(
            () -> webServer(config, held, observer, patience),
            task -> new Thread(task, "tinyscale-start").start());
    Balancer balancer;
    try {
      Balancer.Builder builder =
          Balancer.of(config)
              .upstream(HttpCoreUpstream.of(config))
              .observer(observer)
              .held(held)
              .extensions(EmbeddedServer.class.getClassLoader());
      if (config.relay().isOn()) {
        builder.relay(HttpRelay.of(config));
      }
      balancer = builder.start();
    } catch (RuntimeException e) {
      close(listener);
      throw e;
    }
    CallerConnector connector = web.join();
    EmbeddedServer embedded = new EmbeddedServer(connector.getServer(), connector, balancer);
    try {
      connector.open(listener);
      connector
          .getServer()
          .setHandler(
              new GracefulHandler(
                  new RoutesHandler(balancer.routesWithHealth(), config.calls().body())));
      connector.getServer().start();
      return embedded;
    } catch (Exception e) {
      embedded.close();
      throw new IllegalStateException("the web server does not start", e);
    }
  }

  /** Takes the port before any server is asked; nobody is let in yet. */
  private static ServerSocketChannel listen(String host, int port) {
    InetSocketAddress address =
        host.isEmpty() ? new InetSocketAddress(port) : new InetSocketAddress(host, port);
    if (address.isUnresolved()) {
      throw new ConfigException(List.of(hostProblem(host, "unknown name")));
    }
    try {
      ServerSocketChannel listener = ServerSocketChannel.open();
      try {
        return listener.bind(address, BACKLOG);
      } catch (IOException e) {
        listener.close();
        throw e;
      }
    } catch (IOException e) {
      // The JDK has one exception for all causes, and only its text tells them apart.
      String cause = String.valueOf(e.getMessage());
      throw new ConfigException(
          List.of(
              cause.contains("assign requested address")
                  ? hostProblem(host, "no address of this machine")
                  : portProblem(port, cause.contains("Permission denied"))));
    }
  }

  private static void close(ServerSocketChannel listener) {
    try {
      listener.close();
    } catch (IOException e) {
      // It is of no use any more.
    }
  }

  /** All of it but the handler, not started. */
  private static CallerConnector webServer(
      TinyscaleConfig config, HeldBytes held, GatewayObserver observer, Duration patience) {
    QueuedThreadPool threads = new ResumingThreads(MOST_THREADS, FEWEST_THREADS, observer);
    threads.setName("tinyscale-web");
    Server server = new Server(threads);
    CallerConnector connector =
        new CallerConnector(server, SELECTORS, http(config.calls().query()), held, observer);
    connector.setIdleTimeout(patience.toMillis());
    connector.addBean(new SlowConnections(connector, patience));
    server.addBean(new NetworkConnectionLimit(MOST_CONNECTIONS, connector));
    server.addConnector(connector);
    server.setErrorHandler(EmbeddedServer::answerError);
    server.setStopTimeout(GRACE.toMillis());
    return connector;
  }

  private static HttpConfiguration http(int queryLimit) {
    HttpConfiguration http = new HttpConfiguration();
    http.setSendServerVersion(false);
    http.setRequestHeaderSize(queryLimit + HEAD_WITHOUT_QUERY);
    // Where a join is redirected to is as long as its query.
    http.setMaxResponseHeaderSize(queryLimit + HEAD_WITHOUT_QUERY);
    // It would hold 100 KB for each connection, to read a few fields a little faster.
    http.setHeaderCacheSize(0);
    // The raw path is judged as it is, and no file is served that an odd one could reach.
    http.setUriCompliance(UriCompliance.UNSAFE);
    return http;
  }

  /** Instead of Jetty's page, which names Jetty and what went wrong inside. */
  private static boolean answerError(Request request, Response response, Callback callback) {
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/plain;charset=utf-8");
    Content.Sink.write(response, true, "Error " + response.getStatus() + "\n", callback);
    return true;
  }

  /** The port in use, which is news if it was 0. */
  public int port() {
    return connector.getLocalPort();
  }

  /** How many bytes are held now of all requests whose checksums are not known. */
  long held() {
    return connector.held();
  }

  /** What the balancer knows of its servers now. */
  public BalancerStatus balancer() {
    return balancer.status();
  }

  /** Where callers on this machine reach it, such as {@code http://localhost:3005}. */
  public String address() {
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

  /** Stops accepting, lets calls finish for the grace time, then stops the balancer. */
  @Override
  public void close() {
    try {
      server.stop();
    } catch (Exception e) {
      // Calls outlasted the grace time; there is nobody left to tell but the log, and Jetty did.
    } finally {
      balancer.close();
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
