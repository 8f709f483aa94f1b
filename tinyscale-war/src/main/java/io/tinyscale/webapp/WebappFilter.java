package io.tinyscale.webapp;

import io.tinyscale.admin.AdminDoor;
import io.tinyscale.balancer.Balancer;
import io.tinyscale.config.AdminSettings;
import io.tinyscale.http.Routes;
import io.tinyscale.observe.GatewayObserver;
import io.tinyscale.servlet.TinyscaleFilter;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.FilterConfig;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import java.io.IOException;

/** The filter of a web application that is tinyscale and nothing else. */
public final class WebappFilter implements Filter {

  private final TinyscaleFilter filter = TinyscaleFilter.ofWholeWebapp(Door::new);

  /** The admin door as the filter knows it. */
  private static final class Door implements TinyscaleFilter.Door {

    private final AdminDoor door;

    Door(AdminSettings settings) {
      door = new AdminDoor(settings);
    }

    @Override
    public GatewayObserver observer() {
      return door.observer();
    }

    @Override
    public Routes open(Balancer balancer) {
      return door.open(balancer, AdminDoor.Hosts.ANY);
    }

    @Override
    public void announceStop() {
      door.announceStop();
    }

    @Override
    public void close() {
      door.close();
    }
  }

  /** For the container. */
  public WebappFilter() {}

  @Override
  public void init(FilterConfig config) throws ServletException {
    filter.init(config);
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
