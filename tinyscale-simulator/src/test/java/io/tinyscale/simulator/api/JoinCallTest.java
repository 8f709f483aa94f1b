package io.tinyscale.simulator.api;

import static io.tinyscale.simulator.Caller.encode;
import static io.tinyscale.simulator.Caller.key;
import static io.tinyscale.simulator.Caller.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.simulator.Caller;
import io.tinyscale.simulator.SimulatedServer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class JoinCallTest {
  private SimulatedServer server;
  private Caller caller;

  @BeforeEach
  void start() {
    restart(Profile.V3_0);
  }

  private void restart(Profile profile) {
    close();
    server = SimulatedServer.builder().name("bbb7").profile(profile).start();
    caller = new Caller(server);
  }

  @AfterEach
  void close() {
    if (server != null) {
      server.close();
    }
  }

  private static String location(HttpResponse<String> answer) {
    assertThat(answer.statusCode()).isEqualTo(302);
    return answer.headers().firstValue("Location").orElseThrow();
  }

  private static String errors(String key) {
    return "errors=" + encode("[{\"key\":\"" + key);
  }

  @Test
  void joinLeadsToAPageThatNamesServerMeetingAndUser() throws Exception {
    server.meetings().create("test01", Map.of("name", "Maths <1>"));

    HttpResponse<String> answer =
        caller.get("join", "meetingID=test01&fullName=Ann+Lee&role=Moderator");
    HttpResponse<String> page =
        HttpClient.newHttpClient()
            .send(
                java.net.http.HttpRequest.newBuilder(URI.create(location(answer))).build(),
                BodyHandlers.ofString());

    assertThat(answer.headers().firstValue("Set-Cookie").orElseThrow()).startsWith("JSESSIONID=");
    assertThat(location(answer)).contains("/html5client/?sessionToken=");
    assertThat(page.body()).contains("bbb7", "Maths &lt;1&gt;", "Ann Lee", "moderator");
  }

  @Test
  void joinWithoutRedirectAnswersInXml() throws Exception {
    String internalId = server.meetings().create("test01").internalId();

    HttpResponse<String> answer =
        caller.get("join", "meetingID=test01&fullName=Ann&role=VIEWER&redirect=false&userID=u7");

    assertThat(key(answer)).isEqualTo("successfullyJoined");
    assertThat(text(answer, "meeting_id")).isEqualTo(internalId);
    assertThat(text(answer, "user_id")).startsWith("w_");
    assertThat(text(answer, "url")).endsWith(text(answer, "session_token"));
    assertThat(caller.get("getMeetingInfo", "meetingID=test01").body())
        .contains("<userID>u7</userID>");
  }

  @Test
  void thePasswordGivesTheRole() throws Exception {
    server.meetings().create("test01", Map.of("attendeePW", "ap", "moderatorPW", "mp"));

    caller.get("join", "meetingID=test01&fullName=Ann&password=mp");
    caller.get("join", "meetingID=test01&fullName=Bob&password=ap");
    HttpResponse<String> stranger = caller.get("join", "meetingID=test01&fullName=Eve&password=x");

    assertThat(text(caller.get("getMeetingInfo", "meetingID=test01"), "moderatorCount"))
        .isEqualTo("1");
    assertThat(key(stranger)).isEqualTo("Params required");
    assertThat(stranger.statusCode()).isEqualTo(200);
  }

  @Test
  void aFailedJoinRedirectsWithItsErrors() throws Exception {
    String query = "meetingID=test01&fullName=Ann&role=VIEWER";

    String plain = location(caller.get("join", query));
    String logout =
        location(caller.get("join", query + "&logoutURL=" + encode("https://fe.example.org/?a=1")));
    HttpResponse<String> xml = caller.get("join", query + "&redirect=false");

    assertThat(plain).contains("/logout?" + errors("invalidMeetingIdentifier"));
    assertThat(logout)
        .startsWith("https://fe.example.org/?a=1&" + errors("invalidMeetingIdentifier"));
    assertThat(key(xml)).isEqualTo("invalidMeetingIdentifier");
  }

  @Test
  void oldestProfilesAlwaysRedirectNewestOnlyForEarlyErrors() throws Exception {
    for (Profile profile : new Profile[] {Profile.V2_6, Profile.V4_0}) {
      restart(profile);

      HttpResponse<String> answer =
          caller.get("join", "meetingID=test01&fullName=Ann&role=VIEWER&redirect=false");

      assertThat(location(answer)).contains("errors=");
    }
  }

  @Test
  void aWrongChecksumRedirectsToo() throws Exception {
    HttpResponse<String> answer =
        caller.getUnsigned("join", "meetingID=test01&fullName=Ann&checksum=" + "0".repeat(64));

    assertThat(location(answer)).contains(errors("checksumError"));
  }

  @Test
  void newestProfileIgnoresUrlsOfUnsignedRequests() throws Exception {
    restart(Profile.V4_0);

    HttpResponse<String> answer =
        caller.getUnsigned(
            "join", "meetingID=test01&logoutURL=" + encode("https://evil.example.org"));

    assertThat(location(answer)).startsWith(server.uri().resolve("/logout").toString());
  }

  @Test
  void aStaleCreateTimeIsRefused() throws Exception {
    long createTime = server.meetings().create("test01").createTime();
    String query = "meetingID=test01&fullName=Ann&role=VIEWER&redirect=false&createTime=";

    assertThat(key(caller.get("join", query + (createTime - 1))))
        .isEqualTo("mismatchCreateTimeParam");
    assertThat(key(caller.get("join", query + "x"))).isEqualTo("mismatchCreateTimeParam");
    assertThat(key(caller.get("join", query + createTime))).isEqualTo("successfullyJoined");
  }

  @Test
  void aFullMeetingLetsNobodyIn() throws Exception {
    server.meetings().create("test01", Map.of("maxParticipants", "1"));
    server.meetings().join("test01", "Ann", "VIEWER");

    HttpResponse<String> answer =
        caller.get("join", "meetingID=test01&fullName=Bob&role=VIEWER&redirect=false");

    assertThat(key(answer)).isEqualTo("maxParticipantsReached");
  }

  @Test
  void namesSurviveAsTheyAre() throws Exception {
    server.meetings().create("test01");

    caller.get("join", "meetingID=test01&fullName=Z%C3%BC+%26+%F0%9F%98%80&role=VIEWER");

    assertThat(server.meetings().get("test01").orElseThrow().fullNames())
        .containsExactly("Zü & \uD83D\uDE00");
  }

  @Test
  void joinByPostIsGoneSinceThree() throws Exception {
    String query = "meetingID=test01&fullName=Ann&role=VIEWER";

    assertThat(caller.postForm("join", caller.signed("join", query), "").statusCode())
        .isEqualTo(405);
    restart(Profile.V2_7);
    assertThat(caller.postForm("join", caller.signed("join", query), "").statusCode())
        .isEqualTo(302);
  }

  @Test
  void userdataIsShownAsCustomData() throws Exception {
    server.meetings().create("test01");

    caller.get("join", "meetingID=test01&fullName=Ann&role=VIEWER&userdata-bbb_x=1");

    assertThat(caller.get("getMeetingInfo", "meetingID=test01").body())
        .contains("<customdata>\n<bbb_x>1</bbb_x>");
  }
}
