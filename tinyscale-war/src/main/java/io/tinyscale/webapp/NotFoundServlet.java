package io.tinyscale.webapp;

import io.tinyscale.body.Header;
import io.tinyscale.http.HttpAnswer;
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
    HttpAnswer answer = HttpAnswer.notFound();
    byte[] text = answer.body().bytes().orElseThrow();
    response.setStatus(answer.status());
    for (Header header : answer.headers()) {
      response.setHeader(header.name(), header.value());
    }
    response.setContentLength(text.length);
    response.getOutputStream().write(text);
  }
}
