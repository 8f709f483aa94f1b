package io.tinyscale.gateway;

import static io.tinyscale.balancer.TestBalancer.now;
import static io.tinyscale.balancer.TestBalancer.reply;
import static io.tinyscale.balancer.TestBalancer.signed;
import static io.tinyscale.balancer.TestBalancer.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.balancer.TestBalancer;
import io.tinyscale.body.Body;
import io.tinyscale.body.Header;
import io.tinyscale.body.Pieces;
import io.tinyscale.call.Answer;
import io.tinyscale.tenant.MeetingId;
import io.tinyscale.upstream.FakeServers.Fault;
import io.tinyscale.upstream.Outcome;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GatewayMeetingTest {

  private final TestBalancer balancer = new TestBalancer(3);

  @Test
  void relaysToTheMeetingsServerWithOneCall() {
    balancer.bbb(2).holds("m1");
    balancer.sweep(2);

    assertThat(balancer.reply("isMeetingRunning", "meetingID=m1").text("running"))
        .isEqualTo("true");
    assertThat(balancer.reply("getMeetingInfo", "meetingID=m1").text("meetingID")).isEqualTo("m1");
    assertThat(balancer.reply("sendChatMessage", "meetingID=m1&message=x").succeeded()).isTrue();
    assertThat(balancer.reply("end", "meetingID=m1").succeeded()).isTrue();
    assertThat(balancer.servers.count()).isEqualTo(4);
    assertThat(balancer.bbb(2).requests()).hasSize(4);
  }

  @Test
  void relaysBrokenXml() {
    String broken =
        "<response><returncode>SUCCESS</returncode><meetingID>m1</meetingID><metadata>"
            + "<1st name>x</1st name></metadata></response>";
    balancer.bbb(2).holds("m1");
    balancer.sweep(2);
    balancer.bbb(2).answers("getMeetingInfo", broken);

    assertThat(text(balancer.call("getMeetingInfo", "meetingID=m1"))).isEqualTo(broken);
  }

  @Test
  void streamsALargeAnswer() {
    Pieces pieces = new Pieces();
    balancer.bbb(2).holds("m1");
    balancer.sweep(2);
    balancer
        .bbb(2)
        .answers(
            "getMeetingInfo",
            outcome ->
                new Outcome.Answered(
                    200, List.of(new Header("Content-Type", "text/xml")), pieces.body()));

    CompletableFuture<Answer> answer = balancer.calling("getMeetingInfo", "meetingID=m1");
    String padding = " ".repeat(1 << 20);
    pieces.add("<response><returncode>SUCCESS</returncode>").add(padding);

    assertThat(((Answer.Relay) answer.join()).headers())
        .containsExactly(new Header("Content-Type", "text/xml"));
    pieces.add("</response>").complete();
    assertThat(text(answer.join()))
        .isEqualTo("<response><returncode>SUCCESS</returncode>" + padding + "</response>");
  }

  @Test
  void findsAMeetingByItsInternalId() {
    String internalId = balancer.bbb(2).holds("m1").internalId();

    assertThat(balancer.reply("getMeetingInfo", "meetingID=" + internalId).text("meetingID"))
        .isEqualTo("m1");
  }

  @Test
  void theBeginningOfAnInternalIdFindsNothing() {
    String prefix = balancer.bbb(2).holds("m1").internalId().substring(0, 4);
    balancer.sweep(2);

    assertThat(balancer.key("getMeetingInfo", "meetingID=" + prefix)).isEqualTo("notFound");
    assertThat(balancer.key("end", "meetingID=" + prefix)).isEqualTo("notFound");
    assertThat(balancer.bbb(2).meetings()).containsOnlyKeys("m1");
    assertThat(balancer.servers.count("end")).isZero();
  }

  // Unknown meetings.

  @ParameterizedTest
  @CsvSource({
    "getMeetingInfo, notFound",
    "end, notFound",
    "insertDocument, notFound",
    "sendChatMessage, meetingNotFound"
  })
  void aMeetingThatNoServerHoldsIsNotFound(String call, String key) {
    assertThat(balancer.key(call, "meetingID=m1")).isEqualTo(key);
    assertThat(balancer.servers.count(call)).isEqualTo(call.equals("getMeetingInfo") ? 3 : 0);
  }

  @Test
  void anUnknownMeetingIsNotRunning() {
    assertThat(balancer.reply("isMeetingRunning", "meetingID=m1").succeeded()).isTrue();
    assertThat(balancer.reply("isMeetingRunning", "meetingID=m1").text("running"))
        .isEqualTo("false");
  }

  @ParameterizedTest
  @ValueSource(strings = {"getMeetingInfo", "end", "isMeetingRunning", "sendChatMessage"})
  void aSilentServerIsNoProofOfAbsence(String call) {
    balancer.bbb(3).is(Fault.SILENT);
    CompletableFuture<Answer> answer = balancer.calling(call, "meetingID=m1");

    balancer.time.advance(TestBalancer.LIST.minusMillis(1));
    assertThat(answer).isNotDone();
    balancer.time.advance(Duration.ofMillis(1));

    assertThat(reply(now(answer)).messageKey()).isEqualTo("internalError");
  }

  @Test
  void aServerThatIsDownAndNeverSweptIsNoProofOfAbsence() {
    balancer.bbb(3).is(Fault.SILENT);
    balancer.pool.startsDown(balancer.bbb(3).server());

    assertThat(balancer.key("getMeetingInfo", "meetingID=m1")).isEqualTo("internalError");
  }

  // Failing servers.

  @ParameterizedTest
  @ValueSource(strings = {"getMeetingInfo", "end", "isMeetingRunning", "sendChatMessage"})
  void aMeetingOnAServerThatIsDownIsAnInternalError(String call) {
    balancer.call("create", "meetingID=m1");
    balancer.bbb(1).is(Fault.REFUSES);

    assertThat(balancer.key(call, "meetingID=m1")).isEqualTo("internalError");
    balancer.goesDown(1);
    assertThat(balancer.key(call, "meetingID=m1")).isEqualTo("internalError");
    assertThat(balancer.events).contains("failed " + call + " on bbb1: Connection refused");
  }

  @ParameterizedTest
  @ValueSource(strings = {"getMeetingInfo", "end", "isMeetingRunning", "sendChatMessage"})
  void aMeetingWithAnUnansweredCreateIsAnInternalError(String call) {
    balancer.call("create", "meetingID=m1");
    balancer.bbb(1).is(Fault.REFUSES);
    balancer.goesDown(1);
    balancer.bbb(2).is(Fault.LOSES_ANSWERS, "create");
    assertThat(balancer.key("create", "meetingID=m1")).isEqualTo("internalError");
    balancer.bbb(2).ends("m1");

    assertThat(balancer.key(call, "meetingID=m1")).isEqualTo("internalError");
    assertThat(balancer.bbb(2).lastRequest().target()).as("it denied it").contains(call);
  }

  @Test
  void aServerThatDoesNotAnswerFailsTheCallAtTheDeadline() {
    balancer.call("create", "meetingID=m1");
    balancer.bbb(1).is(Fault.SILENT);
    CompletableFuture<Answer> answer = balancer.calling("end", "meetingID=m1");

    balancer.time.advance(TestBalancer.ANSWER.minusMillis(1));
    assertThat(answer).isNotDone();
    balancer.time.advance(Duration.ofMillis(1));

    assertThat(reply(now(answer)).messageKey()).isEqualTo("internalError");
    assertThat(balancer.servers.count("end")).as("never repeated").isOne();
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 302, 404, 500, 502, 504})
  void anotherStatusIsAnInternalError(int status) {
    balancer.call("create", "meetingID=m1");
    balancer.bbb(1).answersPage("getMeetingInfo", status);

    assertThat(balancer.key("getMeetingInfo", "meetingID=m1")).isEqualTo("internalError");
    assertThat(balancer.events).contains("failed getMeetingInfo on bbb1: HTTP " + status);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "OK", "<html></html>", "{}"})
  void garbageIsAnInternalError(String garbage) {
    balancer.call("create", "meetingID=m1");
    balancer.bbb(1).answers("getMeetingInfo", garbage);

    assertThat(balancer.key("getMeetingInfo", "meetingID=m1")).isEqualTo("internalError");
  }

  @Test
  void aServerThatRefusesOurSecretIsAnInternalError() {
    balancer.call("create", "meetingID=m1");
    balancer.bbb(1).answers("getMeetingInfo", TestBalancer.failed("checksumError"));

    assertThat(balancer.key("getMeetingInfo", "meetingID=m1")).isEqualTo("internalError");
    assertThat(balancer.events).contains("wrong secret of bbb1");
  }

  @ParameterizedTest
  @CsvSource({
    "sendChatMessage, GET, 404",
    "insertDocument, POST, 404",
    // The server takes insertDocument by POST only.
    "insertDocument, GET, 405"
  })
  void aCallThatTheServerDoesNotHaveIsUnsupported(String call, String method, int status) {
    balancer.call("create", "meetingID=m1");
    balancer.bbb(1).answersPage(call, status);

    Answer answer =
        now(
            balancer.handle(
                method,
                call,
                signed(call, "meetingID=m1"),
                method.equals("POST") ? "application/xml" : "",
                method.equals("POST") ? Body.of("<modules/>") : Body.EMPTY));

    assertThat(reply(answer).messageKey()).isEqualTo("unsupportedRequest");
  }

  @Test
  void documentsAreSentOnceAndUnchanged() {
    balancer.call("create", "meetingID=m1");

    Answer answer =
        now(
            balancer.handle(
                "POST",
                "insertDocument",
                signed("insertDocument", "meetingID=m1"),
                "application/xml",
                Body.of("<modules>é</modules>")));

    assertThat(reply(answer).succeeded()).isTrue();
    assertThat(balancer.bbb(1).bodies()).last().isEqualTo("<modules>é</modules>");
    assertThat(balancer.bbb(1).lastRequest().method()).isEqualTo("POST");
  }

  @Test
  void endIsSentWithoutABody() {
    balancer.call("create", "meetingID=m1");

    balancer.handle(
        "POST", "end", signed("end", "meetingID=m1"), "multipart/form-data", Body.of("x"));

    assertThat(balancer.bbb(1).lastRequest().method()).isEqualTo("GET");
    assertThat(balancer.bbb(1).bodies()).last().isEqualTo("");
  }

  // Denials.

  @Test
  void aMeetingThatMovedBehindOurBackIsFoundAgain() {
    balancer.call("create", "meetingID=m1");
    balancer.bbb(1).ends("m1");
    balancer.bbb(3).holds("m1");

    assertThat(balancer.reply("getMeetingInfo", "meetingID=m1").succeeded()).isTrue();
    assertThat(balancer.directory.remembered(new MeetingId("m1")))
        .contains(balancer.bbb(3).server());
  }

  @Test
  void endFollowsAMeetingThatMoved() {
    balancer.call("create", "meetingID=m1");
    balancer.bbb(1).ends("m1");
    balancer.bbb(3).holds("m1");

    assertThat(balancer.reply("end", "meetingID=m1").succeeded()).isTrue();
    assertThat(balancer.bbb(3).meetings()).isEmpty();
  }

  @Test
  void aMeetingThatIsOverIsNotFound() {
    balancer.call("create", "meetingID=m1");
    balancer.bbb(1).ends("m1");

    assertThat(balancer.key("getMeetingInfo", "meetingID=m1")).isEqualTo("notFound");
    assertThat(balancer.directory.remembered(new MeetingId("m1"))).isEmpty();
  }

  @Test
  void doesNotAskAServerAgainThatDeniedTheMeeting() {
    balancer.call("create", "meetingID=m1");
    balancer.bbb(1).ends("m1");
    int before = balancer.servers.count("getMeetingInfo");

    balancer.call("end", "meetingID=m1");

    assertThat(balancer.bbb(1).count("end")).isEqualTo(1);
    assertThat(balancer.servers.count("getMeetingInfo")).as("of two servers").isEqualTo(before + 2);
  }

  @Test
  void aDenialProvesNothingWhileAnotherServerIsSilent() {
    balancer.call("create", "meetingID=m1");
    balancer.bbb(1).ends("m1");
    balancer.bbb(3).is(Fault.REFUSES);

    assertThat(balancer.key("getMeetingInfo", "meetingID=m1")).isEqualTo("internalError");
  }

  @Test
  void asksTheServerOfAnEndedMeeting() {
    balancer.call("create", "meetingID=m1");

    assertThat(balancer.reply("end", "meetingID=m1").succeeded()).isTrue();
    assertThat(balancer.directory.remembered(new MeetingId("m1")))
        .contains(balancer.bbb(1).server());
    assertThat(balancer.key("end", "meetingID=m1")).isEqualTo("notFound");
  }

  // Calls unknown to us.

  @Test
  void anUnknownCallGoesToTheServerOfItsMeeting() {
    balancer.bbb(2).holds("m1");
    balancer.bbb(2).answers("someNewCall", "<response><returncode>SUCCESS</returncode></response>");

    assertThat(balancer.reply("someNewCall", "meetingID=m1").succeeded()).isTrue();
    assertThat(balancer.bbb(2).count("someNewCall")).isOne();
  }

  @Test
  void anUnknownCallGoesToTheServerOfItsRecording() {
    balancer.bbb(3).recorded("r1", "m1", 1);
    balancer.bbb(3).answers("someNewCall", "any text, not only XML");

    assertThat(text(balancer.call("someNewCall", "recordID=r1")))
        .isEqualTo("any text, not only XML");
  }

  @Test
  void anUnknownCallWithoutAnIdGoesToTheNextServer() {
    assertThat(balancer.key("someNewCall", "a=b")).isEqualTo("unsupportedRequest");
    assertThat(balancer.bbb(1).count("someNewCall")).isOne();
    assertThat(new TestBalancer(0).key("someNewCall", "")).isEqualTo("internalError");
  }

  @Test
  void anUnknownCallKeepsItsBody() {
    balancer.bbb(1).answers("someNewCall", "<response><returncode>SUCCESS</returncode></response>");

    balancer.handle(
        "POST", "someNewCall", signed("someNewCall", ""), "application/json", Body.of("{}"));

    assertThat(balancer.bbb(1).bodies()).containsExactly("{}");
  }

  // Reads that share an answer.

  @Test
  void equalReadsAtOnceAreOneCall() {
    balancer.call("create", "meetingID=m1");
    balancer.bbb(1).is(Fault.HOLDS);

    List<CompletableFuture<Answer>> answers =
        Stream.generate(() -> balancer.calling("getMeetingInfo", "meetingID=m1"))
            .limit(20)
            .toList();
    balancer.bbb(1).release();

    assertThat(balancer.bbb(1).count("getMeetingInfo"))
        .as("one to locate, one to answer")
        .isEqualTo(2);
    assertThat(answers).allMatch(answer -> reply(now(answer)).succeeded());
  }

  @Test
  void aCallerThatLeavesDoesNotEndASharedCall() {
    balancer.call("create", "meetingID=m1");
    balancer.bbb(1).is(Fault.HOLDS);
    balancer.calling("getMeetingInfo", "meetingID=m1");
    CompletableFuture<Answer> other = balancer.calling("getMeetingInfo", "meetingID=m1");

    balancer.caller.cancel();
    balancer.bbb(1).release();

    assertThat(reply(now(other)).succeeded()).isTrue();
  }

  @Test
  void reusesAnAnswerWithinItsLife() {
    balancer.withReuse(Duration.ofSeconds(1));
    balancer.call("create", "meetingID=m1");
    int before = balancer.servers.count();

    balancer.call("getMeetingInfo", "meetingID=m1");
    balancer.time.advance(Duration.ofMillis(999));
    balancer.call("getMeetingInfo", "meetingID=m1");
    assertThat(balancer.servers.count()).isEqualTo(before + 1);

    balancer.call("getMeetingInfo", "meetingID=m1&x=y");
    balancer.time.advance(Duration.ofMillis(1));
    balancer.call("getMeetingInfo", "meetingID=m1");
    assertThat(balancer.servers.count()).isEqualTo(before + 3);
  }

  @ParameterizedTest
  @CsvSource({
    "create, meetingID=m1",
    "join, meetingID=m1&fullName=A",
    "end, meetingID=m1",
    "sendChatMessage, meetingID=m1",
    "someNewCall, meetingID=m1"
  })
  void changesToAMeetingVoidItsAnswers(String call, String query) {
    balancer.withReuse(Duration.ofSeconds(1));
    balancer.call("create", "meetingID=m1");
    balancer.call("getMeetingInfo", "meetingID=m1");
    balancer.call("getMeetings", "");
    balancer.call(call, query);
    int infos = balancer.servers.count("getMeetingInfo");
    int lists = balancer.servers.count("getMeetings");

    balancer.call("getMeetingInfo", "meetingID=m1");
    balancer.call("getMeetings", "");

    assertThat(balancer.servers.count("getMeetingInfo")).isGreaterThan(infos);
    assertThat(balancer.servers.count("getMeetings")).isEqualTo(lists + 3);
  }

  @ParameterizedTest
  @CsvSource({"true, false", "false, true", "true, true"})
  void endVoidsAnswersReadByTheInternalId(boolean readsByInternalId, boolean known) {
    balancer.withReuse(Duration.ofSeconds(1));
    String internalId = balancer.reply("create", "meetingID=m1").text("internalMeetingID");
    if (!known) {
      // Begins again, as after a restart: the first call for a meeting finds it.
      balancer.withReuse(Duration.ofSeconds(1));
    }
    String reading = "meetingID=" + (readsByInternalId ? internalId : "m1");
    String ending = "meetingID=" + (readsByInternalId ? "m1" : internalId);
    assertThat(balancer.reply("getMeetingInfo", reading).succeeded()).isTrue();

    assertThat(balancer.reply("end", ending).succeeded()).isTrue();

    assertThat(balancer.key("getMeetingInfo", reading)).isEqualTo("notFound");
  }

  @Test
  void joinKeepsTheAnswerThatTheMeetingRuns() {
    balancer.withReuse(Duration.ofSeconds(1));
    balancer.call("create", "meetingID=m1");
    balancer.call("isMeetingRunning", "meetingID=m1");

    balancer.call("join", "meetingID=m1&fullName=A");
    balancer.call("isMeetingRunning", "meetingID=m1");
    assertThat(balancer.servers.count("isMeetingRunning")).isEqualTo(1);

    balancer.call("end", "meetingID=m1");
    balancer.call("isMeetingRunning", "meetingID=m1");
    assertThat(balancer.servers.count("isMeetingRunning")).isEqualTo(2);
  }

  @Test
  void joinVoidsTheAnswerThatTheMeetingDoesNotRun() {
    balancer.withReuse(Duration.ofSeconds(1));
    balancer.call("create", "meetingID=m1");
    balancer
        .bbb(1)
        .answers(
            "isMeetingRunning",
            "<response><returncode>SUCCESS</returncode><running>false</running></response>");
    balancer.call("isMeetingRunning", "meetingID=m1");

    balancer.call("join", "meetingID=m1&fullName=A");
    balancer.call("isMeetingRunning", "meetingID=m1");

    assertThat(balancer.servers.count("isMeetingRunning")).isEqualTo(2);
  }

  @Test
  void changesToRecordingsVoidTheirList() {
    balancer.withReuse(Duration.ofSeconds(1));
    balancer.bbb(1).recorded("r1", "m1", 1);
    balancer.call("getRecordings", "");

    balancer.call("publishRecordings", "recordID=r1&publish=false");

    assertThat(text(balancer.call("getRecordings", ""))).contains("<published>false</published>");
  }
}
