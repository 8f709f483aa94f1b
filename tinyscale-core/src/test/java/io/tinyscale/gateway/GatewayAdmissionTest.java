package io.tinyscale.gateway;

import static io.tinyscale.balancer.TestBalancer.now;
import static io.tinyscale.balancer.TestBalancer.reply;
import static io.tinyscale.balancer.TestBalancer.signed;
import static io.tinyscale.balancer.TestBalancer.sum;
import static io.tinyscale.balancer.TestBalancer.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.balancer.TestBalancer;
import io.tinyscale.bbb.QueryString;
import io.tinyscale.body.Body;
import io.tinyscale.body.Cancellation;
import io.tinyscale.body.Header;
import io.tinyscale.body.Pieces;
import io.tinyscale.call.Answer;
import io.tinyscale.tenant.UnsignedBodies;
import io.tinyscale.upstream.FakeServers.Fault;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GatewayAdmissionTest {

  private static final String FORM = "application/x-www-form-urlencoded";

  private final TestBalancer balancer = new TestBalancer(2);

  private String keyOf(String method, String call, String query, String type, String body) {
    return reply(now(balancer.handle(method, call, new QueryString(query), type, Body.of(body))))
        .messageKey();
  }

  private String keyOfGet(String call, String query) {
    return keyOf("GET", call, query, "", "");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "checksum=x", "&checksum=", "a=b"})
  void theRootAnswersWithoutServersOrChecksum(String query) {
    TestBalancer alone = new TestBalancer(0);

    Answer answer = now(alone.handle("GET", "", new QueryString(query), "", Body.EMPTY));

    assertThat(reply(answer).succeeded()).isTrue();
    assertThat(reply(answer).text("version")).isEqualTo("2.0");
  }

  @Test
  void theRootAnswersJsonIfTheRequestAnnouncesJson() {
    Answer answer =
        now(balancer.handle("GET", "", QueryString.EMPTY, "application/json", Body.EMPTY));

    assertThat(text(answer)).startsWith("{\"response\":{\"returncode\":\"SUCCESS\"");
    assertThat(((Answer.Document) answer).contentType()).startsWith("application/json");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "create",
        "join",
        "isMeetingRunning",
        "getMeetingInfo",
        "end",
        "insertDocument",
        "sendChatMessage",
        "getMeetings",
        "getSessions",
        "getRecordings",
        "publishRecordings",
        "deleteRecordings",
        "updateRecordings",
        "getRecordingTextTracks",
        "someNewCall"
      })
  void everyCallFailsClosed(String call) {
    String query = "meetingID=m1&recordID=r1";

    assertThat(keyOfGet(call, query)).isEqualTo("checksumError");
    assertThat(keyOfGet(call, query + "&checksum=" + sum(call, query + "x")))
        .isEqualTo("checksumError");
    assertThat(keyOfGet(call, query + "&checksum=" + "0".repeat(40))).isEqualTo("checksumError");
    assertThat(keyOfGet(call, signed(call, query).raw() + "&meetingID=m2"))
        .isEqualTo("checksumError");
    assertThat(balancer.servers.count()).isZero();
  }

  @Test
  void checksumsDifferByCall() {
    assertThat(keyOfGet("end", "meetingID=m1&checksum=" + sum("getMeetingInfo", "meetingID=m1")))
        .isEqualTo("checksumError");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "enter",
        "getJoinUrl",
        "guestWait",
        "stuns",
        "signOut",
        "feedback",
        "learningDashboard",
        "configXML",
        "getDefaultConfigXML",
        "setConfigXML",
        "hooks/ping",
        "a b",
        "../x"
      })
  void refusedCallsReachNoServer(String call) {
    for (String query : List.of(signed(call, "meetingID=m1").raw(), "")) {
      assertThat(text(now(balancer.handle("GET", call, new QueryString(query), "", Body.EMPTY))))
          .contains("FAILED", "unsupportedRequest");
    }
    assertThat(balancer.servers.count()).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "getJoinUrl, true",
    "guestWait, true",
    "stuns, true",
    "feedback, true",
    "signOut, false",
    "setConfigXML, false"
  })
  void refusalsAreInTheFormatOfTheCall(String call, boolean json) {
    Answer answer =
        now(balancer.handle("GET", call, new QueryString("sessionToken=x"), "", Body.EMPTY));

    assertThat(text(answer))
        .startsWith(json ? "{\"response\":{" : "<response>")
        .contains("unsupportedRequest");
  }

  @ParameterizedTest
  @ValueSource(strings = {"PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "get"})
  void refusesOtherMethodsAndNamesTheAllowedOnes(String method) {
    Answer end = now(balancer.handle(method, "end", signed("end", "meetingID=m1"), "", Body.EMPTY));
    Answer list =
        now(balancer.handle(method, "getMeetings", signed("getMeetings", ""), "", Body.EMPTY));

    assertThat(reply(end).messageKey()).isEqualTo("unsupportedRequest");
    assertThat(((Answer.Document) end).headers()).contains(new Header("Allow", "GET, POST"));
    assertThat(((Answer.Document) list).headers()).contains(new Header("Allow", "GET, HEAD, POST"));
    assertThat(balancer.servers.count()).isZero();
  }

  @Test
  void headIsForCallsThatChangeNothing() {
    balancer.bbb(1).holds("m1");
    balancer.bbb(1).holds("m2");

    assertThat(keyOf("HEAD", "end", signed("end", "meetingID=m1").raw(), "", ""))
        .isEqualTo("unsupportedRequest");
    assertThat(
            reply(
                    now(
                        balancer.handle(
                            "HEAD",
                            "getMeetingInfo",
                            signed("getMeetingInfo", "meetingID=m2"),
                            "",
                            Body.EMPTY)))
                .succeeded())
        .isTrue();
    assertThat(balancer.bbb(1).lastRequest().method()).isEqualTo("GET");
  }

  @ParameterizedTest
  @CsvSource({
    "create, text/plain",
    "create, ''",
    "create, application/json",
    "insertDocument, text/plain",
    "insertDocument, application/x-www-form-urlencoded",
    "end, application/xml",
    "getMeetings, application/json"
  })
  void otherContentTypesAreRefused(String call, String type) {
    assertThat(keyOf("POST", call, signed(call, "meetingID=m1").raw(), type, "x=y"))
        .isEqualTo("unsupportedContentType");
    assertThat(balancer.servers.count()).isZero();
  }

  @Test
  void ignoresAContentTypeWithoutABody() {
    balancer.bbb(1).holds("m1");

    assertThat(
            keyOf(
                "GET",
                "getMeetingInfo",
                signed("getMeetingInfo", "meetingID=m1").raw(),
                "application/xml",
                ""))
        .isEmpty();
  }

  @Test
  void aGetWithABodyOfUnknownLengthHasNoBody() {
    balancer.bbb(1).holds("m1");
    Pieces neverRead = new Pieces();

    Answer answer =
        now(
            balancer.handle(
                "GET",
                "getMeetingInfo",
                signed("getMeetingInfo", "meetingID=m1"),
                "",
                neverRead.body()));

    assertThat(reply(answer).succeeded()).isTrue();
    assertThat(balancer.bbb(1).lastRequest().body().isEmpty()).isTrue();
    assertThat(
            reply(
                    now(
                        balancer.handle(
                            "POST",
                            "getMeetingInfo",
                            signed("getMeetingInfo", "meetingID=m1"),
                            "",
                            new Pieces().body())))
                .messageKey())
        .isEqualTo("unsupportedContentType");
  }

  @Test
  void limitsTheQuery() {
    String fits = "meetingID=m1&welcome=" + "x".repeat(20_000);
    String tooLong = "meetingID=m1&welcome=" + "x".repeat(TestBalancer.LARGEST_QUERY);

    assertThat(balancer.reply("create", fits).succeeded()).isTrue();
    assertThat(balancer.key("create", tooLong)).isEqualTo("sizeError");
  }

  @Test
  void limitsTheBody() {
    Body announced = new Body(TestBalancer.LARGEST_BODY + 1, new Pieces());

    CompletableFuture<Answer> answer =
        balancer.handle("POST", "create", signed("create", "meetingID=m1"), "text/xml", announced);

    assertThat(reply(now(answer)).messageKey()).isEqualTo("sizeError");
    assertThat(balancer.servers.count()).isZero();
  }

  @Test
  void limitsTheForm() {
    assertThat(keyOf("POST", "end", "", FORM, "x=" + "y".repeat(TestBalancer.LARGEST_QUERY)))
        .isEqualTo("sizeError");
  }

  @ParameterizedTest
  @ValueSource(strings = {"meetingID=caf\u00e9", "meetingID=a b", "a=\n", "a=\u0000"})
  void refusesCharactersThatNoUrlCanHold(String text) {
    assertThat(keyOfGet("end", text)).isEqualTo("validationError");
    assertThat(keyOf("POST", "end", "", FORM, text)).isEqualTo("validationError");
  }

  @Test
  void aFormThatBreaksOffIsRefused() {
    Pieces form = new Pieces();
    CompletableFuture<Answer> answer =
        balancer.handle("POST", "end", QueryString.EMPTY, FORM, form.body());

    form.add("meetingID=").fail(new IOException("caller left"));

    assertThat(reply(now(answer)).messageKey()).isEqualTo("validationError");
  }

  @ParameterizedTest
  @CsvSource({
    "'', missingParamMeetingID",
    "meetingID=, missingParamMeetingID",
    "meetingID=+, missingParamMeetingID",
    "meetingID=&meetingID=m1, missingParamMeetingID",
    "meetingID=m, sizeError",
    "'meetingID=a,b', validationError",
    "meetingID=a%2Cb, validationError"
  })
  void refusesInvalidMeetingIds(String query, String key) {
    for (String call : new String[] {"create", "end", "getMeetingInfo", "isMeetingRunning"}) {
      assertThat(balancer.key(call, query)).isEqualTo(key);
    }
    assertThat(balancer.servers.count()).isZero();
  }

  @Test
  void takesIdsOf256CharactersButNoLonger() {
    assertThat(balancer.reply("create", "meetingID=" + "x".repeat(256)).succeeded()).isTrue();
    assertThat(balancer.key("create", "meetingID=" + "x".repeat(257))).isEqualTo("sizeError");
  }

  // Bodies that no checksum covers, where they are refused.

  @ParameterizedTest
  @CsvSource({
    "create, application/xml, <modules/>",
    "insertDocument, application/xml, <modules/>",
    "putRecordingTextTrack, multipart/form-data, --b--",
    "end, multipart/form-data, --b--",
    "end, application/x-www-form-urlencoded, password=mp",
    "someNewCall, application/json, {}"
  })
  void refusesBodiesThatTheChecksumDoesNotCoverIfTold(String call, String type, String body) {
    TestBalancer strict = new TestBalancer(1).withUnsignedBodies(UnsignedBodies.REFUSE);
    strict.bbb(1).holds("m1");
    String query = "meetingID=m1&recordID=r1&kind=captions&lang=en&label=x";

    Answer answer = now(strict.handle("POST", call, signed(call, query), type, Body.of(body)));

    assertThat(text(answer)).contains("FAILED", "checksumError", "does not cover");
    assertThat(strict.servers.count()).isZero();
    assertThat(strict.reply("create", "meetingID=m2").succeeded()).isTrue();
  }

  // Forms.

  @Test
  void aFormGoesOnInTheUrl() {
    balancer.bbb(2).holds("m1");
    String form = "password=mp&meetingID=m1";

    Answer since30 =
        now(
            balancer.handle(
                "POST",
                "getMeetingInfo",
                new QueryString("checksum=" + sum("getMeetingInfo", "")),
                FORM,
                Body.of(form)));
    Answer upTo27 =
        now(
            balancer.handle(
                "POST",
                "end",
                QueryString.EMPTY,
                FORM,
                Body.of(form + "&checksum=" + sum("end", "meetingID=m1&password=mp"))));

    assertThat(reply(since30).succeeded()).isTrue();
    assertThat(reply(upTo27).succeeded()).isTrue();
    assertThat(balancer.bbb(2).lastRequest().method()).isEqualTo("GET");
    assertThat(balancer.bbb(2).lastRequest().target())
        .startsWith("/bigbluebutton/api/end?" + form + "&checksum=");
  }

  @Test
  void aFormBesideParametersInTheUrlHasNoEffect() {
    balancer.bbb(1).holds("m1");
    balancer.bbb(1).holds("m2");

    Answer answer =
        now(
            balancer.handle(
                "POST", "end", signed("end", "meetingID=m1"), FORM, Body.of("meetingID=m2")));

    assertThat(reply(answer).succeeded()).isTrue();
    assertThat(balancer.bbb(1).meetings()).containsOnlyKeys("m2");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<modules><module name=\"presentation\"/></modules>",
        "<document url=\"https://fe.example.org/100%.pdf\"/>",
        "<document filename=\"\u00dcbung.pdf\"/>",
        "a b",
        "checksum=0000000000000000000000000000000000000000"
      })
  void aBodyBesideUrlParametersMayBeAnInvalidForm(String body) {
    assertThat(keyOf("POST", "create", signed("create", "meetingID=m1").raw(), FORM, body))
        .isEmpty();
    assertThat(balancer.bbb(1).meetings()).containsOnlyKeys("m1");
    assertThat(balancer.bbb(1).lastRequest().body().isEmpty()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"a b", "<modules filename=\"\u00dcbung.pdf\"/>"})
  void aBodyThatIsNoFormHasNoEffectBesideAChecksumInTheUrl(String body) {
    String checksum = "checksum=" + sum("getMeetings", "");

    assertThat(keyOf("POST", "getMeetings", checksum, FORM, body)).isEqualTo("noMeetings");
    assertThat(keyOf("POST", "getMeetings", "checksum=" + "0".repeat(40), FORM, body))
        .isEqualTo("checksumError");
    assertThat(keyOf("POST", "getMeetings", "", FORM, body + "&" + checksum))
        .isEqualTo("validationError");
    assertThat(keyOf("POST", "end", "checksum=" + sum("end", ""), FORM, "meetingID=m1&" + body))
        .isEqualTo("missingParamMeetingID");
  }

  @Test
  void aChecksumInABodyBesideParametersInTheUrlProvesNothing() {
    String query = "meetingID=m1";

    assertThat(keyOf("POST", "create", query, FORM, query + "&checksum=" + sum("create", query)))
        .isEqualTo("checksumError");
    assertThat(balancer.servers.count()).isZero();
  }

  @Test
  void aBodyBesideParametersInTheUrlIsReadToItsEndAndForgotten() {
    Pieces form = new Pieces();
    CompletableFuture<Answer> answer =
        balancer.handle("POST", "create", signed("create", "meetingID=m1"), FORM, form.body());

    // Longer than a form may be.
    for (int i = 0; i < 16; i++) {
      form.add("x".repeat(TestBalancer.LARGEST_QUERY / 2));
    }
    assertThat(answer).isNotDone();
    form.complete();

    assertThat(reply(now(answer)).succeeded()).isTrue();
  }

  @Test
  void aBodyBesideParametersInTheUrlHasTheLimitOfBodies() {
    Pieces form = new Pieces();
    CompletableFuture<Answer> answer =
        balancer.handle("POST", "create", signed("create", "meetingID=m1"), FORM, form.body());

    for (int i = 0; i <= TestBalancer.LARGEST_BODY / TestBalancer.LARGEST_QUERY; i++) {
      form.add("x".repeat(TestBalancer.LARGEST_QUERY));
    }

    assertThat(reply(now(answer)).messageKey()).isEqualTo("sizeError");
    assertThat(balancer.servers.count()).isZero();
  }

  @Test
  void formsThatAreBeingReadHoldABoundedAmountTogether() {
    List<Pieces> forms = new ArrayList<>();
    List<CompletableFuture<Answer>> answers = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      forms.add(new Pieces().add("x".repeat(60_000)));
      answers.add(balancer.handle("POST", "end", QueryString.EMPTY, FORM, forms.get(i).body()));
    }

    int taken = (int) (TestBalancer.LARGEST_HELD / 60_000);
    assertThat(answers.subList(0, taken)).noneMatch(CompletableFuture::isDone);
    assertThat(answers.subList(taken, 100))
        .allSatisfy(
            answer -> assertThat(reply(now(answer)).messageKey()).isEqualTo("serverOverloaded"));
    assertThat(balancer.events)
        .containsOnlyOnce("no room in " + TestBalancer.LARGEST_HELD + " for 1");
    // Other calls are answered.
    assertThat(balancer.reply("create", "meetingID=m1").succeeded()).isTrue();
    assertThat(anotherForm()).isEqualTo("serverOverloaded");

    forms.get(0).complete();
    assertThat(reply(now(answers.get(0))).messageKey()).isEqualTo("checksumError");
    assertThat(anotherForm()).isEqualTo("checksumError");

    Pieces next = new Pieces().add("x".repeat(60_000));
    balancer.handle("POST", "end", QueryString.EMPTY, FORM, next.body());
    assertThat(anotherForm()).isEqualTo("serverOverloaded");
    next.fail(new IOException("broken off"));
    assertThat(anotherForm()).isEqualTo("checksumError");

    balancer.caller.cancel();
    assertThat(forms.subList(1, taken)).allMatch(Pieces::isCancelled);
    for (int i = 0; i < 2 * taken; i++) {
      assertThat(anotherForm()).isEqualTo("checksumError");
    }
  }

  /** The answer to a complete form. */
  private String anotherForm() {
    Body whole = Pieces.of("x".repeat(60_000).getBytes(StandardCharsets.US_ASCII), 8192).body();
    return reply(
            now(balancer.handle("POST", "end", QueryString.EMPTY, FORM, whole, new Cancellation())))
        .messageKey();
  }

  @Test
  void joinRefusesAFormThatTheChecksumDoesNotCover() {
    balancer.bbb(1).holds("m1");

    assertThat(
            keyOf(
                "POST",
                "join",
                "checksum=" + sum("join", ""),
                FORM,
                "fullName=Ann&meetingID=m1&role=MODERATOR"))
        .isEqualTo("checksumError");
  }

  @Test
  void aBugIsAnInternalError() {
    TestBalancer broken =
        new TestBalancer(1)
            .with(
                (candidates, request) -> {
                  throw new IllegalStateException("bug");
                });

    assertThat(broken.key("create", "meetingID=m1")).isEqualTo("internalError");
    assertThat(broken.key("create", "meetingID=m1")).isEqualTo("internalError");
    assertThat(broken.events).hasSize(2).allMatch(event -> event.startsWith("bug create"));
  }

  @Test
  void passesHeadersExceptAccept() {
    balancer.call("create", "meetingID=m1");

    assertThat(balancer.bbb(1).lastRequest().headers())
        .extracting(header -> header.name() + ": " + header.value())
        .satisfiesExactlyInAnyOrder(
            header -> assertThat(header).isEqualTo("User-Agent: test"),
            header -> assertThat(header).isEqualTo("Accept: */*"),
            header -> assertThat(header).matches("X-Request-ID: [0-9a-f]{16}"));
  }

  @Test
  void aCallerThatLeavesIsNoFailure() {
    balancer.bbb(1).holds("m1");
    balancer.sweep(1);
    balancer.bbb(1).is(Fault.SILENT);
    CompletableFuture<Answer> answer = balancer.calling("end", "meetingID=m1");

    balancer.caller.cancel();

    assertThat(answer).isDone();
    assertThat(balancer.events).isEmpty();
    assertThat(balancer.time.alarms()).isZero();
  }
}
