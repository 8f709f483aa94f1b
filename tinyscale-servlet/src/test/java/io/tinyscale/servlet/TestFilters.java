package io.tinyscale.servlet;

import io.tinyscale.http.AnswerListener;
import io.tinyscale.http.RequestTraces;
import io.tinyscale.http.Routes;
import io.tinyscale.http.TrustedProxies;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.time.Duration;

/** Filters that only this package can make, for the tests of other modules. */
public final class TestFilters {

  private TestFilters() {}

  /** The product's filter with another time for calls in flight once it is destroyed. */
  public static TinyscaleFilter withGrace(Duration grace) {
    return new TinyscaleFilter(grace);
  }

  /** The entry of servlet containers to any table of paths. */
  public static Filter of(Routes routes, long bodyLimit, AnswerListener listener) {
    ServletEntry entry =
        new ServletEntry(routes, bodyLimit, new RequestTraces(TrustedProxies.NONE), listener);
    return new Filter() {
      @Override
      public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
          throws IOException, ServletException {
        AnswerWriter.abortIfAsked(request);
        if (!entry.takes((HttpServletRequest) request)) {
          chain.doFilter(request, response);
        }
      }
    };
  }
}
