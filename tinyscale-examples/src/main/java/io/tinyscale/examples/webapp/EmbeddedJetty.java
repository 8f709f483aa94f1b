package io.tinyscale.examples.webapp;

import java.util.List;
import java.util.Map;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.GracefulHandler;

/** The campus application in a Jetty 12 that the program starts by itself. */
public final class EmbeddedJetty {

  /**
   * A create or join may have a query of 64 KB, and the answer to a join repeats it in a header.
   */
  private static final int LONGEST_HEAD = 72 * 1024;

  private EmbeddedJetty() {}

  /** Starts it on port 8080; tinyscale reads {@code TINYSCALE_SECRET} from the environment. */
  public static void main(String[] arguments) throws Exception {
    Map<String, String> settings =
        Map.of("tinyscale.servers", "servers.json", "tinyscale.startup.check", "warn");
    Server jetty = server(8080, new CampusApplication(settings, List.of()));
    jetty.setStopAtShutdown(true);
    jetty.start();
    jetty.join();
  }

  /** A server that is not started; its start fails if tinyscale does not start. */
  static Server server(int port, CampusApplication application) {
    HttpConfiguration http = new HttpConfiguration();
    http.setRequestHeaderSize(LONGEST_HEAD);
    http.setMaxResponseHeaderSize(LONGEST_HEAD);

    Server jetty = new Server();
    ServerConnector connector = new ServerConnector(jetty, new HttpConnectionFactory(http));
    connector.setPort(port);
    jetty.addConnector(connector);

    ServletContextHandler context = new ServletContextHandler("/campus");
    context.addServletContainerInitializer(application);
    // Calls in flight are answered before Jetty stops.
    jetty.setHandler(new GracefulHandler(context));
    jetty.setStopTimeout(10_000);
    return jetty;
  }
}
