package io.tinyscale.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.tinyscale.bbb.ApiCall;
import io.tinyscale.body.Body;
import io.tinyscale.body.Header;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ServerAnswerTest {

  private static final String SUCCESS =
      "<response><returncode>SUCCESS</returncode><meetingID>math</meetingID></response>";

  private static String failed(String key) {
    return "<response><returncode>FAILED</returncode><messageKey>"
        + key
        + "</messageKey></response>";
  }

  private static ServerAnswer read(String call, int status, String type, String text) {
    return AnswerReader.read(
        ApiCall.named(call),
        false,
        new Outcome.Answered(status, List.of(new Header("Content-Type", type)), Body.of(text)));
  }

  private static String shown(ServerAnswer answer) {
    return answer.fold(
        said -> "said " + said.succeeded() + " " + said.messageKey(),
        notBbb -> "not BBB: " + notBbb.defect(),
        () -> "refuses secret",
        lacks -> "lacks call: " + lacks.defect());
  }

  static Stream<Arguments> answers() {
    String xml = "text/xml";
    String json = "application/json";
    return Stream.of(
        arguments("end", 200, xml, SUCCESS, "said true ", Evidence.SOUND),
        arguments("end", 200, xml, SUCCESS.replace("SUC", " SUC"), "said true ", Evidence.SOUND),
        arguments("end", 200, xml, failed("notFound"), "said false notFound", Evidence.SOUND),
        arguments("end", 200, xml, failed("checksumError"), "refuses secret", Evidence.NOTHING),
        arguments("end", 200, xml, "<page/>", "not BBB: not a BBB answer", Evidence.SOUND),
        arguments("end", 200, xml, "{}", "not BBB: not a BBB answer", Evidence.SOUND),
        arguments("end", 200, xml, "Oops", "not BBB: not a BBB answer", Evidence.BROKEN),
        arguments("end", 200, xml, "", "not BBB: an empty answer", Evidence.BROKEN),
        arguments("end", 200, "text/html", SUCCESS, "not BBB: an HTML page", Evidence.BROKEN),
        arguments("end", 302, xml, SUCCESS, "not BBB: HTTP 302", Evidence.BROKEN),
        arguments("end", 403, xml, SUCCESS, "not BBB: HTTP 403", Evidence.NOTHING),
        arguments("end", 404, xml, SUCCESS, "lacks call: HTTP 404", Evidence.NOTHING),
        arguments("end", 405, xml, SUCCESS, "lacks call: HTTP 405", Evidence.NOTHING),
        arguments("end", 500, xml, SUCCESS, "not BBB: HTTP 500", Evidence.BROKEN),
        arguments("newCall", 200, xml, SUCCESS, "said true ", Evidence.NOTHING),
        arguments("newCall", 200, "text/plain", "Oops", "said false ", Evidence.NOTHING),
        arguments("newCall", 502, xml, "Oops", "not BBB: HTTP 502", Evidence.BROKEN),
        arguments(
            "getRecordingTextTracks",
            200,
            json,
            "{\"response\":{\"returncode\":\"SUCCESS\"}}",
            "said true ",
            Evidence.SOUND),
        arguments(
            "getRecordingTextTracks",
            200,
            json,
            "{\"response\":{\"returncode\":\"FAILED\"}}",
            "said false ",
            Evidence.SOUND),
        arguments(
            "getRecordingTextTracks",
            200,
            xml,
            failed("checksumError"),
            "refuses secret",
            Evidence.NOTHING));
  }

  @ParameterizedTest
  @MethodSource("answers")
  void classifiesAnswers(
      String call, int status, String type, String text, String shown, Evidence evidence) {
    ServerAnswer answer = read(call, status, type, text);

    assertThat(shown(answer)).isEqualTo(shown);
    assertThat(answer.evidence()).isEqualTo(evidence);
  }

  static Stream<Arguments> encoded() {
    return Stream.of(arguments("end", Evidence.BROKEN), arguments("newCall", Evidence.NOTHING));
  }

  @ParameterizedTest
  @MethodSource("encoded")
  void refusesAnEncodedAnswer(String call, Evidence evidence) {
    ServerAnswer answer =
        AnswerReader.read(
            ApiCall.named(call),
            false,
            new Outcome.Answered(
                200, List.of(new Header("content-encoding", "gzip")), Body.of(SUCCESS)));

    assertThat(shown(answer)).isEqualTo("not BBB: a Content-Encoding that was not asked for");
    assertThat(answer.evidence()).isEqualTo(evidence);
  }

  @ParameterizedTest
  @CsvSource({"500, true, UNCLEAR", "500, false, BROKEN", "503, true, BROKEN"})
  void anErrorMayBeDueToTheBodyOfACall(int status, boolean withBody, Evidence evidence) {
    ServerAnswer answer =
        AnswerReader.read(
            ApiCall.CREATE, withBody, new Outcome.Answered(status, List.of(), Body.of("<html/>")));

    assertThat(answer.evidence()).isEqualTo(evidence);
  }
}
