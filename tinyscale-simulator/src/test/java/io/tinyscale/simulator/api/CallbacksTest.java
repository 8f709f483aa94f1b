package io.tinyscale.simulator.api;

import static io.tinyscale.simulator.Caller.encode;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import io.tinyscale.simulator.Caller;
import io.tinyscale.simulator.SimulatedServer;
import io.tinyscale.simulator.http.Query;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CallbacksTest {
  private static final String SECRET = "639259d4-9dd8-4b25-bf01-95f9567eaf4b";

  /** Makes the five minutes of bbb-webhooks 30 ms. */
  private static final double SHORT = 0.0001;

  private Receiver frontend;
  private SimulatedServer server;

  @BeforeEach
  void start() throws IOException {
    frontend = new Receiver();
    server = configured().start();
  }

  private static SimulatedServer.Builder configured() {
    return SimulatedServer.builder()
        .secret(SECRET)
        .webhooks(true)
        .callbackWaits(SHORT)
        .callbackTimeout(Duration.ofMinutes(1));
  }

  private void restart(SimulatedServer.Builder builder) {
    server.close();
    server = builder.start();
  }

  @AfterEach
  void close() {
    server.close();
    frontend.close();
  }

  private String url(String path) {
    return frontend.url(path);
  }

  private void createAndEnd(String meetingId, Map<String, String> parameters) {
    server.meetings().create(meetingId, parameters);
    server.meetings().end(meetingId);
  }

  private void awaitReceived(int count) {
    await().until(() -> frontend.received().size() == count);
  }

  /** Fails if more arrives while a delivery that is repeated would arrive many times. */
  private void expectNoMore(int count) {
    await()
        .during(Duration.ofMillis(200))
        .atMost(Duration.ofSeconds(5))
        .until(() -> frontend.received().size() == count);
  }

  @ParameterizedTest
  @ValueSource(strings = {"meta_endCallbackUrl", "meta_endcallbackurl", "meta_ENDCALLBACKURL"})
  void callsTheEndCallbackTwice(String name) {
    createAndEnd("a b", Map.of(name, url("/ended?token=1")));

    awaitReceived(2);
    assertThat(frontend.received())
        .extracting(Receiver.Received::method, Receiver.Received::target)
        .containsOnly(tuple("GET", "/ended?token=1&recordingmarks=false&meetingID=a+b"));
    assertThat(frontend.received().get(0).header("User-Agent")).isEqualTo("Mozilla");
    assertThat(frontend.received().get(1).header("User-Agent")).isNotEqualTo("Mozilla");
  }

  @ParameterizedTest
  @CsvSource({
    "https://f/e, https://f/e?recordingmarks=true&meetingID=a%2Fb",
    "https://f/e?, https://f/e?recordingmarks=true&meetingID=a%2Fb",
    "https://f/e?x=%20y, https://f/e?x=%20y&recordingmarks=true&meetingID=a%2Fb",
    "https://f/e?x=1#part, https://f/e?x=1&recordingmarks=true&meetingID=a%2Fb"
  })
  void theQueryOfTheEndCallbackIsKept(String url, String called) {
    assertThat(EndCallbacks.withParameters(url, true, "a/b")).isEqualTo(called);
  }

  @Test
  void callsMeetingEndedUrlUnchanged() {
    createAndEnd("test01", Map.of("meetingEndedURL", url("/private?a=1")));

    awaitReceived(2);
    assertThat(frontend.received())
        .extracting(Receiver.Received::target)
        .containsOnly("/private?a=1");
  }

  @Test
  void callsBothUrlsOfTheEnd() {
    createAndEnd(
        "test01", Map.of("meetingEndedURL", url("/private"), "meta_endCallbackUrl", url("/ended")));

    awaitReceived(4);
    assertThat(frontend.received("/private")).hasSize(2);
    assertThat(frontend.received("/ended")).hasSize(2);
  }

  @Test
  void theEndOfABreakoutIsNotAnnounced() {
    createAndEnd(
        "breakout",
        Map.of(
            "isBreakout", "true", "meta_endCallbackUrl", url("/b"), "meetingEndedURL", url("/c")));
    createAndEnd("parent", Map.of("meta_endCallbackUrl", url("/parent")));

    await().until(() -> frontend.received("/parent").size() == 2);
    assertThat(frontend.received()).hasSize(2);
  }

  @ParameterizedTest
  @ValueSource(ints = {201, 204, 307, 404, 500})
  void theProbeNeedsExactlyTwoHundred(int status) {
    frontend.answering("/ended", status);

    createAndEnd("test01", Map.of("meta_endCallbackUrl", url("/ended")));

    awaitReceived(3);
    assertThat(frontend.received())
        .extracting(r -> "Mozilla".equals(r.header("User-Agent")))
        .containsExactly(true, true, false);
  }

  @Test
  void theCallAfterTheProbeMayAnswerAnySuccess() {
    frontend.answering("/ended", 200, 204);

    createAndEnd("test01", Map.of("meta_endCallbackUrl", url("/ended")));

    awaitReceived(2);
    expectNoMore(2);
  }

  @Test
  void theEndIsAnnouncedFiveTimesAtMost() {
    frontend.alwaysAnswering("/ended", 500);

    createAndEnd("test01", Map.of("meta_endCallbackUrl", url("/ended")));

    awaitReceived(5);
    expectNoMore(5);
    assertThat(EndCallbacks.WAITS)
        .extracting(Duration::toSeconds)
        .containsExactly(30L, 60L, 120L, 300L);
  }

  @Test
  void theEndCallbackFollowsFiveRedirects() {
    for (int i = 0; i < 5; i++) {
      frontend.redirecting("/" + i, "/" + (i + 1));
    }

    createAndEnd("test01", Map.of("meetingEndedURL", url("/0")));

    awaitReceived(12);
    assertThat(frontend.received("/5")).hasSize(2);
  }

  @Test
  void theEndCallbackFollowsNoSixthRedirect() {
    for (int i = 0; i < 6; i++) {
      frontend.redirecting("/" + i, "/" + (i + 1));
    }

    createAndEnd("test01", Map.of("meetingEndedURL", url("/0")));

    await().until(() -> frontend.received("/5").size() == 5);
    assertThat(frontend.received("/6")).isEmpty();
  }

  @Test
  void aSlowReceiverDelaysTheEndsOfOtherMeetings() {
    CountDownLatch answers = new CountDownLatch(1);
    frontend.holding("/slow", answers);
    createAndEnd("slow", Map.of("meetingEndedURL", url("/slow")));
    await().until(() -> frontend.received("/slow").size() == 1);

    createAndEnd("quick", Map.of("meetingEndedURL", url("/quick")));
    createAndEnd("other", Map.of("record", "true", "meta_bbb-recording-ready-url", url("/ready")));

    // The scripts are another program and do not wait.
    await().until(() -> frontend.received("/ready").size() == 1);
    assertThat(frontend.received("/quick")).isEmpty();
    answers.countDown();
    await().until(() -> frontend.received("/quick").size() == 2);
  }

  @Test
  void readyRecordingsAreSignedWithTheServersSecret() {
    Map<String, String> parameters =
        Map.of("record", "true", "meta_bn-recording-ready-url", url("/ready"));
    String recordId = server.meetings().create("test01", parameters).internalId();

    server.meetings().end("test01");

    awaitReceived(1);
    Map<String, String> claims = new LinkedHashMap<>();
    claims.put("meeting_id", "test01");
    claims.put("record_id", recordId);
    Receiver.Received announced = frontend.received().get(0);
    assertThat(announced.method()).isEqualTo("POST");
    assertThat(announced.header("Content-Type")).isEqualTo("application/x-www-form-urlencoded");
    assertThat(announced.body()).isEqualTo("signed_parameters=" + Jwt.hs256(claims, SECRET));
    assertThat(decoded(announced.body().split("[=.]")[1])).isEqualTo("{\"alg\":\"HS256\"}");
  }

  private static String decoded(String part) {
    return new String(Base64.getUrlDecoder().decode(part), StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @CsvSource({"bbb bn canvas, bbb", "canvas bn, bn", "canvas other, canvas"})
  void onlyTheFirstReadyUrlIsCalled(String prefixes, String called) {
    Map<String, String> parameters = new LinkedHashMap<>(Map.of("record", "true"));
    for (String prefix : prefixes.split(" ")) {
      parameters.put("meta_" + prefix + "-Recording-Ready-URL", url("/" + prefix));
    }

    createAndEnd("test01", parameters);
    createAndEnd("last", Map.of("record", "true", "meta_bbb-recording-ready-url", url("/last")));

    await().until(() -> frontend.received("/last").size() == 1);
    assertThat(frontend.received())
        .extracting(Receiver.Received::target)
        .containsExactly("/" + called, "/last");
  }

  @ParameterizedTest
  @ValueSource(ints = {302, 307, 401, 404, 410, 500})
  void aReadyRecordingIsAnnouncedOnceWhateverTheAnswerIs(int status) {
    frontend.redirecting("/ready", "/elsewhere").alwaysAnswering("/ready", status);

    createAndEnd("test01", Map.of("record", "true", "meta_bbb-recording-ready-url", url("/ready")));
    createAndEnd("last", Map.of("record", "true", "meta_bbb-recording-ready-url", url("/last")));

    await().until(() -> frontend.received("/last").size() == 1);
    assertThat(frontend.received()).hasSize(2);
  }

  @Test
  void theRecordingOfABreakoutIsAnnounced() {
    createAndEnd(
        "breakout",
        Map.of(
            "isBreakout",
            "true",
            "record",
            "true",
            "meta_bbb-recording-ready-url",
            url("/breakout")));

    awaitReceived(1);
  }

  @Test
  void aRecordingIsAnnouncedWhenItIsPublishedAndWithEachFormat() throws Exception {
    restart(configured().recordingState("processing"));
    Caller caller = new Caller(server);
    createAndEnd("test01", Map.of("record", "true", "meta_bbb-recording-ready-url", url("/ready")));
    String recordId = server.meetings().recordings().get(0).recordId();
    expectNoMore(0);

    caller.control("POST", "publish?recordID=" + recordId);
    caller.control("POST", "publish?recordID=" + recordId);

    awaitReceived(2);
    assertThat(caller.get("getRecordings", "recordID=" + recordId).body())
        .contains("<state>published</state>");
    assertThat(caller.control("POST", "publish?recordID=none").statusCode()).isEqualTo(404);
  }

  @Test
  void aDeletedRecordingIsNotPublishedAgain() throws Exception {
    Caller caller = new Caller(server);
    String recordId = server.meetings().addRecording("old").recordId();
    caller.get("deleteRecordings", "recordID=" + recordId);

    assertThat(server.meetings().publishRecording(recordId)).isFalse();

    assertThat(caller.get("getRecordings", "recordID=" + recordId).body()).doesNotContain(recordId);
  }

  @Test
  void aSlowReceiverOfTheEndIsGivenUpAfterItsTime() {
    restart(configured().callbackTimeout(Duration.ofMillis(200)));
    CountDownLatch never = new CountDownLatch(1);
    frontend.holding("/slow", never);

    createAndEnd("test01", Map.of("meetingEndedURL", url("/slow")));

    await().until(() -> frontend.received("/slow").size() == 1 + EndCallbacks.WAITS.size());
  }

  @Test
  void aRecordingCanAppearWithoutItsMeeting() throws Exception {
    Caller caller = new Caller(server);

    HttpResponse<String> added =
        caller.control(
            "POST",
            "recording?meetingID=old&state=processed&meta_bbb-Recording-ready-url="
                + encode(url("/ready")));
    String recordId = added.body().strip();
    caller.control("POST", "publish?recordID=" + recordId);

    awaitReceived(1);
    assertThat(caller.control("GET", "recordings").body())
        .isEqualTo("old " + recordId + " published\n");
  }

  @Test
  void signsTokensLikeTheKnownToken() {
    Map<String, String> claims = new LinkedHashMap<>();
    claims.put("meeting_id", "test01");
    claims.put("record_id", SimulatedMeeting.hashOf("test01") + "-1700000000000");

    assertThat(Jwt.hs256(claims, SECRET))
        .isEqualTo(
            "eyJhbGciOiJIUzI1NiJ9.eyJtZWV0aW5nX2lkIjoidGVzdDAxIiwicmVjb3JkX2lkIjoiYzI1YTc5YzU3O"
                + "TA2YmE3MDI3YjM2ZDM4MDIzMGRiOTJiYmMwZmQ2NC0xNzAwMDAwMDAwMDAwIn0._-eUyXs5QqGgdXcE"
                + "Sh9AKeuhr0bTi9SBRRwglFk_GyA");
  }

  @Test
  void analyticsCarryABearerToken() {
    server
        .meetings()
        .create(
            "test01",
            Map.of("meetingKeepEvents", "true", "meta_analytics-callback-url", url("/analytics")));
    server.meetings().join("test01", "Ann", "MODERATOR");
    String internalId = server.meetings().get("test01").orElseThrow().internalId();
    server.meetings().end("test01");

    awaitReceived(1);
    Receiver.Received analytics = frontend.received().get(0);
    assertThat(analytics.header("User-Agent")).isEqualTo("BigBlueButton Analytics Callback");
    assertThat(analytics.header("Content-Type")).isEqualTo("application/json");
    assertThat(analytics.body())
        .startsWith(
            "{\"version\":\"1.0\",\"meeting_id\":\"test01\",\"internal_meeting_id\":\""
                + internalId
                + "\",\"data\":{")
        .contains("\"name\":\"Ann\",\"moderator\":true");
    String[] token = analytics.header("Authorization").split("[ .]");
    assertThat(token[0]).isEqualTo("Bearer");
    assertThat(decoded(token[1])).isEqualTo("{\"typ\":\"JWT\",\"alg\":\"HS512\"}");
    long expiry = Long.parseLong(decoded(token[2]).replaceAll("\\{\"exp\":(\\d+)\\}", "$1"));
    assertThat(Instant.ofEpochSecond(expiry))
        .isBetween(Instant.now().plusSeconds(86_000), Instant.now().plusSeconds(86_401));
    assertThat("Bearer " + Jwt.hs512(Map.of("exp", expiry), SECRET))
        .isEqualTo(analytics.header("Authorization"));
  }

  @Test
  void analyticsNeedEventsThatWereKept() {
    createAndEnd("forgotten", Map.of("meta_analytics-callback-url", url("/forgotten")));
    createAndEnd(
        "recorded", Map.of("record", "true", "meta_analytics-callback-url", url("/recorded")));

    await().until(() -> frontend.received("/recorded").size() == 1);
    assertThat(frontend.received()).hasSize(1);
  }

  @Test
  void analyticsCanBeSentAgain() throws Exception {
    Caller caller = new Caller(server);
    createAndEnd(
        "test01", Map.of("record", "true", "meta_analytics-callback-url", url("/analytics")));

    assertThat(caller.control("POST", "analytics?meetingID=test01").statusCode()).isEqualTo(200);

    awaitReceived(2);
    assertThat(caller.control("POST", "analytics?meetingID=none").statusCode()).isEqualTo(404);
  }

  private void register(String path, String more) throws Exception {
    new Caller(server).get("hooks/create", "callbackURL=" + encode(url(path)) + more);
  }

  private static String event(Receiver.Received delivery) {
    return Query.parse(delivery.body()).first("event").orElseThrow();
  }

  @Test
  void webhooksAreToldOfTheirMeetingsOnly() throws Exception {
    register("/hook?a=1", "&meetingID=test01");

    server.meetings().create("other");
    server.meetings().create("test01");
    server.meetings().join("test01", "Ann", "VIEWER");
    server.meetings().leave("test01", "Ann");
    server.meetings().end("test01");

    awaitReceived(4);
    Receiver.Received first = frontend.received().get(0);
    assertThat(url(first.target()))
        .isEqualTo(Webhooks.signed(url("/hook?a=1"), first.body(), "SHA-1", SECRET));
    assertThat(first.header("Content-Type"))
        .isEqualTo("application/x-www-form-urlencoded;charset=UTF-8");
    assertThat(frontend.received())
        .extracting(CallbacksTest::event)
        .satisfiesExactly(
            created -> assertThat(created).contains("\"id\":\"meeting-created\""),
            joined -> assertThat(joined).contains("\"id\":\"user-joined\"", "\"user\":{"),
            left -> assertThat(left).contains("\"id\":\"user-left\""),
            ended -> assertThat(ended).contains("\"id\":\"meeting-ended\""))
        .allSatisfy(
            event ->
                assertThat(event)
                    .startsWith("[{\"data\":{\"type\":\"event\",\"id\":")
                    .contains("\"external-meeting-id\":\"test01\""));
  }

  @Test
  void webhooksMayChooseEvents() throws Exception {
    register("/hook", "&eventID=meeting-ended,User-Joined");

    server.meetings().create("test01");
    server.meetings().join("test01", "Ann", "VIEWER");
    server.meetings().end("test01");

    awaitReceived(2);
    assertThat(event(frontend.received().get(0))).contains("user-joined");
    assertThat(event(frontend.received().get(1))).contains("meeting-ended");
  }

  @Test
  void webhooksMayGetRawEvents() throws Exception {
    register("/raw", "&getRaw=true");

    String internalId = server.meetings().create("test01").internalId();
    server.meetings().join("test01", "Ann", "VIEWER");
    server.meetings().end("test01");

    awaitReceived(3);
    assertThat(frontend.received())
        .extracting(CallbacksTest::event)
        .satisfiesExactly(
            created ->
                assertThat(created)
                    .startsWith("[{\"envelope\":{\"name\":\"MeetingCreatedEvtMsg\"")
                    .contains("\"extId\":\"test01\",\"intId\":\"" + internalId + "\""),
            joined ->
                assertThat(joined)
                    .contains("\"routing\":{\"meetingId\":\"" + internalId + "\"")
                    .doesNotContain("test01"),
            ended -> assertThat(ended).contains("\"body\":{\"meetingId\":\"" + internalId + "\"}"));
  }

  @Test
  void webhooksHearOfRecordings() throws Exception {
    register("/mapped", "&eventID=rap-publish-ended,rap-unpublished,rap-deleted");
    register("/raw", "&getRaw=true");
    Caller caller = new Caller(server);
    String recordId = server.meetings().addRecording("old", "processed", Map.of()).recordId();

    server.meetings().publishRecording(recordId);
    caller.get("publishRecordings", "publish=false&recordID=" + recordId);
    caller.get("deleteRecordings", "recordID=" + recordId);

    awaitReceived(6);
    assertThat(frontend.received("/mapped"))
        .extracting(CallbacksTest::event)
        .satisfiesExactly(
            published ->
                assertThat(published)
                    .contains("rap-publish-ended", "\"external-meeting-id\":\"old\""),
            unpublished ->
                assertThat(unpublished)
                    .contains("rap-unpublished", "\"internal-meeting-id\":\"" + recordId + "\"")
                    .doesNotContain("external"),
            deleted -> assertThat(deleted).contains("rap-deleted"));
    assertThat(frontend.received("/raw"))
        .extracting(CallbacksTest::event)
        .satisfiesExactly(
            published -> assertThat(published).contains("\"external_meeting_id\":\"old\""),
            unpublished ->
                assertThat(unpublished).contains("\"body\":{\"recordId\":\"" + recordId + "\"}"),
            deleted -> assertThat(deleted).contains("DeletedRecordingSysMsg"));
  }

  @ParameterizedTest
  @CsvSource({"SHA256, SHA-256, 64", "SHA384, SHA-384, 96", "SHA512, SHA-512, 128"})
  void webhooksMayBeSignedOtherwise(HookSigning signing, String digest, int length)
      throws Exception {
    restart(configured().hookSigning(signing));
    register("/hook", "");

    server.meetings().create("test01");

    awaitReceived(1);
    Receiver.Received delivery = frontend.received().get(0);
    assertThat(delivery.target()).matches("/hook\\?checksum=[0-9a-f]{" + length + "}");
    assertThat(url(delivery.target()))
        .isEqualTo(Webhooks.signed(url("/hook"), delivery.body(), digest, SECRET));
  }

  @Test
  void webhooksMayCarryTheSecretItself() throws Exception {
    restart(configured().hookSigning(HookSigning.BEARER));
    register("/hook", "");

    server.meetings().create("test01");

    awaitReceived(1);
    assertThat(frontend.received().get(0).target()).isEqualTo("/hook");
    assertThat(frontend.received().get(0).header("Authorization")).isEqualTo("Bearer " + SECRET);
  }

  @Test
  void aWebhookIsRepeatedUnchanged() throws Exception {
    frontend.answering("/hook", 500, 302, 404);
    register("/hook", "");

    server.meetings().create("test01");
    server.meetings().end("test01");

    awaitReceived(5);
    List<Receiver.Received> deliveries = frontend.received();
    assertThat(deliveries.subList(0, 4))
        .extracting(Receiver.Received::body)
        .containsOnly(deliveries.get(0).body());
    assertThat(event(deliveries.get(4))).contains("meeting-ended");
  }

  @Test
  void aRefusedWebhookCountsAsDelivered() throws Exception {
    frontend.alwaysAnswering("/hook", 401);
    register("/hook", "");

    server.meetings().create("test01");
    server.meetings().end("test01");

    awaitReceived(2);
    expectNoMore(2);
    assertThat(new Caller(server).get("hooks/list", "").body()).contains("/hook");
  }

  @Test
  void aWebhookThatFailsTooOftenIsRemoved() throws Exception {
    frontend.alwaysAnswering("/hook", 502);
    register("/hook", "");
    register("/other", "");

    server.meetings().create("test01");
    server.meetings().end("test01");

    Caller caller = new Caller(server);
    await()
        .untilAsserted(
            () ->
                assertThat(caller.get("hooks/list", "").body())
                    .contains("/other")
                    .doesNotContain("/hook]"));
    // The second event was never sent: the first was repeated until the webhook was gone.
    assertThat(frontend.received("/hook")).hasSize(1 + Webhooks.WAITS.size());
    assertThat(frontend.received("/hook"))
        .extracting(Receiver.Received::body)
        .containsOnly(frontend.received("/hook").get(0).body());
    assertThat(Webhooks.WAITS).hasSize(12);
    await().until(() -> frontend.received("/other").size() == 2);
  }

  @Test
  void aSlowReceiverDelaysItsOwnWebhookOnly() throws Exception {
    CountDownLatch answers = new CountDownLatch(1);
    frontend.holding("/slow", answers);
    register("/slow", "");
    register("/quick", "");

    server.meetings().create("test01");
    server.meetings().end("test01");

    await().until(() -> frontend.received("/quick").size() == 2);
    assertThat(frontend.received("/slow")).hasSize(1);
    answers.countDown();
    await().until(() -> frontend.received("/slow").size() == 2);
  }

  @Test
  void signsWebhooksLikeTheKnownWebhook() {
    String body = Webhooks.body("bbb1.example.org", "[{\"data\":{}}]", 0);

    assertThat(body)
        .isEqualTo("domain=bbb1.example.org&event=%5B%7B%22data%22%3A%7B%7D%7D%5D&timestamp=0");
    assertThat(Webhooks.signed("https://fe.example.org/hook?a=1&b=2", body, "SHA-1", SECRET))
        .endsWith("&checksum=7552750bb571028d396a972ab22e45de498fbb29");
  }

  @Test
  void closeDropsUndeliveredCallbacks() throws Exception {
    try (SimulatedServer quitting = SimulatedServer.builder().name("quitting").start()) {
      quitting.meetings().create("test01", Map.of("meetingEndedURL", "http://127.0.0.1:1/none"));
      quitting.meetings().end("test01");
    }

    assertThat(Thread.getAllStackTraces().keySet())
        .noneMatch(thread -> thread.getName().startsWith("quitting-"));
  }

  @Test
  void closeBreaksOffACallbackThatIsNotAnswered() throws Exception {
    frontend.holding("/slow", new CountDownLatch(1));
    SimulatedServer quitting = SimulatedServer.builder().name("broken-off").start();
    quitting.meetings().create("test01", Map.of("meetingEndedURL", url("/slow")));
    quitting.meetings().end("test01");
    awaitReceived(1);

    quitting.close();

    assertThat(Thread.getAllStackTraces().keySet())
        .noneMatch(thread -> thread.getName().startsWith("broken-off-"));
  }
}
