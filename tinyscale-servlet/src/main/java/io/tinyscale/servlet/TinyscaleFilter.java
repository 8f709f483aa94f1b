package io.tinyscale.servlet;

import io.tinyscale.balancer.Balancer;
import io.tinyscale.balancer.TinyscaleConfig;
import io.tinyscale.config.ConfigException;
import io.tinyscale.health.StartupException;
import io.tinyscale.httpcore.HttpCoreUpstream;
import io.tinyscale.observe.EventLog;
import io.tinyscale.observe.GatewayObserver;
import io.tinyscale.placement.PlacementPolicy;
import io.tinyscale.relay.HttpRelay;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.FilterConfig;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes a web application look like one BigBlueButton server: requests below {@code
 * /bigbluebutton/api} are answered by a pool of real ones, all others go down the chain untouched.
 *
 * <p>Map it to {@code /*} or {@code /bigbluebutton/*}, for the dispatcher types {@code REQUEST} and
 * {@code ASYNC}, with asynchronous processing supported. Every setting can be an init parameter;
 * see {@link io.tinyscale.config.ConfigKey} for all of them.
 *
 * <p>Asynchronous from end to end: no thread waits for a server or for a caller.
 */
public final class TinyscaleFilter implements Filter {

  private volatile @Nullable Running running;

  /** What exists between init and destroy. */
  private record Running(Balancer balancer, ServletEntry entry) {}

  /** Containers wait a while for a web application to stop, and not for ever. */
  private static final Duration GRACE = Duration.ofSeconds(5);

  private final Duration grace;
  private final boolean wholeWebapp;
  private final @Nullable PlacementPolicy policy;
  private final List<GatewayObserver> observers;

  /**
   * A filter for a deployment descriptor. Beside its own log it tells the observers that {@link
   * java.util.ServiceLoader} finds in the web application, and takes the policy from there if
   * {@code placement} in the configuration names its class.
   */
  public TinyscaleFilter() {
    this(GRACE, null, List.of(), false);
  }

  /** A filter like the one for a deployment descriptor that also tells these observers. */
  public TinyscaleFilter(List<GatewayObserver> observers) {
    this(GRACE, null, observers, false);
  }

  /**
   * A filter for a program that registers it by itself.
   *
   * @param policy chooses servers for new meetings, whatever the configuration says
   * @param observers are told what happens, beside the log
   */
  public TinyscaleFilter(PlacementPolicy policy, List<GatewayObserver> observers) {
    this(GRACE, policy, observers, false);
  }

  /** A filter that gives calls in flight this long once it is destroyed. */
  TinyscaleFilter(Duration grace) {
    this(grace, null, List.of(), false);
  }

  /** A filter for a web application that is tinyscale and nothing else: it answers health, too. */
  public static TinyscaleFilter ofWholeWebapp() {
    return new TinyscaleFilter(GRACE, null, List.of(), true);
  }

  private TinyscaleFilter(
      Duration grace,
      @Nullable PlacementPolicy policy,
      List<GatewayObserver> observers,
      boolean wholeWebapp) {
    this.wholeWebapp = wholeWebapp;
    this.grace = grace;
    this.policy = policy;
    this.observers = List.copyOf(observers);
  }

  /**
   * Reads the configuration and checks the servers.
   *
   * @throws ServletException if one of them forbids to start; its message lists all problems, and
   *     its cause is a {@link ConfigException} or a {@link StartupException}
   */
  @Override
  public void init(FilterConfig filterConfig) throws ServletException {
    try {
      TinyscaleConfig config = ConfigReader.ofThisProcess().read(filterConfig);
      Balancer balancer = start(config);
      running =
          new Running(
              balancer,
              new ServletEntry(
                  wholeWebapp ? balancer.routesWithHealth() : balancer.routes(),
                  config.calls().body(),
                  (ending, cause) -> {}));
    } catch (ConfigException | StartupException e) {
      report(String.valueOf(e.getMessage()), filterConfig.getServletContext());
      throw new ServletException("tinyscale does not start.\n" + e.getMessage(), e);
    }
  }

  /** One event per problem, in tinyscale's log and in the log of the web application. */
  private static void report(String problems, ServletContext context) {
    EventLog events = new EventLog();
    problems.lines().map(events::startFailed).forEach(context::log);
  }

  private Balancer start(TinyscaleConfig config) {
    Balancer.Builder builder =
        Balancer.of(config).upstream(HttpCoreUpstream.of(config)).extensions(webappLoader());
    observers.forEach(builder::observer);
    if (config.relay().isOn()) {
      builder.relay(HttpRelay.of(config));
    }
    PlacementPolicy own = policy;
    if (own != null) {
      builder.policy(own);
    }
    return builder.start();
  }

  /** The web application's class loader: the container sets it while it calls {@link #init}. */
  private static ClassLoader webappLoader() {
    ClassLoader webapp = Thread.currentThread().getContextClassLoader();
    return webapp == null ? TinyscaleFilter.class.getClassLoader() : webapp;
  }

  /**
   * Stops: calls under way are finished within the grace time, or else fail, and no thread and no
   * socket is left. That no new ones come is the container's business.
   */
  @Override
  public void destroy() {
    Running stopping = running;
    if (stopping != null) {
      stopping.balancer.close(grace);
      running = null;
    }
  }

  @Override
  public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    AnswerWriter.abortIfAsked(request);
    Running current = running;
    if (current == null) {
      throw new IllegalStateException("the filter is not initialised");
    }
    if (!(request instanceof HttpServletRequest http && current.entry.takes(http))) {
      chain.doFilter(request, response);
    }
  }
}
