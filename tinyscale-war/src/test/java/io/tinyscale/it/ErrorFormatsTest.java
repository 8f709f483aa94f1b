package io.tinyscale.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.simulator.SimulatedServer;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Errors in the format and with the keys that a BBB server gives them, over real sockets. */
class ErrorFormatsTest {

  private static final String MULTIPART = "multipart/form-data; boundary=b";
  private static final String FILE =
      "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.vtt\"\r\n\r\nWEBVTT\r\n"
          + "--b--\r\n";

  @RegisterExtension private final SimulatedPoolExtension pool = SimulatedPoolExtension.of("one");

  private final SimulatedServer server = pool.server("one");

  private RunningFilter start(TestContainer.Kind kind) throws Exception {
    return pool.start(kind);
  }

  private static void isXml(HttpResponse<String> answer, String key) {
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Type").orElseThrow()).startsWith("text/xml");
    assertThat(answer.body()).contains("<messageKey>" + key + "</messageKey>");
  }

  private static void isJson(HttpResponse<String> answer, String key) {
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Type").orElseThrow())
        .startsWith("application/json");
    assertThat(answer.body()).contains("\"messageKey\":\"" + key + "\"");
  }

  @ParameterizedTest
  @EnumSource(TestContainer.Kind.class)
  void textTracks(TestContainer.Kind kind) throws Exception {
    String put = "recordID=" + server.meetings().addRecording("m1").recordId();
    put += "&kind=captions&lang=en&label=English";
    try (RunningFilter filter = start(kind)) {
      FrontEnd moodle = filter.frontEnd();
      String call = "putRecordingTextTrack";

      isJson(moodle.post(moodle.unsigned(call, put), MULTIPART, FILE), "paramError");
      isXml(
          moodle.post(moodle.unsigned(call, put + "&checksum=" + "0".repeat(64)), MULTIPART, FILE),
          "checksumError");
      HttpResponse<String> noLabel =
          moodle.post(moodle.signed(call, put.replace("&label=English", "")), MULTIPART, FILE);
      isJson(noLabel, "paramError");
      assertThat(noLabel.body()).contains("Missing param label.");
      isJson(moodle.post(moodle.signed(call, put), MULTIPART, FILE), "upload_text_track_success");

      isXml(moodle.get(moodle.signed("getRecordingTextTracks", "")), "missingParamRecordID");
      isXml(moodle.get(moodle.unsigned("getRecordingTextTracks", put)), "checksumError");
      isJson(moodle.get(moodle.signed("getRecordingTextTracks", "recordID=x")), "noRecordings");
    }
  }

  @ParameterizedTest
  @EnumSource(TestContainer.Kind.class)
  void missingParametersWhileTheServerIsDown(TestContainer.Kind kind) throws Exception {
    try (RunningFilter filter = start(kind)) {
      FrontEnd moodle = filter.frontEnd();
      server.close();

      isXml(moodle.get(moodle.signed("publishRecordings", "recordID=x")), "missingParamPublish");
      for (String call : List.of("publishRecordings", "deleteRecordings", "updateRecordings")) {
        isXml(moodle.get(moodle.signed(call, "publish=true")), "missingParamRecordID");
      }
    }
  }

  @ParameterizedTest
  @EnumSource(TestContainer.Kind.class)
  void refusedCalls(TestContainer.Kind kind) throws Exception {
    try (RunningFilter filter = start(kind)) {
      FrontEnd moodle = filter.frontEnd();

      for (String call : List.of("getJoinUrl", "stuns", "enter", "learningDashboard")) {
        isJson(moodle.get(moodle.unsigned(call, "sessionToken=x")), "unsupportedRequest");
      }
      for (String call : List.of("signOut", "setConfigXML", "hooks/ping")) {
        isXml(moodle.get(moodle.unsigned(call, "sessionToken=x")), "unsupportedRequest");
      }
    }
  }

  @ParameterizedTest
  @EnumSource(TestContainer.Kind.class)
  void failedJoins(TestContainer.Kind kind) throws Exception {
    String out = "&logoutURL=" + encoded("https://fe.example.org/out");
    String error = "&errorRedirectUrl=" + encoded("https://fe.example.org/error?a=b");
    String join = "fullName=A&role=VIEWER&meetingID=gone";
    try (RunningFilter filter = start(kind)) {
      FrontEnd moodle = filter.frontEnd();

      assertThat(location(moodle, join + out)).startsWith("https://fe.example.org/out?errors=");
      assertThat(location(moodle, join + out + error))
          .startsWith("https://fe.example.org/error?a=b&errors=")
          .contains("invalidMeetingIdentifier");
      isXml(
          moodle.get(
              moodle.signed("join", join + out + error + "&redirect=false"), "Accept", "text/html"),
          "invalidMeetingIdentifier");
      isXml(
          moodle.get(moodle.signed("join", join), "Accept", "text/html"),
          "invalidMeetingIdentifier");
      isXml(moodle.get(moodle.unsigned("join", join + out + error)), "checksumError");
    }
  }

  private static String location(FrontEnd moodle, String join) {
    HttpResponse<String> answer = moodle.get(moodle.signed("join", join));
    assertThat(answer.statusCode()).isEqualTo(302);
    return answer.headers().firstValue("Location").orElseThrow();
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
