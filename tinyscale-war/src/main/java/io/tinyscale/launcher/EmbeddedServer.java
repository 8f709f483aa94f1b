package io.tinyscale.launcher;

import io.tinyscale.config.ConfigException;
import io.tinyscale.config.ConfigException.Problem;
import io.tinyscale.health.StartupException;
import io.tinyscale.servlet.TinyscaleFilter;
import io.tinyscale.webapp.NotFoundServlet;
import jakarta.servlet.DispatcherType;
import java.net.BindException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.EnumSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.eclipse.jetty.ee10.servlet.FilterHolder;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/** Jetty with the filter in it, as a container would have it. Closing it lets calls finish. */
final class EmbeddedServer implements Main.Closing {

  /** How long calls in flight may go on after the process was told to stop. */
  private static final Duration GRACE = Duration.ofSeconds(10);

  /** How long a connection may be silent, and how long a caller may take for a request's head. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** Beyond it callers wait to be accepted; twice as many as calls may be under way by default. */
  private static final int MOST_CONNECTIONS = 10_000;

  /** No call keeps a thread: it is few for work and none for waiting. */
  private static final int MOST_THREADS = 64;

  private static final int FEWEST_THREADS = 4;

  /** What a request's head holds beside its query: path, cookies, what proxies add. */
  private static final int HEAD_WITHOUT_QUERY = 8 << 10;

  private final Server server;
  private final ServerConnector connector;

  private EmbeddedServer(Server server, ServerConnector connector) {
    this.server = server;
    this.connector = connector;
  }

  /**
   * Starts listening and the filter in it.
   *
   * @param port 0 for a free one
   * @param queryLimit most bytes of a raw query
   * @param parameters the filter's init parameters
   * @throws ConfigException if the port cannot be had, or the filter's configuration is wrong
   * @throws StartupException if a server's check failed
   */
  static EmbeddedServer start(int port, int queryLimit, Map<String, String> parameters) {
    return start(port, queryLimit, parameters, PATIENCE);
  }

  /** Like the other, with another patience for callers. */
  static EmbeddedServer start(
      int port, int queryLimit, Map<String, String> parameters, Duration patience) {
    QueuedThreadPool threads = new QueuedThreadPool(MOST_THREADS, FEWEST_THREADS);
    threads.setName("tinyscale-web");
    Server server = new Server(threads);
    ServerConnector connector =
        new ServerConnector(server, 1, 2, new HttpConnectionFactory(http(queryLimit)));
    connector.setPort(port);
    connector.setIdleTimeout(patience.toMillis());
    connector.addBean(new SlowConnections(connector, patience));
    server.addBean(new NetworkConnectionLimit(MOST_CONNECTIONS, connector));
    server.addConnector(connector);
    server.setHandler(new GracefulHandler(context(parameters)));
    server.setErrorHandler(EmbeddedServer::answerError);
    server.setStopTimeout(GRACE.toMillis());
    EmbeddedServer embedded = new EmbeddedServer(server, connector);
    try {
      server.start();
      return embedded;
    } catch (Exception e) {
      embedded.close();
      throw failure(e, port);
    }
  }

  private static HttpConfiguration http(int queryLimit) {
    HttpConfiguration http = new HttpConfiguration();
    http.setSendServerVersion(false);
    http.setRequestHeaderSize(queryLimit + HEAD_WITHOUT_QUERY);
    // The filter judges the raw path itself, and no file is served that an odd one could reach.
    http.setUriCompliance(UriCompliance.UNSAFE);
    return http;
  }

  private static ServletContextHandler context(Map<String, String> parameters) {
    ServletContextHandler context =
        new ServletContextHandler(
            "/", ServletContextHandler.NO_SESSIONS | ServletContextHandler.NO_SECURITY);
    context.setErrorHandler(EmbeddedServer::answerError);
    context.getServletHandler().setDecodeAmbiguousURIs(true);
    // Jetty has waited for the calls under way when it destroys the filter.
    FilterHolder filter = new FilterHolder(new TinyscaleFilter(Duration.ZERO));
    filter.setName("tinyscale");
    filter.setAsyncSupported(true);
    filter.setInitParameters(parameters);
    context.addFilter(filter, "/*", EnumSet.of(DispatcherType.REQUEST, DispatcherType.ASYNC));
    ServletHolder notFound = new ServletHolder(NotFoundServlet.class);
    notFound.setAsyncSupported(true);
    context.addServlet(notFound, "/");
    return context;
  }

  /** Instead of Jetty's page, which names Jetty and what went wrong inside. */
  private static boolean answerError(Request request, Response response, Callback callback) {
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/plain;charset=utf-8");
    Content.Sink.write(response, true, "Error " + response.getStatus() + "\n", callback);
    return true;
  }

  /** The port in use, which is news if it was 0. */
  int port() {
    return connector.getLocalPort();
  }

  /** Stops accepting, lets calls finish for the grace time, then stops the filter. */
  @Override
  public void close() {
    try {
      server.stop();
    } catch (Exception e) {
      // Calls outlasted the grace time; there is nobody left to tell but the log, and Jetty did.
    }
  }

  /** What an operator can do something about, dug out of what Jetty wrapped around it. */
  private static RuntimeException failure(Exception failure, int port) {
    Optional<BindException> bind = find(failure, BindException.class);
    if (bind.isPresent()) {
      return new ConfigException(List.of(portProblem(port, bind.get())));
    }
    Optional<ConfigException> config = find(failure, ConfigException.class);
    if (config.isPresent()) {
      return config.get();
    }
    Optional<StartupException> startup = find(failure, StartupException.class);
    if (startup.isPresent()) {
      return startup.get();
    }
    return new IllegalStateException("the web server does not start", failure);
  }

  private static Problem portProblem(int port, BindException failure) {
    // The JDK has one exception for both, and only its text tells.
    boolean forbidden = String.valueOf(failure.getMessage()).contains("Permission denied");
    return Problem.of(
        "port",
        port + (forbidden ? " not allowed for this user" : " in use"),
        forbidden ? "a port from 1024 on" : "a free port",
        "Choose another with --port or PORT.");
  }

  private static <T extends Throwable> Optional<T> find(Throwable failure, Class<T> type) {
    Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    Deque<Throwable> next = new ArrayDeque<>(List.of(failure));
    while (!next.isEmpty()) {
      Throwable thrown = next.remove();
      if (!seen.add(thrown)) {
        continue;
      }
      if (type.isInstance(thrown)) {
        return Optional.of(type.cast(thrown));
      }
      if (thrown.getCause() != null) {
        next.add(thrown.getCause());
      }
      next.addAll(List.of(thrown.getSuppressed()));
    }
    return Optional.empty();
  }
}
