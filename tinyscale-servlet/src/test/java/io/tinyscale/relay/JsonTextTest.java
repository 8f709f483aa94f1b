package io.tinyscale.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTextTest {

  @Test
  void changesOneMemberOfTheTopLevelAndNoOtherByte() {
    String json =
        " {\"data\": {\"meeting_id\":\"a__x\", \"x\":[1.0, 1e2, {\"meeting_id\":\"a__x\"}]},\n"
            + "\t\"note\":\"\\\"meeting_id\\\":\\u00e4 ä \\\\\" ,\"meeting_id\" :  \"a__x\" , \"z\":null}\n";

    String changed = with(json, "a");

    assertThat(changed)
        .isEqualTo(json.replace("\"meeting_id\" :  \"a__x\"", "\"meeting_id\" :  \"a\""));
  }

  @Test
  void findsANameThatIsWrittenWithEscapes() {
    assertThat(with("{\"meeting\\u005fid\":\"a\\u005f_x\"}", "a"))
        .isEqualTo("{\"meeting\\u005fid\":\"a\"}");
  }

  @Test
  void writesStrangeCharactersSoThatTheyAreReadAgain() {
    String strange = "a\"\\\n\u0001ä€😀</script>";

    byte[] changed = utf8(with("{\"meeting_id\":\"x\"}", strange));

    assertThat(JsonText.of(changed, "meeting_id").flatMap(json -> json.string("meeting_id")))
        .contains(strange);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "1",
        "null",
        "{",
        "{}x",
        "{} {}",
        "{\"a\":1,}",
        "{a:1}",
        "{'a':1}",
        "{\"a\":1;}",
        "{\"a\":nul}",
        "{\"meeting_id\":\"a\",\"meeting_id\":\"b\"}",
        "{\"meeting_id\":\"a\",\"meeting\\u005fid\":1}",
        "{\"a\":tru\u0435}",
        "{\"meeting_id\":1e999}"
      })
  void refusesWhatIsNotOneObject(String text) {
    assertThat(JsonText.of(utf8(text), "meeting_id")).isEmpty();
  }

  @Test
  void refusesNestingWithoutEnd() {
    assertThat(JsonText.of(utf8("{\"a\":" + "[".repeat(1_000_000)), "meeting_id")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"'{\"a\":\"b\"}',b", "'{\"a\":1}',", "'{\"a\":null}',", "'{\"a\":{}}',", "'{}',"})
  void knowsStringsOnly(String json, String value) {
    assertThat(JsonText.of(utf8(json), "a").orElseThrow().string("a"))
        .isEqualTo(Optional.ofNullable(value));
  }

  private static String with(String json, String text) {
    byte[] changed = JsonText.of(utf8(json), "meeting_id").orElseThrow().with("meeting_id", text);
    return new String(changed, StandardCharsets.UTF_8);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
