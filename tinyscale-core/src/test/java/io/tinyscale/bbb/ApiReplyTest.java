package io.tinyscale.bbb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ApiReplyTest {

  private static Optional<ApiReply> read(String document) {
    return ApiReply.read(document.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void readsTheElementsBelowTheRoot() {
    ApiReply reply =
        read("""
                <response>
                  <returncode>SUCCESS</returncode>
                  <meetingID> test01 </meetingID>
                  <attendees><attendee><userID>u</userID></attendee></attendees>
                  <messageKey></messageKey><message/>
                </response>
                """)
            .orElseThrow();

    assertThat(reply.succeeded()).isTrue();
    assertThat(reply.text("meetingID")).isEqualTo("test01");
    assertThat(reply.messageKey()).isEmpty();
    assertThat(reply.text("userID")).isEmpty();
    assertThat(reply.text("nothing")).isEmpty();
  }

  @Test
  void readsAFailure() {
    ApiReply reply =
        read("<response><returncode>FAILED</returncode><messageKey>notFound</messageKey></response>")
            .orElseThrow();

    assertThat(reply.succeeded()).isFalse();
    assertThat(reply.messageKey()).isEqualTo("notFound");
  }

  @Test
  void findsNoKeyInTheFormWithSeveralErrors() {
    ApiReply reply =
        read("<response><returncode>FAILED</returncode><errors><error>"
                + "<key>nonUniqueVoiceBridge</key><message>m</message></error></errors></response>")
            .orElseThrow();

    assertThat(reply.succeeded()).isFalse();
    assertThat(reply.messageKey()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<a &amp; b>",
        "<metadata><1st>x</1st></metadata></response>",
        "<metadata><my name>x</my name></metadata></response>",
        "<metadata><a>&nbsp;</a></metadata></response>",
        "<metadata><a>\u0001</a></metadata></response>",
        "<metadata>",
        ""
      })
  void readsUpToAMistake(String rest) {
    ApiReply reply =
        read("<response><returncode>SUCCESS</returncode><meetingID>m</meetingID>" + rest)
            .orElseThrow();

    assertThat(reply.succeeded()).isTrue();
    assertThat(reply.text("meetingID")).isEqualTo("m");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "OK",
        "<html><returncode>SUCCESS</returncode></html>",
        "<response></response>",
        "<response><returncode>SUCC",
        "<response><x><returncode>SUCCESS</returncode></x></response>",
        "{\"response\":{\"returncode\":\"SUCCESS\"}}",
        "<!DOCTYPE html><html></html>"
      })
  void isNoReplyWithoutAReturnCode(String document) {
    assertThat(read(document)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      ignoreLeadingAndTrailingWhitespace = true,
      quoteCharacter = '`',
      value = {
        "math &amp; art &lt;1&gt;, math & art <1>",
        "&#65;&#x42;C, ABC",
        "&#128512;, 😀",
        "&quot;&apos;, `\"'`",
        "<![CDATA[a & <b> ]]>, a & <b>",
        "a<![CDATA[b]]>c&amp;d, abc&d",
        "a<!-- no -->b, ab",
        "a<?pi no?>b, ab",
        "a<b>c</b>d, ad"
      })
  void readsText(String raw, String text) {
    ApiReply reply =
        read("<response><returncode>SUCCESS</returncode><v>" + raw + "</v></response>")
            .orElseThrow();

    assertThat(reply.text("v")).isEqualTo(text);
  }

  @Test
  void takesTheFirstOfRepeatedElements() {
    ApiReply reply =
        read("<response><returncode>FAILED</returncode><returncode>SUCCESS</returncode></response>")
            .orElseThrow();

    assertThat(reply.succeeded()).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "12, 12",
        "`1,234`, 1234",
        "1.234.567, 1234567",
        "1 234, 1234",
        "`1\u00a0234`, 1234",
        "1'234, 1234",
        "``, 0",
        "x, 0",
        "1700000000000, 1700000000000"
      })
  void readsNumbersOfAnyLocale(String text, long number) {
    assertThat(new ApiReply(Map.of("n", text)).number("n")).isEqualTo(number);
  }

  @Test
  void readsANumberWithoutEnd() {
    assertThat(new ApiReply(Map.of("n", "9".repeat(10_000))).number("n")).isNotNegative();
    assertThat(new ApiReply(Map.of()).number("n")).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<!DOCTYPE response [<!ENTITY x SYSTEM \"file:///etc/hostname\">]>",
        "<!DOCTYPE response [<!ENTITY x \"boom\">]>",
        "<!DOCTYPE response SYSTEM \"http://localhost:1/x.dtd\">",
        "<!DOCTYPE response>"
      })
  void refusesADocumentType(String documentType) {
    assertThat(
            read(documentType + "<response><returncode>SUCCESS</returncode><v>&x;</v></response>"))
        .isEmpty();
  }

  @Test
  void expandsNoEntities() {
    StringBuilder laughs = new StringBuilder("<!DOCTYPE response [<!ENTITY l0 \"ha\">");
    for (int i = 1; i < 40; i++) {
      laughs.append("<!ENTITY l%d \"&l%d;&l%d;\">".formatted(i, i - 1, i - 1));
    }
    String document = laughs + "]><response><returncode>&l39;</returncode></response>";

    Optional<ApiReply> reply =
        assertTimeoutPreemptively(Duration.ofSeconds(5), () -> read(document));

    assertThat(reply).isEmpty();
  }

  @Test
  void readsOtherEncodings() {
    String text = "<response><returncode>SUCCESS</returncode><v>café</v></response>";

    byte[] latin =
        ("<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>" + text)
            .getBytes(StandardCharsets.ISO_8859_1);
    byte[] utf16 = ("\uFEFF" + text).getBytes(StandardCharsets.UTF_16BE);

    assertThat(ApiReply.read(latin).orElseThrow().text("v")).isEqualTo("café");
    assertThat(ApiReply.read(utf16).orElseThrow().text("v")).isEqualTo("café");
  }

  @Test
  void readsOnAfterInvalidBytes() {
    byte[] latin =
        "<response><returncode>SUCCESS</returncode><v>café</v><w>x</w></response>"
            .getBytes(StandardCharsets.ISO_8859_1);

    ApiReply reply = ApiReply.read(latin).orElseThrow();

    assertThat(reply.text("v")).isEqualTo("caf\uFFFD");
    assertThat(reply.text("w")).isEqualTo("x");
  }

  static LongStream seeds() {
    return RandomQueries.seeds();
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void survivesAnyBytes(long seed) {
    Random random = new Random(seed);
    byte[] document =
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><response><returncode>SUCCESS</returncode><v a=\"1\">&amp;&#65;<![CDATA[x]]></v></response>"
            .getBytes(StandardCharsets.UTF_8);

    for (int round = 0; round < 20; round++) {
      byte[] broken = document.clone();
      for (int n = 0; n <= random.nextInt(4); n++) {
        broken[random.nextInt(broken.length)] = (byte) random.nextInt();
      }

      assertThatCode(() -> ApiReply.read(broken)).doesNotThrowAnyException();
    }
  }

  @Test
  void printsNoText() {
    ApiReply reply = new ApiReply(Map.of("returncode", "SUCCESS", "moderatorPW", "sesame"));

    assertThat(reply.toString()).doesNotContain("sesame");
    assertThat(new ListedItem("<meeting>sesame</meeting>", reply).toString())
        .doesNotContain("sesame");
  }
}
