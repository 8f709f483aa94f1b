package io.tinyscale.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class RoutesTest {

  private static final Endpoint FIRST =
      (request, caller) -> CompletableFuture.completedStage(HttpAnswer.text(200, "first"));
  private static final Endpoint SECOND =
      (request, caller) -> CompletableFuture.completedStage(HttpAnswer.text(200, "second"));

  @Test
  void findsTheRowForAPath() {
    Routes routes = Routes.of(Route.exactly("/a", FIRST), Route.exactly("/b", SECOND));

    assertThat(routes.at("/a")).contains(FIRST);
    assertThat(routes.at("/b")).contains(SECOND);
  }

  @Test
  void theFirstMatchingRowAnswers() {
    Routes routes = Routes.of(path -> Optional.of(FIRST), Route.exactly("/b", SECOND));

    assertThat(routes.at("/b")).contains(FIRST);
  }

  @Test
  void matchesPathsExactly() {
    Routes routes = Routes.of(Route.exactly("/health/live", FIRST));

    assertThat(routes.at("/health/live/")).isEmpty();
    assertThat(routes.at("/health//live")).isEmpty();
    assertThat(routes.at("/health/%6cive")).isEmpty();
    assertThat(routes.at("/HEALTH/live")).isEmpty();
    assertThat(routes.at("")).isEmpty();
  }
}
