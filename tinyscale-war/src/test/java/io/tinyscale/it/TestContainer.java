package io.tinyscale.it;

import io.tinyscale.balancer.TinyscaleConfig;
import io.tinyscale.http.AnswerListener;
import io.tinyscale.http.RequestTraces;
import io.tinyscale.http.Routes;
import io.tinyscale.http.TrustedProxies;
import io.tinyscale.jetty.ResumingThreads;
import io.tinyscale.jetty.RoutesHandler;
import io.tinyscale.observe.GatewayObserver;
import io.tinyscale.servlet.TestFilters;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServlet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.Wrapper;
import org.apache.catalina.core.StandardContext;
import org.apache.catalina.startup.Tomcat;
import org.apache.tomcat.util.descriptor.web.FilterDef;
import org.apache.tomcat.util.descriptor.web.FilterMap;
import org.eclipse.jetty.ee10.servlet.FilterHolder;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/** A web server on a free loopback port, with one filter or one table for every path. */
interface TestContainer extends AutoCloseable {

  RequestTraces NOBODY_TRUSTED = new RequestTraces(TrustedProxies.NONE);

  /** The containers in which everything must work. */
  enum Kind {
    JETTY,
    TOMCAT,
    /** Jetty without servlets, as the executable has it. */
    JETTY_ALONE;

    /** Starts the container with this table of paths, through its entry. */
    TestContainer start(Routes routes, long bodyLimit, AnswerListener listener) throws Exception {
      return switch (this) {
        case JETTY -> new Jetty(TestFilters.of(routes, bodyLimit, listener));
        case TOMCAT -> new EmbeddedTomcat(TestFilters.of(routes, bodyLimit, listener));
        case JETTY_ALONE ->
            new Jetty(new RoutesHandler(routes, bodyLimit, NOBODY_TRUSTED, listener), () -> {});
      };
    }

    /** Starts the container with this filter; {@link #JETTY_ALONE} has no filters. */
    TestContainer start(Filter filter) throws Exception {
      return switch (this) {
        case JETTY -> new Jetty(filter);
        case TOMCAT -> new EmbeddedTomcat(filter);
        case JETTY_ALONE -> throw new IllegalArgumentException("no filter without servlets");
      };
    }
  }

  int port();

  /**
   * Stops the web application, while the container goes on.
   *
   * @param patience how long the container itself waits for calls under way, if it does
   */
  void undeploy(Duration patience) throws Exception;

  @Override
  void close() throws IOException;

  /** Jetty, with few threads. */
  final class Jetty implements TestContainer {

    private final Server server;
    private final ServerConnector connector;
    private final Handler handler;
    private final Runnable whenStopped;

    Jetty(Filter filter) throws Exception {
      this(new QueuedThreadPool(32, 8), context(filter), () -> {});
    }

    /** Without servlets. */
    static Jetty of(Routes routes, TinyscaleConfig config, Runnable whenStopped) throws Exception {
      return new Jetty(
          new RoutesHandler(
              routes, config.calls().body(), new RequestTraces(config.log().trusted())),
          whenStopped);
    }

    Jetty(Handler handler, Runnable whenStopped) throws Exception {
      this(new ResumingThreads(32, 8, new GatewayObserver() {}), handler, whenStopped);
    }

    private Jetty(QueuedThreadPool threads, Handler handler, Runnable whenStopped)
        throws Exception {
      this.handler = handler;
      this.whenStopped = whenStopped;
      threads.setName("jetty");
      server = new Server(threads);
      HttpConfiguration http = new HttpConfiguration();
      if (threads instanceof ResumingThreads) {
        http.setUriCompliance(UriCompliance.UNSAFE);
      }
      connector = new ServerConnector(server, 1, 1, new HttpConnectionFactory(http));
      connector.setHost("127.0.0.1");
      server.addConnector(connector);
      server.setHandler(handler);
      server.start();
    }

    private static Handler context(Filter filter) {
      ServletContextHandler context = new ServletContextHandler("/");
      FilterHolder holder = new FilterHolder(filter);
      holder.setAsyncSupported(true);
      context.addFilter(holder, "/*", EnumSet.of(DispatcherType.REQUEST, DispatcherType.ASYNC));
      return context;
    }

    @Override
    public int port() {
      return connector.getLocalPort();
    }

    @Override
    public void undeploy(Duration patience) throws Exception {
      handler.stop();
    }

    @Override
    public void close() throws IOException {
      server.setStopTimeout(0);
      try {
        server.stop();
      } catch (Exception e) {
        throw new IOException(e);
      } finally {
        whenStopped.run();
      }
    }
  }

  /** Tomcat with its defaults. */
  final class EmbeddedTomcat implements TestContainer {

    private final Tomcat tomcat = new Tomcat();
    private final Context context;
    private final Path directory = Files.createTempDirectory("tomcat");

    EmbeddedTomcat(Filter filter) throws Exception {
      Logger.getLogger("org.apache").setLevel(Level.SEVERE);
      tomcat.setBaseDir(directory.toString());
      tomcat.setHostname("127.0.0.1");
      tomcat.setPort(0);
      tomcat.getConnector().setProperty("address", "127.0.0.1");
      tomcat.getConnector().setProperty("maxThreads", "32");
      context = tomcat.addContext("", directory.toString());
      FilterDef definition = new FilterDef();
      definition.setFilterName("filter");
      definition.setFilter(filter);
      definition.setAsyncSupported("true");
      context.addFilterDef(definition);
      FilterMap map = new FilterMap();
      map.setFilterName("filter");
      map.addURLPattern("/*");
      map.setDispatcher("REQUEST");
      map.setDispatcher("ASYNC");
      context.addFilterMap(map);
      Wrapper servlet = Tomcat.addServlet(context, "none", new NoServlet());
      servlet.setAsyncSupported(true);
      servlet.addMapping("/");
      tomcat.start();
      if (!context.getState().isAvailable()) {
        close();
        throw new IllegalStateException("the filter did not start; Tomcat's log says why");
      }
    }

    @Override
    public int port() {
      return tomcat.getConnector().getLocalPort();
    }

    @Override
    public void undeploy(Duration patience) throws Exception {
      ((StandardContext) context).setUnloadDelay(patience.toMillis());
      context.stop();
    }

    @Override
    public void close() throws IOException {
      try {
        tomcat.stop();
        tomcat.destroy();
      } catch (LifecycleException e) {
        throw new IOException(e);
      }
      try (var files = Files.walk(directory)) {
        files.sorted((a, b) -> b.compareTo(a)).forEach(EmbeddedTomcat::delete);
      }
    }

    private static void delete(Path file) {
      try {
        Files.delete(file);
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    }
  }

  /** Tomcat runs no filter where there is no servlet. */
  final class NoServlet extends HttpServlet {
    private static final long serialVersionUID = 1L;
  }
}
