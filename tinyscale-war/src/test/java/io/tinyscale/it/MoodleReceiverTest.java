package io.tinyscale.it;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MoodleReceiverTest {

  private static final String SECRET = "moodle-secret-0123456789abcdef";
  private static final String RECORD = "71f439b7fc991662d28beb7cbf2d0c65539489b9-1700000000000";

  private final FrontEnd client = new FrontEnd("http://localhost", "none");
  private final MoodleReceiver moodle = MoodleReceiver.start(SECRET).withActivity(7, "abc123");

  @AfterEach
  void close() {
    moodle.close();
  }

  private int announce(int activity, String token) {
    return client
        .post(
            URI.create(moodle.recordingReadyUrl(activity)),
            "application/x-www-form-urlencoded",
            "signed_parameters=" + URLEncoder.encode(token, StandardCharsets.UTF_8))
        .statusCode();
  }

  private int analyze(String token, String body) {
    return client
        .send(
            HttpRequest.newBuilder(URI.create(moodle.analyticsUrl(7)))
                .header("Content-Type", "application/json")
                .header("Authorization", "Bearer " + token)
                .POST(BodyPublishers.ofString(body))
                .build())
        .statusCode();
  }

  private static Instant tomorrow() {
    return Instant.now().plusSeconds(86_400);
  }

  @ParameterizedTest
  @ValueSource(strings = {"abc123", "abc123-4-7", "abc123-4-7[2]", "abc123[2]"})
  void countsEachRecordingOnce(String meetingId) {
    String token = TestTokens.recordingReady(meetingId, RECORD, SECRET);

    assertThat(announce(7, token)).isEqualTo(202);
    assertThat(announce(7, token)).isEqualTo(202);

    assertThat(moodle.recordings()).containsExactly(RECORD);
    assertThat(moodle.announced(RECORD)).isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource({"HS512, HS512", "HS384, HS384", "HS256, HS512", "none, HS256"})
  void takesRecordingsSignedWithHs256Only(String named, String signedWith) {
    String claims = "{\"meeting_id\":\"abc123\",\"record_id\":\"" + RECORD + "\"}";

    String token = TestTokens.sign("{\"alg\":\"" + named + "\"}", claims, signedWith, SECRET);

    assertThat(announce(7, token)).isEqualTo(400);
    assertThat(moodle.recordings()).isEmpty();
  }

  @Test
  void refusesRecordingsOfAnotherSecretOrForm() {
    assertThat(announce(7, TestTokens.recordingReady("abc123", RECORD, "other"))).isEqualTo(400);
    assertThat(announce(7, "")).isEqualTo(400);
    assertThat(announce(7, "a.b.c")).isEqualTo(400);
    assertThat(announce(7, TestTokens.sign("{\"alg\":\"HS256\"}", "{}", "HS256", SECRET)))
        .isEqualTo(400);
    assertThat(client.get(URI.create(moodle.recordingReadyUrl(7))).statusCode()).isEqualTo(400);
    assertThat(moodle.recordings()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"abc124", "abc123x-4", "ABC123", "-abc123", "abc123__school-a-4-7"})
  void doesNotKnowOtherMeetings(String meetingId) {
    assertThat(announce(7, TestTokens.recordingReady(meetingId, RECORD, SECRET))).isEqualTo(410);
    assertThat(moodle.recordings()).isEmpty();
  }

  @Test
  void saysThatAnActivityIsGone() {
    moodle.removeActivity(7);

    assertThat(announce(7, TestTokens.recordingReady("abc123", RECORD, SECRET))).isEqualTo(410);
    assertThat(analyze(TestTokens.analytics(tomorrow(), SECRET), "{\"meeting_id\":\"abc123\"}"))
        .isEqualTo(410);
  }

  @Test
  void takesAnalytics() {
    String body = "{\"version\":\"1.0\",\"meeting_id\":\"abc123-4-7[2]\",\"data\":{}}";

    assertThat(analyze(TestTokens.analytics(tomorrow(), SECRET), body)).isEqualTo(202);

    assertThat(moodle.analytics()).singleElement().asString().isEqualTo(body);
  }

  @Test
  void refusesAnalyticsOfAnotherAlgorithmSecretTimeOrForm() {
    String body = "{\"meeting_id\":\"abc123\"}";
    String claims = "{\"exp\":" + tomorrow().getEpochSecond() + "}";

    assertThat(analyze(TestTokens.sign("{\"alg\":\"HS256\"}", claims, "HS256", SECRET), body))
        .isEqualTo(400);
    assertThat(analyze(TestTokens.analytics(tomorrow(), "other"), body)).isEqualTo(400);
    assertThat(analyze(TestTokens.analytics(Instant.now().minusSeconds(60), SECRET), body))
        .isEqualTo(400);
    assertThat(analyze(TestTokens.analytics(tomorrow(), SECRET), "no json")).isEqualTo(400);
    assertThat(moodle.analytics()).isEmpty();
  }

  @Test
  void verifiesTheKnownToken() {
    String token =
        "eyJhbGciOiJIUzI1NiJ9.eyJtZWV0aW5nX2lkIjoicm9vbTciLCJyZWNvcmRfaWQiOiI3MWY0MzliN2ZjOTkxNjYy"
            + "ZDI4YmViN2NiZjJkMGM2NTUzOTQ4OWI5LTE3MDAwMDAwMDAwMDAifQ.dgdpAevp6kg6gnGBgawiSZnzT9TiS"
            + "MaDQHMbX3wf6I0";
    String school = "school-a-secret-0123456789abcdef";

    assertThat(TestTokens.recordingReady("room7", RECORD, school)).isEqualTo(token);
    assertThat(TestTokens.verify(token, "HS256", school)).isPresent();
    assertThat(TestTokens.verify(token, "HS256", school + "x")).isEmpty();
  }
}
