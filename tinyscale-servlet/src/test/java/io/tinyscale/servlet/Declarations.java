package io.tinyscale.servlet;

import static org.mockito.ArgumentMatchers.anyString;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import jakarta.servlet.FilterConfig;
import jakarta.servlet.ServletContext;
import java.util.Collections;
import java.util.Map;

/** The settings of a deployment descriptor. */
final class Declarations {

  private Declarations() {}

  /** A filter with these init parameters, in an application with these context parameters. */
  static FilterConfig filter(Map<String, String> own, Map<String, String> ofContext) {
    ServletContext context = mock(ServletContext.class);
    when(context.getInitParameterNames())
        .thenAnswer(asked -> Collections.enumeration(ofContext.keySet()));
    when(context.getInitParameter(anyString()))
        .thenAnswer(asked -> ofContext.get(asked.<String>getArgument(0)));
    FilterConfig filter = mock(FilterConfig.class);
    when(filter.getServletContext()).thenReturn(context);
    when(filter.getInitParameterNames()).thenAnswer(asked -> Collections.enumeration(own.keySet()));
    when(filter.getInitParameter(anyString()))
        .thenAnswer(asked -> own.get(asked.<String>getArgument(0)));
    return filter;
  }
}
