package io.tinyscale.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.http.HttpAnswer;
import io.tinyscale.webapp.NotFoundServlet;
import jakarta.servlet.Filter;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class NotFoundServletTest {

  private static final HttpAnswer EXPECTED = HttpAnswer.notFound();

  private static final String TEXT =
      new String(EXPECTED.body().bytes().orElseThrow(), StandardCharsets.UTF_8);

  @ParameterizedTest
  @EnumSource(names = "JETTY_ALONE", mode = EnumSource.Mode.EXCLUDE)
  void answersAsTheExecutableDoesWithoutServlets(TestContainer.Kind kind) throws Exception {
    NotFoundServlet servlet = new NotFoundServlet();
    Filter everyPath = (request, response, chain) -> servlet.service(request, response);
    try (TestContainer container = kind.start(everyPath)) {
      FrontEnd caller = new FrontEnd(container.port(), "any secret");
      for (String method : new String[] {"GET", "POST", "DELETE", "HEAD"}) {
        URI address = URI.create("http://127.0.0.1:" + container.port() + "/some/page?a=b");

        HttpResponse<String> answer =
            caller.send(
                HttpRequest.newBuilder(address).method(method, BodyPublishers.noBody()).build());

        assertThat(answer.statusCode()).as(method).isEqualTo(EXPECTED.status());
        assertThat(answer.body()).as(method).isEqualTo(method.equals("HEAD") ? "" : TEXT);
        assertThat(answer.headers().firstValueAsLong("Content-Length")).hasValue(TEXT.length());
        assertThat(EXPECTED.headers())
            .allSatisfy(
                header ->
                    assertThat(answer.headers().firstValue(header.name()).orElse(""))
                        .isEqualToIgnoringCase(header.value()));
      }
    }
  }
}
