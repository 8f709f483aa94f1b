package io.tinyscale.servlet;

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
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/** A servlet container on a free loopback port with one filter on every path. */
interface TestContainer extends AutoCloseable {

  /** The containers everything must work in. */
  enum Kind {
    JETTY,
    TOMCAT;

    TestContainer start(Filter filter) throws Exception {
      return this == JETTY ? new Jetty(filter) : new EmbeddedTomcat(filter);
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

  /** Jetty, as the executable uses it. */
  final class Jetty implements TestContainer {

    private final Server server;
    private final ServerConnector connector;
    private final ServletContextHandler context;

    Jetty(Filter filter) throws Exception {
      QueuedThreadPool threads = new QueuedThreadPool(32, 8);
      threads.setName("jetty");
      server = new Server(threads);
      connector = new ServerConnector(server, 1, 1);
      connector.setHost("127.0.0.1");
      server.addConnector(connector);
      context = new ServletContextHandler("/");
      FilterHolder holder = new FilterHolder(filter);
      holder.setAsyncSupported(true);
      context.addFilter(holder, "/*", EnumSet.of(DispatcherType.REQUEST, DispatcherType.ASYNC));
      server.setHandler(context);
      server.start();
    }

    @Override
    public int port() {
      return connector.getLocalPort();
    }

    @Override
    public void undeploy(Duration patience) throws Exception {
      context.stop();
    }

    @Override
    public void close() throws IOException {
      server.setStopTimeout(0);
      try {
        server.stop();
      } catch (Exception e) {
        throw new IOException(e);
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
