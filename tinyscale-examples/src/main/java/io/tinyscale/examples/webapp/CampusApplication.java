package io.tinyscale.examples.webapp;

import io.tinyscale.observe.GatewayObserver;
import io.tinyscale.placement.PlacementPolicy;
import io.tinyscale.servlet.TinyscaleFilter;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterRegistration;
import jakarta.servlet.ServletContainerInitializer;
import jakarta.servlet.ServletContext;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A web application of one's own with tinyscale in it: the filter answers below {@code
 * /bigbluebutton}, the application's servlet everything else.
 */
public final class CampusApplication implements ServletContainerInitializer {

  private final Map<String, String> settings;
  private final TinyscaleFilter filter;

  /**
   * An application with these settings of tinyscale.
   *
   * @param settings such as {@code tinyscale.secret} and {@code tinyscale.servers}; whatever is not
   *     here comes from context parameters, system properties or the environment
   * @param policy chooses servers for new meetings
   * @param observers are told what happens, beside tinyscale's own log
   */
  public CampusApplication(
      Map<String, String> settings, PlacementPolicy policy, List<GatewayObserver> observers) {
    this(settings, new TinyscaleFilter(policy, observers));
  }

  /** The same with the policy that the settings name: round robin, if they name none. */
  public CampusApplication(Map<String, String> settings, List<GatewayObserver> observers) {
    this(settings, new TinyscaleFilter(observers));
  }

  private CampusApplication(Map<String, String> settings, TinyscaleFilter filter) {
    this.settings = settings;
    this.filter = filter;
  }

  @Override
  public void onStartup(Set<Class<?>> classes, ServletContext context) {
    FilterRegistration.Dynamic tinyscale = context.addFilter("tinyscale", filter);
    tinyscale.setInitParameters(settings);
    tinyscale.setAsyncSupported(true);
    // Before the filters of a deployment descriptor: a filter that asks for a parameter reads the
    // form of a create, and nothing is left of it.
    tinyscale.addMappingForUrlPatterns(
        EnumSet.of(DispatcherType.REQUEST, DispatcherType.ASYNC), false, "/bigbluebutton/*");

    var portal = context.addServlet("portal", new Portal());
    portal.addMapping("/");
    // Requests that the filter takes are asynchronous, whatever servlet they would have come to.
    portal.setAsyncSupported(true);
  }

  /** The application's own page. */
  static final class Portal extends HttpServlet {

    private static final long serialVersionUID = 1L;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
        throws IOException {
      response.setContentType("text/plain;charset=UTF-8");
      response.getWriter().print("The campus portal: " + request.getPathInfo());
    }
  }
}
