package io.tinyscale.webapp;

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

  private final TinyscaleFilter filter = TinyscaleFilter.ofWholeWebapp();

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
