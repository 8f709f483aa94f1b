package io.tinyscale.servlet;

import io.tinyscale.http.AnswerListener;
import io.tinyscale.http.Routes;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;

/** The entry of servlet containers to any table of paths. */
final class RoutesFilter implements Filter {

  private final ServletEntry entry;

  RoutesFilter(Routes routes, long bodyLimit, AnswerListener listener) {
    this.entry = new ServletEntry(routes, bodyLimit, listener);
  }

  @Override
  public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
      throws IOException, ServletException {
    AnswerWriter.abortIfAsked(request);
    if (!entry.takes((HttpServletRequest) request)) {
      chain.doFilter(request, response);
    }
  }
}
