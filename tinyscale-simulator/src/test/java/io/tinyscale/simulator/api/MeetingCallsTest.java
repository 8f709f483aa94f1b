package io.tinyscale.simulator.api;

import static io.tinyscale.simulator.Caller.key;
import static io.tinyscale.simulator.Caller.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tinyscale.simulator.ServerTest;
import io.tinyscale.simulator.SimulatedServer;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MeetingCallsTest extends ServerTest {
  private static final String SLIDES =
      "<modules><module name=\"presentation\"><document name=\"a.pdf\">AAAA</document>"
          + "</module></modules>";

  @Test
  void createNamesTheMeetingByHashAndTime() throws Exception {
    HttpResponse<String> answer = caller.get("create", "name=Test&meetingID=test01");

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Content-Type")).hasValue("text/xml;charset=utf-8");
    assertThat(text(answer, "returncode")).isEqualTo("SUCCESS");
    assertThat(text(answer, "internalMeetingID"))
        .isEqualTo("c25a79c57906ba7027b36d380230db92bbc0fd64-" + text(answer, "createTime"));
    assertThat(text(answer, "attendeePW")).matches("[a-z0-9]{8}");
    assertThat(key(answer)).isEmpty();
  }

  @Test
  void secondCreateWithTheSamePasswordsAnswersTheFirstMeeting() throws Exception {
    String query = "name=Test&meetingID=test01&attendeePW=ap&moderatorPW=mp";
    HttpResponse<String> first = caller.get("create", query);

    HttpResponse<String> second = caller.get("create", query + "&meta_new=1");

    assertThat(text(second, "returncode")).isEqualTo("SUCCESS");
    assertThat(key(second)).isEqualTo("duplicateWarning");
    assertThat(text(second, "internalMeetingID")).isEqualTo(text(first, "internalMeetingID"));
    assertThat(server.meetings().get("test01").orElseThrow().metadata()).isEmpty();
  }

  @Test
  void secondCreateWithoutPasswordsAnswersTheFirstMeeting() throws Exception {
    caller.get("create", "name=Test&meetingID=test01&attendeePW=ap&moderatorPW=mp");

    HttpResponse<String> second =
        caller.get("create", "name=Test&meetingID=test01&attendeePW=&moderatorPW=");

    assertThat(key(second)).isEqualTo("duplicateWarning");
  }

  @Test
  void secondCreateWithAnotherPasswordFails() throws Exception {
    caller.get("create", "name=Test&meetingID=test01&attendeePW=ap&moderatorPW=mp");

    HttpResponse<String> second =
        caller.get("create", "name=Test&meetingID=test01&attendeePW=ap&moderatorPW=xx");

    assertThat(second.statusCode()).isEqualTo(200);
    assertThat(text(second, "returncode")).isEqualTo("FAILED");
    assertThat(key(second)).isEqualTo("idNotUnique");
    assertThat(text(second, "message")).contains("ID.  Please");
  }

  @Test
  void secondCreateWithOneOfBothPasswordsFails() throws Exception {
    caller.get("create", "name=Test&meetingID=test01&attendeePW=ap&moderatorPW=mp");

    HttpResponse<String> second = caller.get("create", "name=Test&meetingID=test01&attendeePW=ap");

    assertThat(key(second)).isEqualTo("idNotUnique");
  }

  @Test
  void createAfterTheEndMakesANewMeeting() throws Exception {
    HttpResponse<String> first = caller.get("create", "name=Test&meetingID=test01");
    caller.get("end", "meetingID=test01");

    HttpResponse<String> second = caller.get("create", "name=Test&meetingID=test01");

    assertThat(key(second)).isEmpty();
    assertThat(Long.parseLong(text(second, "createTime")))
        .isGreaterThan(Long.parseLong(text(first, "createTime")));
  }

  @Test
  void createDuringTheEndDelayAnswersTheEndedMeeting() throws Exception {
    restart(SimulatedServer.builder().endDelay(Duration.ofMillis(300)));
    caller.get("create", "name=Test&meetingID=test01");
    caller.get("end", "meetingID=test01");

    HttpResponse<String> dying = caller.get("create", "name=Test&meetingID=test01");
    HttpResponse<String> join =
        caller.get("join", "meetingID=test01&fullName=Ann&role=VIEWER&redirect=false");
    HttpResponse<String> endAgain = caller.get("end", "meetingID=test01");

    assertThat(key(dying)).isEqualTo("duplicateWarning");
    assertThat(text(dying, "hasBeenForciblyEnded")).isEqualTo("true");
    assertThat(key(join)).isEqualTo("meetingForciblyEnded");
    assertThat(key(endAgain)).isEqualTo("sentEndMeetingRequest");
    await().until(() -> server.meetings().size() == 0);
    assertThat(key(caller.get("getMeetingInfo", "meetingID=test01"))).isEqualTo("notFound");
  }

  @Test
  void takenVoiceBridgeIsReportedWithoutAMessageKeyAtTheTop() throws Exception {
    caller.get("create", "name=One&meetingID=one&voiceBridge=71234");

    HttpResponse<String> answer = caller.get("create", "name=Two&meetingID=two&voiceBridge=71234");

    assertThat(text(answer, "returncode")).isEqualTo("FAILED");
    assertThat(key(answer)).isNull();
    assertThat(text(answer, "key")).isEqualTo("nonUniqueVoiceBridge");
    assertThat(server.meetings().contains("two")).isFalse();
  }

  @Test
  void createReportsMissingAndWrongParameters() throws Exception {
    assertThat(key(caller.get("create", "name=Test"))).isEqualTo("missingParamMeetingID");
    assertThat(key(caller.get("create", "meetingID=test01"))).isEqualTo("nullError");
    assertThat(key(caller.get("create", "meetingID=test01&name="))).isEqualTo("emptyError");
    assertThat(key(caller.get("create", "meetingID=a&name=Test"))).isEqualTo("sizeError");
    assertThat(key(caller.get("create", "meetingID=a,b&name=Test"))).isEqualTo("validationError");
    assertThat(key(caller.get("create", "meetingID=ab&name=Test&voiceBridge=x")))
        .isEqualTo("validationError");
    assertThat(key(caller.get("create", "meetingID=ab&name=Test&record=maybe")))
        .isEqualTo("validationError");
  }

  @Test
  void createTakesDocumentsInXml() throws Exception {
    HttpResponse<String> answer =
        caller.post("create", "name=Test&meetingID=test01", "text/xml; charset=utf-8", SLIDES);

    assertThat(text(answer, "returncode")).isEqualTo("SUCCESS");
  }

  @Test
  void createRefusesABodyWithoutAType() throws Exception {
    HttpResponse<String> answer =
        caller.send(
            "POST",
            "create",
            caller.signed("create", "name=Test&meetingID=test01"),
            BodyPublishers.ofString(SLIDES));

    assertThat(key(answer)).isEqualTo("unsupportedContentType");
  }

  @Test
  void aGetMayNameATypeWithoutABody() throws Exception {
    HttpResponse<String> answer =
        caller.get("create", "name=Test&meetingID=test01", "Content-Type", "application/xml");

    assertThat(text(answer, "returncode")).isEqualTo("SUCCESS");
  }

  @Test
  void brokenXmlFailsAsTheVersionDoes() throws Exception {
    HttpResponse<String> old =
        caller.post("create", "name=Test&meetingID=test01", "application/xml", "<modules>");
    restart(SimulatedServer.builder().profile(Profile.V4_0));
    HttpResponse<String> recent =
        caller.post("create", "name=Test&meetingID=test01", "application/xml", "<modules>");

    assertThat(old.statusCode()).isEqualTo(500);
    assertThat(old.body()).contains("<html>");
    assertThat(key(recent)).isEqualTo("malformedXml");
  }

  @Test
  void documentTypesAreRefused() throws Exception {
    HttpResponse<String> answer =
        caller.post(
            "create",
            "name=Test&meetingID=test01",
            "application/xml",
            "<!DOCTYPE modules [<!ENTITY x SYSTEM \"file:///etc/hosts\">]><modules>&x;</modules>");

    assertThat(answer.statusCode()).isEqualTo(500);
    assertThat(server.meetings().size()).isZero();
  }

  @Test
  void metadataNamesBecomeLowerCase() throws Exception {
    caller.get("create", "name=Test&meetingID=test01&meta_bbb-Origin=Moodle");

    HttpResponse<String> info = caller.get("getMeetingInfo", "meetingID=test01");

    assertThat(info.body()).contains("<bbb-origin>Moodle</bbb-origin>");
  }

  @Test
  void aMetadataNameThatBeginsWithADigitBreaksTheDocument() throws Exception {
    caller.get("create", "name=Test&meetingID=test01&meta_1st=x");

    HttpResponse<String> info = caller.get("getMeetingInfo", "meetingID=test01");

    assertThat(info.body()).contains("<1st>x</1st>");
  }

  @Test
  void aMeetingRunsWhileSomebodyIsIn() throws Exception {
    HttpResponse<String> unknown = caller.get("isMeetingRunning", "meetingID=test01");
    server.meetings().create("test01");
    HttpResponse<String> empty = caller.get("isMeetingRunning", "meetingID=test01");
    server.meetings().join("test01", "Ann", "moderator");
    HttpResponse<String> running = caller.get("isMeetingRunning", "meetingID=test01");
    server.meetings().leave("test01", "Ann");
    HttpResponse<String> left = caller.get("isMeetingRunning", "meetingID=test01");

    assertThat(text(unknown, "returncode")).isEqualTo("SUCCESS");
    assertThat(text(unknown, "running")).isEqualTo("false");
    assertThat(text(empty, "running")).isEqualTo("false");
    assertThat(text(running, "running")).isEqualTo("true");
    assertThat(text(left, "running")).isEqualTo("false");
  }

  @Test
  void meetingInfoCountsUsers() throws Exception {
    server.meetings().create("test01", Map.of("name", "Maths & more"));
    server.meetings().join("test01", "Ann", "MODERATOR");
    server.meetings().join("test01", "Bob", "viewer");

    HttpResponse<String> info = caller.get("getMeetingInfo", "meetingID=test01");

    assertThat(text(info, "meetingName")).isEqualTo("Maths &amp; more");
    assertThat(text(info, "participantCount")).isEqualTo("2");
    assertThat(text(info, "moderatorCount")).isEqualTo("1");
    assertThat(text(info, "fullName")).isEqualTo("Ann");
    assertThat(info.headers().firstValue("Cache-Control")).isEmpty();
  }

  @Test
  void meetingsAreFoundByInternalIdAndByPrefixToo() throws Exception {
    String internalId = server.meetings().create("test01").internalId();

    HttpResponse<String> exact = caller.get("getMeetingInfo", "meetingID=" + internalId);
    HttpResponse<String> foreign = caller.get("getMeetingInfo", "meetingID=c2");

    assertThat(text(exact, "meetingID")).isEqualTo("test01");
    assertThat(text(foreign, "meetingID")).isEqualTo("test01");
  }

  @Test
  void endOfAnUnknownMeetingIsNotFound() throws Exception {
    assertThat(key(caller.get("end", "meetingID=test01"))).isEqualTo("notFound");
  }

  @Test
  void onlyTheOldestProfileAsksForThePasswordAtTheEnd() throws Exception {
    restart(SimulatedServer.builder().profile(Profile.V2_4));
    caller.get("create", "name=Test&meetingID=test01&attendeePW=ap&moderatorPW=mp");

    HttpResponse<String> wrong = caller.get("end", "meetingID=test01&password=ap");
    HttpResponse<String> right = caller.get("end", "meetingID=test01&password=mp");

    assertThat(key(wrong)).isEqualTo("invalidPassword");
    assertThat(key(right)).isEqualTo("sentEndMeetingRequest");
  }

  @Test
  void breakoutRoomsEndWithTheirParent() throws Exception {
    server.meetings().create("parent");
    caller.get(
        "create", "name=Room&meetingID=room1&isBreakout=true&parentMeetingID=parent&sequence=1");
    HttpResponse<String> parent = caller.get("getMeetingInfo", "meetingID=parent");

    caller.get("end", "meetingID=parent");

    assertThat(text(parent, "breakout")).isEqualTo("room1");
    assertThat(server.meetings().size()).isZero();
  }

  @Test
  void aBreakoutRoomNeedsItsParent() throws Exception {
    assertThat(key(caller.get("create", "name=Room&meetingID=room1&isBreakout=true")))
        .isEqualTo("parentMeetingIDMissing");
    assertThat(
            key(
                caller.get(
                    "create", "name=Room&meetingID=room1&isBreakout=true&parentMeetingID=no")))
        .isEqualTo("parentMeetingDoesNotExist");
  }

  @Test
  void anEmptyServerSaysThereAreNoMeetings() throws Exception {
    HttpResponse<String> answer = caller.get("getMeetings", "");

    assertThat(answer.body()).contains("<meetings/>");
    assertThat(text(answer, "returncode")).isEqualTo("SUCCESS");
    assertThat(key(answer)).isEqualTo("noMeetings");
  }

  @Test
  void aLongListOfMeetingsIsStreamed() throws Exception {
    for (int i = 0; i < 500; i++) {
      server.meetings().create("room-" + i);
    }

    HttpResponse<String> answer = caller.get("getMeetings", "");

    assertThat(answer.headers().firstValue("Transfer-Encoding")).hasValue("chunked");
    assertThat(answer.body().split("<meeting>")).hasSize(501);
    assertThat(answer.body()).endsWith("</response>");
  }

  @Test
  void countsAreGroupedOnDemand() throws Exception {
    restart(SimulatedServer.builder().groupedNumbers(true));
    server.meetings().create("test01", Map.of("maxParticipants", "1234"));

    HttpResponse<String> info = caller.get("getMeetingInfo", "meetingID=test01");

    assertThat(text(info, "maxUsers")).isEqualTo("1,234");
  }

  @Test
  void meetingsThatStayEmptyEnd() {
    restart(SimulatedServer.builder().emptyMeetingExpiry(Duration.ofMillis(50)));
    server.meetings().create("never-joined");
    server.meetings().create("left");
    server.meetings().create("in-use");
    server.meetings().join("left", "Ann", "VIEWER");
    server.meetings().join("in-use", "Bob", "VIEWER");

    server.meetings().leave("left", "Ann");

    await().until(() -> server.meetings().size() == 1);
    assertThat(server.meetings().contains("in-use")).isTrue();
  }

  @Test
  void sessionsListUsers() throws Exception {
    HttpResponse<String> none = caller.get("getSessions", "");
    server.meetings().create("test01");
    server.meetings().join("test01", "Ann", "VIEWER");

    HttpResponse<String> one = caller.get("getSessions", "");

    assertThat(key(none)).isEqualTo("noSessions");
    assertThat(text(one, "userName")).isEqualTo("Ann");
  }

  @Test
  void failuresComeInJsonWhereThatIsPreferred() throws Exception {
    HttpResponse<String> answer =
        caller.get("end", "meetingID=test01", "Accept", "application/json");

    assertThat(answer.body())
        .isEqualTo(
            "{\"response\":{\"returncode\":\"FAILED\",\"messageKey\":\"notFound\","
                + "\"message\":\"A meeting with that ID does not exist\"}}");
  }

  @Test
  void queriesOfSixtyKilobytesAreAccepted() throws Exception {
    HttpResponse<String> answer =
        caller.get("create", "name=Test&meetingID=test01&welcome=" + "x".repeat(60_000));

    assertThat(text(answer, "returncode")).isEqualTo("SUCCESS");
  }
}
