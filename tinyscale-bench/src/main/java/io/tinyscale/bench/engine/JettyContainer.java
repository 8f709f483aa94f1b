package io.tinyscale.bench.engine;

import jakarta.servlet.http.HttpServlet;
import java.net.InetAddress;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/** Jetty with one servlet. */
final class JettyContainer {

  /** Jetty's default; it limits a servlet that blocks. */
  private static final int MOST_THREADS = 200;

  private JettyContainer() {}

  /** Starts Jetty on a free port and returns the port. */
  static int start(HttpServlet servlet) throws Exception {
    Server server = new Server(new QueuedThreadPool(MOST_THREADS));
    ServerConnector connector =
        new ServerConnector(server, new HttpConnectionFactory(new HttpConfiguration()));
    connector.setHost(InetAddress.getLoopbackAddress().getHostAddress());
    connector.setAcceptQueueSize(4096);
    server.addConnector(connector);
    ServletContextHandler context = new ServletContextHandler("/");
    ServletHolder holder = new ServletHolder(servlet);
    holder.setAsyncSupported(true);
    context.addServlet(holder, "/*");
    server.setHandler(context);
    server.start();
    return connector.getLocalPort();
  }
}
