package io.tinyscale.it;

import io.tinyscale.balancer.Balancer;
import io.tinyscale.balancer.TinyscaleConfig;
import io.tinyscale.config.ConfigSource;
import io.tinyscale.httpcore.HttpCoreUpstream;
import io.tinyscale.relay.HttpRelay;
import io.tinyscale.servlet.TestFilters;
import io.tinyscale.servlet.TinyscaleFilter;
import io.tinyscale.simulator.SimulatedServer;
import io.tinyscale.webapp.WebappFilter;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.FilterConfig;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.Enumeration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The filter in a container, in front of simulated servers, with settings as init parameters. */
final class RunningFilter implements AutoCloseable {

  static final String SECRET = "frontend-secret-c0ffee";

  private final TestContainer container;

  private RunningFilter(TestContainer container) {
    this.container = container;
  }

  /** Starts the filter in front of these servers with further settings, key and value in turn. */
  static RunningFilter start(
      TestContainer.Kind kind, Path directory, List<SimulatedServer> servers, String... settings)
      throws Exception {
    return start(kind, new TinyscaleFilter(), directory, servers, settings);
  }

  /** Starts the filter of the WAR, which answers health and has an admin door. */
  static RunningFilter startWebapp(
      TestContainer.Kind kind, Path directory, List<SimulatedServer> servers, String... settings)
      throws Exception {
    return start(kind, new WebappFilter(), directory, servers, settings);
  }

  private static RunningFilter start(
      TestContainer.Kind kind,
      Filter filter,
      Path directory,
      List<SimulatedServer> servers,
      String... settings)
      throws Exception {
    return start(kind, filter, writePoolFile(directory, servers), settings);
  }

  /** Starts the filter with this pool file and further settings, key and value in turn. */
  static RunningFilter start(TestContainer.Kind kind, Path poolFile, String... settings)
      throws Exception {
    return start(kind, new TinyscaleFilter(), poolFile, settings);
  }

  private static RunningFilter start(
      TestContainer.Kind kind, Filter filter, Path poolFile, String... settings) throws Exception {
    Map<String, String> parameters = new LinkedHashMap<>();
    parameters.put("tinyscale.secret", SECRET);
    parameters.put("tinyscale.servers", poolFile.toString());
    for (int i = 0; i < settings.length; i += 2) {
      parameters.put("tinyscale." + settings[i], settings[i + 1]);
    }
    return start(kind, filter, parameters);
  }

  private static RunningFilter start(
      TestContainer.Kind kind, Filter filter, Map<String, String> parameters) throws Exception {
    return new RunningFilter(container(kind, filter, parameters));
  }

  /** Starts the filter with another grace time for calls under way when it is stopped. */
  static RunningFilter start(
      TestContainer.Kind kind, Duration grace, Path directory, List<SimulatedServer> servers)
      throws Exception {
    Path poolFile = writePoolFile(directory, servers);
    return start(
        kind,
        TestFilters.withGrace(grace),
        Map.of("tinyscale.secret", SECRET, "tinyscale.servers", poolFile.toString()));
  }

  static Path writePoolFile(Path directory, List<SimulatedServer> servers) throws IOException {
    String entries =
        servers.stream()
            .map(
                server ->
                    String.format(
                        "{\"host\": \"%s\", \"secret\": \"%s\", \"name\": \"%s\"}",
                        server.uri(), server.secret(), server.name()))
            .collect(Collectors.joining(",\n"));
    return Files.writeString(directory.resolve("servers.json"), "[" + entries + "]");
  }

  void undeploy(Duration patience) throws Exception {
    container.undeploy(patience);
  }

  int port() {
    return container.port();
  }

  FrontEnd frontEnd() {
    return new FrontEnd(port(), SECRET);
  }

  @Override
  public void close() throws IOException {
    container.close();
  }

  /** The filter in a container; without servlets, the same table of paths without a filter. */
  static TestContainer container(
      TestContainer.Kind kind, Filter filter, Map<String, String> parameters) throws Exception {
    if (kind != TestContainer.Kind.JETTY_ALONE) {
      return kind.start(new Configured(filter, parameters));
    }
    TinyscaleConfig config =
        TinyscaleConfig.read(List.of(ConfigSource.properties("the test", parameters)));
    Balancer.Builder builder = Balancer.of(config).upstream(HttpCoreUpstream.of(config));
    Balancer balancer =
        (config.relay().isOn() ? builder.relay(HttpRelay.of(config)) : builder).start();
    return TestContainer.Jetty.of(balancer.routesWithHealth(), config, balancer::close);
  }

  /** Gives a filter init parameters in a way that works in all containers. */
  static final class Configured implements Filter {

    private final Filter filter;
    private final Map<String, String> parameters;

    Configured(Filter filter, Map<String, String> parameters) {
      this.filter = filter;
      this.parameters = parameters;
    }

    @Override
    public void init(FilterConfig config) throws ServletException {
      filter.init(
          new FilterConfig() {
            @Override
            public String getFilterName() {
              return config.getFilterName();
            }

            @Override
            public ServletContext getServletContext() {
              return config.getServletContext();
            }

            @Override
            public String getInitParameter(String name) {
              return parameters.get(name);
            }

            @Override
            public Enumeration<String> getInitParameterNames() {
              return Collections.enumeration(parameters.keySet());
            }
          });
    }

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
        throws IOException, ServletException {
      filter.doFilter(request, response, chain);
    }

    @Override
    public void destroy() {
      filter.destroy();
    }
  }
}
