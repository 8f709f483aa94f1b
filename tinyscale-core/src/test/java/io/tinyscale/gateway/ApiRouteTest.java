package io.tinyscale.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.tinyscale.bbb.ApiRequest;
import io.tinyscale.body.Body;
import io.tinyscale.body.Cancellation;
import io.tinyscale.body.Header;
import io.tinyscale.body.Pieces;
import io.tinyscale.call.Answer;
import io.tinyscale.http.HttpAnswer;
import io.tinyscale.http.HttpRequest;
import io.tinyscale.server.Server;
import io.tinyscale.upstream.FakeServers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ApiRouteTest {

  private static final Server SERVER = new FakeServers().add("A").server();

  private final List<ApiRequest> seen = new ArrayList<>();
  private Answer answer =
      new Answer.Document("text/xml", List.of(new Header("X-A", "b")), Body.of("<response/>"));
  private final ApiRoute route = new ApiRoute(this::answer);

  private CompletionStage<Answer> answer(ApiRequest request, Cancellation caller) {
    seen.add(request);
    return CompletableFuture.completedStage(answer);
  }

  private HttpAnswer get(String path, String query, Map<String, String> fields) {
    HttpRequest request =
        new HttpRequest(
            "GET",
            path,
            query,
            name ->
                Collections.enumeration(
                    fields.containsKey(name) ? List.of(fields.get(name)) : List.of()),
            Body.EMPTY);
    return route
        .at(path)
        .orElseThrow()
        .handle(request, new Cancellation())
        .toCompletableFuture()
        .join();
  }

  @Test
  void readsTheCallTheRawQueryAndTheFieldsThatMayCross() {
    HttpAnswer written =
        get(
            "/bigbluebutton/api/getMeetingInfo",
            "meetingID=a%20b&checksum=1",
            Map.of("User-Agent", "no", "user-agent", "Moodle", "Cookie", "secret"));

    assertThat(seen).hasSize(1);
    assertThat(seen.get(0).call().name()).isEqualTo("getMeetingInfo");
    assertThat(seen.get(0).query().raw()).isEqualTo("meetingID=a%20b&checksum=1");
    assertThat(seen.get(0).crossing().headers())
        .containsExactly(new Header("user-agent", "Moodle"));
    assertThat(written.status()).isEqualTo(200);
    assertThat(written.headers())
        .containsExactly(new Header("Content-Type", "text/xml"), new Header("X-A", "b"));
  }

  @Test
  void readsTheMediaTypeWithoutItsParameters() {
    get("/bigbluebutton/api/create", "", Map.of("Content-Type", "Text/XML; charset=UTF-8"));

    assertThat(seen.get(0).contentType()).isEqualTo("text/xml");
    assertThat(seen.get(0).query().isEmpty()).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"getMeetings, <messageKey>internalError", "getRecordingTextTracks, {"})
  void aStreamedAnswerHasASubstituteInTheFormatOfItsCall(String call, String failed) {
    answer = new Answer.Relay(SERVER, "", List.of(), new Pieces().body());

    HttpAnswer ifBroken = get("/bigbluebutton/api/" + call, "", Map.of()).ifBroken();

    assertThat(ifBroken.status()).isEqualTo(200);
    assertThat(new String(ifBroken.body().bytes().orElseThrow(), StandardCharsets.UTF_8))
        .contains(failed, "internalError");
  }

  @Test
  void aSubstituteIsInMemory() {
    HttpAnswer streamed = new HttpAnswer(200, List.of(), new Pieces().body());

    assertThatIllegalArgumentException()
        .isThrownBy(() -> new HttpAnswer(200, List.of(), Body.EMPTY, streamed));
  }

  @Test
  void aRedirectIsItsStatusAndLocation() {
    answer = new Answer.Redirect("https://bbb1.example.org/x", SERVER, null);

    HttpAnswer written = get("/bigbluebutton/api/join", "", Map.of());

    assertThat(written.status()).isEqualTo(302);
    assertThat(written.headers())
        .containsExactly(new Header("Location", "https://bbb1.example.org/x"));
    assertThat(written.body().isEmpty()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"/bigbluebutton/api/../x", "/bigbluebutton/api/a;b"})
  void aPathWithTricksIsNotFound(String path) {
    assertThat(get(path, "", Map.of()).status()).isEqualTo(404);
    assertThat(seen).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "/", "/bigbluebuttons", "/health/live"})
  void doesNotTakeOtherPaths(String path) {
    assertThat(route.at(path)).isEmpty();
  }
}
