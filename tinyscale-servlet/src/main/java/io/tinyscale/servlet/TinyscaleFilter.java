package io.tinyscale.servlet;

import io.tinyscale.balancer.Balancer;
import io.tinyscale.balancer.BalancerStatus;
import io.tinyscale.balancer.TinyscaleConfig;
import io.tinyscale.config.AdminSettings;
import io.tinyscale.config.ConfigException;
import io.tinyscale.health.StartupException;
import io.tinyscale.http.RequestTraces;
import io.tinyscale.http.Routes;
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
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
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
  private record Running(Balancer balancer, ServletEntry entry, @Nullable Door door) {}

  /** The administrators' part of the web application; closed after the last request. */
  public interface Door extends AutoCloseable {

    /** Hears what happens, from the start. */
    GatewayObserver observer();

    /** The paths of the door; called once, when the balancer runs. */
    Routes open(Balancer balancer);

    /** Ends answers that would go on; everything else is answered as before. */
    void announceStop();

    @Override
    void close();
  }

  /** Containers wait a while for a web application to stop, and not for ever. */
  private static final Duration GRACE = Duration.ofSeconds(5);

  private final Duration grace;
  private final boolean wholeWebapp;
  private final @Nullable PlacementPolicy policy;
  private final List<GatewayObserver> observers;
  private final @Nullable Function<AdminSettings, Door> doors;

  /**
   * A filter for a deployment descriptor. Beside its own log it tells the observers that {@link
   * java.util.ServiceLoader} finds in the web application, and takes the policy from there if
   * {@code placement} in the configuration names its class.
   */
  public TinyscaleFilter() {
    this(GRACE, null, List.of(), false, null);
  }

  /** A filter like the one for a deployment descriptor that also tells these observers. */
  public TinyscaleFilter(List<GatewayObserver> observers) {
    this(GRACE, null, observers, false, null);
  }

  /**
   * A filter for a program that registers it by itself.
   *
   * @param policy chooses servers for new meetings, whatever the configuration says
   * @param observers are told what happens, beside the log
   */
  public TinyscaleFilter(PlacementPolicy policy, List<GatewayObserver> observers) {
    this(GRACE, policy, observers, false, null);
  }

  /** A filter that gives calls in flight this long once it is destroyed. */
  TinyscaleFilter(Duration grace) {
    this(grace, null, List.of(), false, null);
  }

  /** A filter for a web application that is tinyscale and nothing else: it answers health, too. */
  public static TinyscaleFilter ofWholeWebapp() {
    return new TinyscaleFilter(GRACE, null, List.of(), true, null);
  }

  /**
   * Like the other, and with a door for administrators if {@code admin.path} says where.
   *
   * @param doors makes the door, which is still closed
   */
  public static TinyscaleFilter ofWholeWebapp(Function<AdminSettings, Door> doors) {
    return new TinyscaleFilter(GRACE, null, List.of(), true, doors);
  }

  private TinyscaleFilter(
      Duration grace,
      @Nullable PlacementPolicy policy,
      List<GatewayObserver> observers,
      boolean wholeWebapp,
      @Nullable Function<AdminSettings, Door> doors) {
    this.doors = doors;
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
      running = start(config);
    } catch (ConfigException | StartupException e) {
      report(String.valueOf(e.getMessage()), filterConfig.getServletContext());
      throw new ServletException("tinyscale does not start.\n" + e.getMessage(), e);
    }
  }

  /** Starts all of it, or leaves nothing behind. */
  private Running start(TinyscaleConfig config) {
    Door door = door(config.admin());
    Balancer balancer = null;
    try {
      balancer = start(warnedOfNoDoor(config, door), door);
      Routes routes = routes(balancer, door);
      ServletEntry entry =
          new ServletEntry(
              routes,
              config.calls().body(),
              new RequestTraces(config.log().trusted()),
              (ending, cause) -> {});
      return new Running(balancer, entry, door);
    } catch (RuntimeException | Error e) {
      if (balancer != null) {
        balancer.close(grace);
      }
      if (door != null) {
        door.close();
      }
      throw e;
    }
  }

  private @Nullable Door door(AdminSettings settings) {
    return doors == null || settings.path().isEmpty() ? null : doors.apply(settings);
  }

  private static TinyscaleConfig warnedOfNoDoor(TinyscaleConfig config, @Nullable Door door) {
    AdminSettings admin = config.admin();
    return door != null || admin.path().isEmpty()
        ? config
        : config.withAdmin(
            admin.withWarning(
                "admin.path: without effect. This web application has no admin door."));
  }

  /**
   * What the balancer knows of itself and its servers now, for a health check or for metrics of the
   * web application; empty before {@link #init} and after {@link #destroy}. May be called from any
   * thread, and asks no server.
   */
  public Optional<BalancerStatus> status() {
    return Optional.ofNullable(running).map(current -> current.balancer.status());
  }

  private Routes routes(Balancer balancer, @Nullable Door door) {
    Routes ofCalls = wholeWebapp ? balancer.routesWithHealth() : balancer.routes();
    return door == null ? ofCalls : Routes.of(ofCalls::at, door.open(balancer)::at);
  }

  /** One event per problem, in tinyscale's log and in the log of the web application. */
  private static void report(String problems, ServletContext context) {
    EventLog events = new EventLog();
    problems.lines().map(events::startFailed).forEach(context::log);
  }

  private Balancer start(TinyscaleConfig config, @Nullable Door door) {
    Balancer.Builder builder =
        Balancer.of(config).upstream(HttpCoreUpstream.of(config)).extensions(webappLoader());
    observers.forEach(builder::observer);
    if (door != null) {
      builder.observer(door.observer());
    }
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
      stopping.balancer.announceStop();
      if (stopping.door != null) {
        stopping.door.announceStop();
      }
      stopping.balancer.close(grace);
      if (stopping.door != null) {
        stopping.door.close();
      }
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
    if (request instanceof HttpServletRequest http && current.entry.takes(http)) {
      return;
    }
    if (wholeWebapp
        && request instanceof HttpServletRequest http
        && response instanceof HttpServletResponse answer) {
      current.entry.mark(http, answer);
    }
    chain.doFilter(request, response);
  }
}
