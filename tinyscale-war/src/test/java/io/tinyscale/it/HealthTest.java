package io.tinyscale.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.http.Routes;
import io.tinyscale.servlet.TinyscaleFilter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A webapp that is tinyscale alone answers health; an embedded filter never does. */
class HealthTest {

  @RegisterExtension private final SimulatedPoolExtension pool = SimulatedPoolExtension.of("one");

  private static HttpResponse<String> send(int port, String method) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/health/live"))
                .method(method, HttpRequest.BodyPublishers.noBody())
                .build(),
            BodyHandlers.ofString());
  }

  @ParameterizedTest
  @EnumSource(TestContainer.Kind.class)
  void theWholeWebappAnswersHealth(TestContainer.Kind kind) throws Exception {
    Path poolFile = pool.writePoolFile(pool.servers());
    try (TestContainer container =
        RunningFilter.container(
            kind,
            TinyscaleFilter.ofWholeWebapp(),
            Map.of(
                "tinyscale.secret",
                RunningFilter.SECRET,
                "tinyscale.servers",
                poolFile.toString()))) {
      HttpResponse<String> answer = send(container.port(), "GET");

      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.body()).isEqualTo("{\"status\":\"live\"}\n");
      assertThat(answer.headers().firstValue("Content-Type").orElse(""))
          .startsWithIgnoringCase("application/json");
      assertThat(send(container.port(), "HEAD").statusCode()).isEqualTo(200);
      HttpResponse<String> refused = send(container.port(), "DELETE");
      assertThat(refused.statusCode()).isEqualTo(405);
      assertThat(refused.headers().firstValue("Allow")).contains("GET, HEAD");
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = TestContainer.Kind.class,
      names = "JETTY_ALONE",
      mode = EnumSource.Mode.EXCLUDE)
  void anEmbeddedFilterLeavesTheHealthPathToTheApplication(TestContainer.Kind kind)
      throws Exception {
    try (RunningFilter filter = pool.start(kind)) {
      assertThat(send(filter.port(), "GET").body()).doesNotContain("{\"status\"");
    }
  }

  @ParameterizedTest
  @EnumSource(value = TestContainer.Kind.class, names = "JETTY_ALONE")
  void anUnknownPathIsNotFoundWithoutAnApplication(TestContainer.Kind kind) throws Exception {
    try (TestContainer container = kind.start(Routes.of(), 1000, (ending, cause) -> {})) {
      assertThat(send(container.port(), "GET").statusCode()).isEqualTo(404);
    }
  }
}
