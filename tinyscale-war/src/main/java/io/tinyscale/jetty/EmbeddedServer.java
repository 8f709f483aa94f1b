package io.tinyscale.jetty;

import io.tinyscale.admin.AdminDoor;
import io.tinyscale.balancer.Balancer;
import io.tinyscale.balancer.BalancerStatus;
import io.tinyscale.balancer.TinyscaleConfig;
import io.tinyscale.body.HeldBytes;
import io.tinyscale.config.AdminSettings;
import io.tinyscale.config.ConfigException;
import io.tinyscale.health.StartupException;
import io.tinyscale.http.RequestTraces;
import io.tinyscale.httpcore.HttpCoreUpstream;
import io.tinyscale.observe.GatewayObserver;
import io.tinyscale.relay.HttpRelay;
import io.tinyscale.trace.RequestTrace;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.jspecify.annotations.Nullable;

/** Jetty with the gateway in it. Closing it lets calls finish. */
public final class EmbeddedServer implements AutoCloseable {

  /** How long calls in flight may go on after the process was told to stop. */
  private static final Duration GRACE = Duration.ofSeconds(10);

  /** How long a connection may be silent, and how long a caller may take for a request's head. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** Beyond it callers wait to be accepted; twice as many as calls may be under way by default. */
  private static final int MOST_CONNECTIONS = 10_000;

  /** No call keeps a thread: it is few for work and none for waiting. */
  private static final int MOST_THREADS = 64;

  private static final int FEWEST_THREADS = 4;

  /** What a head holds beside a query: path, cookies, what proxies add. */
  private static final int HEAD_WITHOUT_QUERY = 8 << 10;

  /** How long the admin door waits for the first call, which may have come before the start. */
  private static final Duration HEAD_START = Duration.ofMillis(150);

  /** Those that read calls; the client has as many of its own. */
  private static final int SELECTORS = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);

  private final Server server;
  private final CallerConnector connector;
  private final Balancer balancer;
  private final @Nullable AdminDoor adminDoor;
  private final Duration stopWait;
  private final RequestTraces traces;
  private @Nullable ServerConnector adminConnector;

  private EmbeddedServer(
      CallerConnector connector,
      Balancer balancer,
      @Nullable AdminDoor adminDoor,
      TinyscaleConfig config) {
    this.server = connector.getServer();
    this.connector = connector;
    this.balancer = balancer;
    this.stopWait = config.executable().stopWait();
    this.traces = new RequestTraces(config.log().trusted());
    this.adminDoor = adminDoor;
  }

  /**
   * Starts the balancer, and listening.
   *
   * @param port 0 for a free one
   * @param observer is told what happens, beside the log
   * @throws ConfigException if the host is written wrongly or this user may not have the port
   * @throws StartupException if the host or the port cannot be had now, or a server's check failed
   */
  public static EmbeddedServer start(int port, TinyscaleConfig config, GatewayObserver observer) {
    return start(port, config, observer, PATIENCE);
  }

  /** Like the other, with another patience for callers. */
  static EmbeddedServer start(
      int port, TinyscaleConfig given, GatewayObserver observer, Duration patience) {
    ServerSocketChannel listener = Listening.at(given.executable().host(), port);
    ServerSocketChannel adminListener;
    TinyscaleConfig config = given;
    try {
      adminListener = listen(given.admin());
    } catch (ConfigException | StartupException e) {
      if (given.admin().isListenGiven()) {
        Listening.end(listener);
        throw e;
      }
      // Calls matter more than a door that nobody has asked for.
      adminListener = null;
      config =
          given.withAdmin(
              given.admin().withoutListening().withWarning(String.valueOf(e.getMessage())));
    }
    return start(listener, adminListener, config, observer, patience);
  }

  private static @Nullable ServerSocketChannel listen(AdminSettings admin) {
    AdminSettings.Listen listen = admin.listen();
    return listen == null ? null : AdminConnector.listen(listen);
  }

  private static EmbeddedServer start(
      ServerSocketChannel listener,
      @Nullable ServerSocketChannel adminListener,
      TinyscaleConfig config,
      GatewayObserver observer,
      Duration patience) {
    HeldBytes held = new HeldBytes(config.calls().held());
    // Loading the web server's classes takes as long as asking the servers.
    CompletableFuture<CallerConnector> web =
        CompletableFuture.supplyAsync(
            () -> webServer(config, held, observer, patience),
            task -> new Thread(task, "tinyscale-start").start());
    AdminDoor door = adminListener == null ? null : new AdminDoor(config.admin());
    Balancer balancer;
    try {
      balancer = startBalancer(config, held, observer, door, listener.socket().getLocalPort());
    } catch (RuntimeException e) {
      Listening.end(listener);
      Listening.end(adminListener);
      throw e;
    }
    CallerConnector connector = web.join();
    EmbeddedServer embedded = new EmbeddedServer(connector, balancer, door, config);
    try {
      connector.open(listener);
      DoorsHandler doors =
          new DoorsHandler(
              new RoutesHandler(
                  balancer.routesWithHealth(), config.calls().body(), embedded.traces));
      connector.getServer().setHandler(new GracefulHandler(doors));
      connector.getServer().start();
      if (door != null && adminListener != null) {
        embedded.openAdmin(door, adminListener, doors, patience);
      }
      return embedded;
    } catch (Exception e) {
      embedded.stop();
      Listening.end(adminListener);
      throw new IllegalStateException("the web server does not start", e);
    }
  }

  private static Balancer startBalancer(
      TinyscaleConfig config,
      HeldBytes held,
      GatewayObserver observer,
      @Nullable AdminDoor door,
      int port) {
    Balancer.Builder builder =
        Balancer.of(config)
            .upstream(HttpCoreUpstream.of(config))
            .held(held)
            .port(port)
            .extensions(EmbeddedServer.class.getClassLoader());
    if (door != null) {
      builder.observer(door.observer());
    }
    builder.observer(observer);
    if (config.relay().isOn()) {
      builder.relay(HttpRelay.of(config));
    }
    return builder.start();
  }

  /** The calls' port answers already: they do not wait for this. */
  private void openAdmin(
      AdminDoor door, ServerSocketChannel listener, DoorsHandler doors, Duration patience)
      throws Exception {
    door.awaitFirstCall(HEAD_START);
    ServerConnector admin = AdminConnector.on(listener, server, patience);
    doors.open(
        admin,
        new RoutesHandler(
            door.open(balancer, AdminDoor.Hosts.ADDRESSES), AdminConnector.LARGEST_BODY, traces));
    server.addConnector(admin);
    admin.start();
    // What is added to a running server would not be stopped with it.
    server.manage(admin);
    adminConnector = admin;
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
    response.getHeaders().put(RequestTrace.REQUEST_ID, idOf(request));
    Content.Sink.write(response, true, "Error " + response.getStatus() + "\n", callback);
    return true;
  }

  /** The id that the request has, or a new one if it got no further than its head. */
  private static String idOf(Request request) {
    return request.getAttribute(RequestTrace.REQUEST_ID) instanceof String id
        ? id
        : RequestTrace.ofNewId().id();
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
    return Listening.address(connector);
  }

  /** Where administrators on this machine reach the admin door, if there is one. */
  public Optional<String> adminAddress() {
    return Optional.ofNullable(adminConnector).map(Listening::address);
  }

  /**
   * Says so at {@code /health/ready} and takes calls for {@code stop.wait} all the same, so that
   * balancers in front can turn away. Meanwhile each answer closes its connection, so that no
   * caller sends the next call on it just when all connections end. Then stops accepting, lets
   * calls finish for the grace time, and stops the balancer.
   */
  @Override
  public void close() {
    balancer.announceStop();
    connector.endConnections();
    if (adminDoor != null) {
      adminDoor.announceStop();
    }
    try {
      Thread.sleep(stopWait.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    stop();
  }

  private void stop() {
    try {
      server.stop();
    } catch (Exception e) {
      // Calls outlasted the grace time; there is nobody left to tell but the log, and Jetty did.
    } finally {
      if (adminDoor != null) {
        adminDoor.close();
      }
      balancer.close();
    }
  }
}
