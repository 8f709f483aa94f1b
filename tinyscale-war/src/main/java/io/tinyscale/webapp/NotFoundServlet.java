package io.tinyscale.webapp;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;

/** Answers 404 to whatever the filter does not take, whatever the method; serves nothing. */
public final class NotFoundServlet extends HttpServlet {

  /** For the container. */
  public NotFoundServlet() {}

  // Not sendError: the container's page would name the container and its version.
  @Override
  protected void service(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    response.setStatus(HttpServletResponse.SC_NOT_FOUND);
    response.setContentType("text/plain");
    response.setCharacterEncoding("UTF-8");
    response.getWriter().print("Not found\n");
  }
}
