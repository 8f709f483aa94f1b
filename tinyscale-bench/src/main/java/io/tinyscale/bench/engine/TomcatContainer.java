package io.tinyscale.bench.engine;

import io.tinyscale.servlet.TinyscaleFilter;
import jakarta.servlet.http.HttpServlet;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.Wrapper;
import org.apache.catalina.startup.Tomcat;
import org.apache.tomcat.util.descriptor.web.FilterDef;
import org.apache.tomcat.util.descriptor.web.FilterMap;

/** Tomcat with tinyscale's filter, which reads its configuration from the system properties. */
final class TomcatContainer {

  private TomcatContainer() {}

  /** Starts Tomcat on a free port and returns the port. */
  static int start() throws IOException, LifecycleException {
    String folder = Path.of("tomcat").toAbsolutePath().toString();
    Tomcat tomcat = new Tomcat();
    tomcat.setBaseDir(folder);
    tomcat.setPort(0);
    tomcat.getConnector().setProperty("address", InetAddress.getLoopbackAddress().getHostAddress());
    // Usual behind load balancers: a connection lives as long as it is used.
    tomcat.getConnector().setProperty("maxKeepAliveRequests", "-1");
    tomcat.getConnector().setProperty("acceptCount", "4096");
    Context context = tomcat.addContext("", Path.of("").toAbsolutePath().toString());
    FilterDef definition = new FilterDef();
    definition.setFilterName("tinyscale");
    definition.setFilter(new TinyscaleFilter());
    definition.setAsyncSupported("true");
    context.addFilterDef(definition);
    FilterMap map = new FilterMap();
    map.setFilterName("tinyscale");
    map.addURLPattern("/*");
    map.setDispatcher("REQUEST");
    map.setDispatcher("ASYNC");
    context.addFilterMap(map);
    // Tomcat runs a filter only if there is a servlet.
    Wrapper servlet = Tomcat.addServlet(context, "none", new NoServlet());
    servlet.setAsyncSupported(true);
    servlet.addMapping("/");
    tomcat.start();
    if (!context.getState().isAvailable()) {
      throw new IOException("the filter did not start");
    }
    return tomcat.getConnector().getLocalPort();
  }

  private static final class NoServlet extends HttpServlet {
    private static final long serialVersionUID = 1L;
  }
}
