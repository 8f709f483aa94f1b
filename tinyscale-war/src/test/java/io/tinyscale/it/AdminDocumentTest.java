package io.tinyscale.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import io.tinyscale.admin.AdminDoor;
import io.tinyscale.it.AdminCaller.Answer;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpHeaders;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Answers that the description of the admin API allows, and others. */
class AdminDocumentTest {

  private static final String PROBE = "{'result':'complete','millis':3,'meetings':7,'cause':null}";

  private AdminDocument document;

  @BeforeEach
  void read() throws IOException {
    try (InputStream file = AdminDoor.class.getResourceAsStream("openapi.json")) {
      document = new AdminDocument(new String(file.readAllBytes(), StandardCharsets.UTF_8));
    }
  }

  @SuppressWarnings("unchecked")
  private static Answer answer(int status, String path, String type, String json) {
    HttpResponse<String> http = mock(HttpResponse.class);
    when(http.statusCode()).thenReturn(status);
    when(http.body()).thenReturn(json.replace('\'', '"'));
    when(http.headers())
        .thenReturn(HttpHeaders.of(Map.of("Content-Type", List.of(type)), (name, value) -> true));
    return new Answer("POST", path, http);
  }

  private static Answer probed(String json) {
    return answer(200, "/servers/bbb1/probe", "application/json", json);
  }

  private boolean allows(Answer answer) {
    try {
      document.assertDescribes(answer);
      return true;
    } catch (AssertionError no) {
      return false;
    }
  }

  @Test
  void allowsWhatIsDescribed() {
    assertThatCode(() -> document.assertDescribes(probed(PROBE))).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '#',
      value = {
        "'millis':3,; ",
        "'millis':3; 'millis':'3'",
        "'millis':3; 'millis':-1",
        "'millis':3; 'millis':3,'secret':'s'",
        "'complete'; 'perhaps'"
      })
  void refusesWhatIsNot(String described, String other) {
    String changed = PROBE.replace(described, other == null ? "" : other);

    assertThat(changed).isNotEqualTo(PROBE);
    assertThat(allows(probed(changed))).isFalse();
  }

  @Test
  void refusesAnotherStatusAndAnotherType() {
    assertThat(allows(answer(201, "/servers/bbb1/probe", "application/json", PROBE))).isFalse();
    assertThat(allows(answer(200, "/servers/bbb1/probe", "text/plain", PROBE))).isFalse();
  }

  @Test
  void followsReferencesOfProblems() {
    String problem =
        "{'type':'urn:tinyscale:problem:server-unknown','title':'t','status':404,'detail':'d',"
            + "'instance':'0123456789abcdef'}";
    String type = "application/problem+json";

    assertThat(allows(answer(404, "/servers/bbb1/probe", type, problem))).isTrue();
    assertThat(
            allows(answer(404, "/servers/bbb1/probe", type, problem.replace("'title':'t',", ""))))
        .isFalse();
  }
}
