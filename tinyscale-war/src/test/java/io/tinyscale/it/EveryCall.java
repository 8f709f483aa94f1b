package io.tinyscale.it;

import static io.tinyscale.it.SigningClient.assertSuccess;
import static io.tinyscale.it.SigningClient.element;
import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.bbb.ApiCall;
import io.tinyscale.bbb.CallScope;
import io.tinyscale.simulator.SimulatedPool;
import io.tinyscale.simulator.SimulatedServer;
import java.net.URI;
import java.net.http.HttpResponse;
import java.util.HashSet;
import java.util.Set;

/** Every call of the catalogue once, and an unknown call. */
final class EveryCall {

  private static final String SLIDES =
      "<modules><module name=\"presentation\"><document url=\"https://fe.example.org/s.pdf\"/>"
          + "</module></modules>";
  private static final String CAPTIONS =
      "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.vtt\"\r\n\r\nWEBVTT\r\n"
          + "--b--\r\n";

  private final SigningClient frontend;
  private final SimulatedPool pool;
  private final Set<String> made = new HashSet<>();

  private EveryCall(SigningClient frontend, SimulatedPool pool) {
    this.frontend = frontend;
    this.pool = pool;
  }

  /** Runs against servers that have webhooks and no meetings yet. */
  static void play(SigningClient frontend, SimulatedPool pool) {
    EveryCall calls = new EveryCall(frontend, pool);
    calls.meeting();
    calls.recording();
    calls.webhook();
    calls.refused();
    assertThat(calls.made)
        .containsExactlyInAnyOrderElementsOf(
            ApiCall.catalogue().stream().map(ApiCall::name).toList());
  }

  private HttpResponse<String> get(String call, String query) {
    made.add(call);
    return frontend.call(call, query);
  }

  private HttpResponse<String> post(String call, String query, String contentType, String body) {
    made.add(call);
    return frontend.post(call, query, contentType, body);
  }

  private void meeting() {
    assertSuccess(get("", ""));
    assertSuccess(post("create", "name=Math&meetingID=math", "application/xml", SLIDES));
    HttpResponse<String> again = get("create", "name=Math&meetingID=math");
    assertThat(element(again, "messageKey")).isEqualTo("duplicateWarning");

    HttpResponse<String> join = get("join", "fullName=Ann+Lee&meetingID=math&role=MODERATOR");
    assertThat(join.statusCode()).isEqualTo(302);
    HttpResponse<String> atServer =
        frontend.get(URI.create(join.headers().firstValue("Location").orElseThrow()));
    assertThat(atServer.headers().firstValue("Location").orElse("")).contains("sessionToken=");
    // As long as limit.query allows: the address in the redirect is as long.
    String style = "userdata-bbb_custom_style=" + "x".repeat(60_000);
    HttpResponse<String> longJoin = get("join", "fullName=Ann+Lee&meetingID=math&" + style);
    assertThat(longJoin.headers().firstValue("Location").orElse("")).contains(style);

    assertThat(element(get("isMeetingRunning", "meetingID=math"), "running")).isEqualTo("true");
    assertThat(element(get("getMeetingInfo", "meetingID=math"), "fullName")).isEqualTo("Ann Lee");
    assertThat(get("getMeetings", "").body()).contains("<meetingID>math</meetingID>");
    assertThat(get("getSessions", "").body()).contains("<userName>Ann Lee</userName>");
    assertSuccess(post("insertDocument", "meetingID=math", "application/xml", SLIDES));
    assertRefused(get("insertDocument", "meetingID=math"));
    assertSuccess(get("sendChatMessage", "meetingID=math&message=Hi"));
    assertSuccess(get("end", "meetingID=math"));
  }

  private void recording() {
    SimulatedServer owner = pool.servers().get(pool.servers().size() - 1);
    String id = "recordID=" + owner.meetings().addRecording("math").recordId();

    assertThat(get("getRecordings", "meetingID=math").body()).contains(id.substring(9));
    assertSuccess(get("publishRecordings", id + "&publish=false"));
    assertSuccess(get("updateRecordings", id + "&meta_course=7"));
    assertThat(
            post(
                    "putRecordingTextTrack",
                    id + "&kind=captions&lang=en&label=English",
                    "multipart/form-data; boundary=b",
                    CAPTIONS)
                .body())
        .contains("upload_text_track_success");
    assertThat(get("getRecordingTextTracks", id).body()).contains("\"label\":\"English\"");
    assertSuccess(get("deleteRecordings", id));
    assertThat(get("getRecordings", "meetingID=math").body()).contains("noRecordings");
  }

  private void webhook() {
    HttpResponse<String> created =
        get("hooks/create", "callbackURL=https%3A%2F%2Ffe.example.org%2Fhook&meetingID=math");
    assertSuccess(created);
    String id = element(created, "hookID");
    assertThat(element(get("hooks/list", ""), "hookID")).isEqualTo(id);
    for (SimulatedServer server : pool.servers()) {
      assertThat(server.received("hooks/create")).as(server.name()).isEqualTo(1);
    }
    assertThat(element(get("hooks/destroy", "hookID=" + id), "removed")).isEqualTo("true");
    assertThat(element(get("hooks/list", ""), "hookID")).isEmpty();
  }

  private void refused() {
    ApiCall.catalogue().stream()
        .filter(call -> call.scope() == CallScope.REFUSED)
        .forEach(call -> assertRefused(get(call.name(), "sessionToken=x")));
    assertRefused(frontend.call("madeUpYesterday", ""));
  }

  private static void assertRefused(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).contains("FAILED", "unsupportedRequest");
  }
}
