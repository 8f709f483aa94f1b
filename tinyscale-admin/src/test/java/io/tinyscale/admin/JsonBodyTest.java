package io.tinyscale.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The JSON objects that requests bring. */
class JsonBodyTest {

  private static JsonBody read(String text) throws Refusal {
    return JsonBody.read(
        text.getBytes(StandardCharsets.UTF_8), List.of("host", "weight", "tags", "end"));
  }

  private static String refusal(String text) {
    Refusal[] refused = new Refusal[1];
    assertThatExceptionOfType(Refusal.class)
        .isThrownBy(
            () -> {
              JsonBody body = read(text);
              body.text("host");
              body.number("weight");
              body.texts("tags");
              body.flag("end");
              body.refuseErrors();
            })
        .satisfies(thrown -> refused[0] = thrown);
    assertThat(refused[0].problem().status()).isEqualTo(422);
    return refused[0].problem().detail();
  }

  @Test
  void readsEveryKindOfValue() throws Refusal {
    JsonBody body = read("{\"host\":\"h\",\"weight\":2,\"tags\":[\"a\",\"b\"],\"end\":true}");

    assertThat(body.text("host")).contains("h");
    assertThat(body.number("weight")).contains(2);
    assertThat(body.texts("tags")).contains(List.of("a", "b"));
    assertThat(body.flag("end")).isTrue();
  }

  @Test
  void tellsNullFromMissing() throws Refusal {
    JsonBody body = read("{\"weight\":null}");

    assertThat(body.has("weight")).isTrue();
    assertThat(body.isNull("weight")).isTrue();
    assertThat(body.number("weight")).isEmpty();
    assertThat(body.has("host")).isFalse();
  }

  @Test
  void anEmptyBodyIsAnEmptyObject() throws Refusal {
    assertThat(read("").has("host")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{",
        "[]",
        "\"host\"",
        "{host:1}",
        "{'host':'h'}",
        "{} {}",
        "{\"host\":\"h\",}",
        "nul",
        "{\"host\":\"h\" /* why */}",
        "\u0000"
      })
  void refusesWhatIsNoJsonObject(String text) {
    assertThat(refusal(text)).contains("not a JSON object");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"host\":1}",
        "{\"weight\":\"s3cr3t\"}",
        "{\"weight\":1.5}",
        "{\"weight\":-1}",
        "{\"weight\":12345678901}",
        "{\"tags\":\"s3cr3t\"}",
        "{\"tags\":[1]}",
        "{\"tags\":{\"s3cr3t\":1}}",
        "{\"end\":\"true\"}"
      })
  void refusesAValueOfAnotherKindAndDoesNotQuoteIt(String text) {
    assertThat(refusal(text)).contains("expected").doesNotContain("s3cr3t");
  }

  @Test
  void refusesFieldsThatNobodyKnowsOrThatStandThereTwice() {
    assertThat(refusal("{\"hots\":\"s3cr3t\"}")).contains("hots").doesNotContain("s3cr3t");
    assertThat(refusal("{\"host\":\"a\",\"host\":\"b\"}")).contains("host: stands there twice");
    assertThat(refusal("{\"a b\\n\":1}")).contains("a field: no such field");
  }

  @Test
  void refusesWhatIsNotInUtf8() {
    assertThatExceptionOfType(Refusal.class)
        .isThrownBy(() -> JsonBody.read(new byte[] {'"', (byte) 0xff, '"'}, List.of()));
  }
}
