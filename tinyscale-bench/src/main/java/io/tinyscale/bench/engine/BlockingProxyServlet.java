package io.tinyscale.bench.engine;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.util.Collections;
import java.util.Locale;
import java.util.Set;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ContentType;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.io.entity.InputStreamEntity;

/** A proxy with a classic HTTP client; each call occupies a thread. */
final class BlockingProxyServlet extends HttpServlet {

  private static final long serialVersionUID = 1L;
  private static final int MOST_CONNECTIONS = 2048;
  private static final Set<String> NOT_PASSED =
      Set.of("connection", "keep-alive", "transfer-encoding", "content-length", "host", "te");

  private final transient ServerTurns turns;
  private final transient CloseableHttpClient client =
      HttpClients.custom()
          .setConnectionManager(
              PoolingHttpClientConnectionManagerBuilder.create()
                  .setMaxConnPerRoute(MOST_CONNECTIONS)
                  .setMaxConnTotal(MOST_CONNECTIONS)
                  .build())
          .disableRedirectHandling()
          .disableCookieManagement()
          .disableContentCompression()
          .disableAutomaticRetries()
          .build();

  BlockingProxyServlet(ServerTurns turns) {
    this.turns = turns;
  }

  @Override
  protected void service(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    HttpUriRequestBase forward =
        new HttpUriRequestBase(request.getMethod(), URI.create(turns.address(request)));
    for (String name : Collections.list(request.getHeaderNames())) {
      if (isPassed(name)) {
        Collections.list(request.getHeaders(name)).forEach(value -> forward.addHeader(name, value));
      }
    }
    if (request.getContentLengthLong() > 0) {
      forward.setEntity(
          new InputStreamEntity(
              request.getInputStream(),
              request.getContentLengthLong(),
              ContentType.parseLenient(request.getContentType())));
    }
    client.execute(
        forward,
        answer -> {
          copy(answer, response);
          return null;
        });
  }

  private static void copy(ClassicHttpResponse answer, HttpServletResponse response)
      throws IOException {
    response.setStatus(answer.getCode());
    for (Header header : answer.getHeaders()) {
      if (isPassed(header.getName())) {
        response.addHeader(header.getName(), header.getValue());
      }
    }
    if (answer.getEntity() != null) {
      response.setContentLengthLong(answer.getEntity().getContentLength());
      answer.getEntity().writeTo(response.getOutputStream());
    }
  }

  private static boolean isPassed(String header) {
    return !NOT_PASSED.contains(header.toLowerCase(Locale.ROOT));
  }
}
