package io.tinyscale.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tinyscale.simulator.ReceivedRequest;
import io.tinyscale.simulator.SimulatedServer;
import io.tinyscale.simulator.api.Profile;
import io.tinyscale.simulator.fault.Fault;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Corner cases of meetings, over real sockets; {@code docs/corner-cases.md} lists them all. */
class CornerCasesTest {

  @RegisterExtension
  private final SimulatedPoolExtension pool = SimulatedPoolExtension.of("one", "two");

  private RunningFilter start(TestContainer.Kind kind) throws Exception {
    return pool.start(kind, "cache.ttl", "0");
  }

  private static String element(String document, String name) {
    return Pattern.compile("<" + name + ">([^<]*)</" + name + ">")
        .matcher(document)
        .results()
        .map(found -> found.group(1))
        .findFirst()
        .orElse("");
  }

  private static URI location(FrontEnd frontEnd, URI address) {
    HttpResponse<String> answer = frontEnd.get(address);
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(302);
    return URI.create(answer.headers().firstValue("Location").orElseThrow());
  }

  @ParameterizedTest
  @EnumSource(TestContainer.Kind.class)
  void aLeadingAmpersandIsCoveredAndPassedOn(TestContainer.Kind kind) throws Exception {
    try (RunningFilter filter = start(kind)) {
      FrontEnd moodle = filter.frontEnd();
      assertThat(moodle.call("create", "&name=Math&meetingID=math")).contains("SUCCESS");

      URI toServer =
          location(moodle, moodle.signed("join", "&fullName=Ann+Lee&meetingID=math&role=VIEWER"));

      assertThat(toServer.getRawQuery())
          .startsWith("&fullName=Ann+Lee&meetingID=math&role=VIEWER&checksum=");
      assertThat(location(moodle, toServer).toString()).contains("sessionToken=");
      assertThat(pool.only("create").rawQuery()).startsWith("&name=Math&meetingID=math&checksum=");
    }
  }

  @ParameterizedTest
  @EnumSource(TestContainer.Kind.class)
  void escapesKeepTheirCase(TestContainer.Kind kind) throws Exception {
    try (RunningFilter filter = start(kind)) {
      FrontEnd moodle = filter.frontEnd();
      assertThat(moodle.call("create", "name=caf%c3%a9&meetingID=caf%c3%a9")).contains("SUCCESS");
      pool.ownerOf("café");

      assertThat(moodle.call("getMeetingInfo", "meetingID=caf%C3%A9"))
          .contains("<meetingID>café</meetingID>");

      assertThat(pool.only("create").rawQuery())
          .startsWith("name=caf%c3%a9&meetingID=caf%c3%a9&checksum=");
      assertThat(pool.requests("getMeetingInfo"))
          .as("beside the questions where the meeting is")
          .filteredOn(request -> !request.header("user-agent").equals(Optional.of("tinyscale")))
          .singleElement()
          .satisfies(
              relayed ->
                  assertThat(relayed.rawQuery()).startsWith("meetingID=caf%C3%A9&checksum="));
    }
  }

  @ParameterizedTest
  @EnumSource(TestContainer.Kind.class)
  void checksumsAreTakenInAnyCaseAndSentInLowerCase(TestContainer.Kind kind) throws Exception {
    try (RunningFilter filter = start(kind)) {
      FrontEnd moodle = filter.frontEnd();
      String query = "name=Math&meetingID=math";
      String checksum = moodle.checksum("create", query).toUpperCase(Locale.ROOT);

      HttpResponse<String> answer =
          moodle.get(moodle.unsigned("create", query + "&checksum=" + checksum));

      assertThat(answer.body()).contains("SUCCESS");
      assertThat(pool.only("create").parameter("checksum").orElseThrow()).matches("[0-9a-f]{64}");
    }
  }

  @ParameterizedTest
  @EnumSource(TestContainer.Kind.class)
  void verifiesOnlyTheListedAlgorithms(TestContainer.Kind kind) throws Exception {
    try (RunningFilter filter = pool.start(kind, "checksum.algorithms", "sha256,sha384")) {
      FrontEnd moodle = filter.frontEnd();
      String covered = "isMeetingRunning" + "meetingID=math" + RunningFilter.SECRET;

      for (String algorithm : List.of("SHA-256", "SHA-384", "SHA-1", "SHA-512")) {
        HttpResponse<String> answer =
            moodle.get(
                moodle.unsigned(
                    "isMeetingRunning",
                    "meetingID=math&checksum=" + FrontEnd.hash(algorithm, covered)));

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body())
            .as(algorithm)
            .contains(
                List.of("SHA-256", "SHA-384").contains(algorithm) ? "SUCCESS" : "checksumError");
      }
    }
  }

  @ParameterizedTest
  @EnumSource(TestContainer.Kind.class)
  void slidesNeedAnXmlContentType(TestContainer.Kind kind) throws Exception {
    String slides =
        "<modules><module name=\"presentation\"><document url=\"https://fe.example.org/s.pdf\"/>"
            + "</module></modules>";
    try (RunningFilter filter = start(kind)) {
      FrontEnd moodle = filter.frontEnd();

      for (String type : List.of("application/xml", "text/xml; charset=utf-8", "TEXT/XML")) {
        URI create = moodle.signed("create", "name=Math&meetingID=m" + type.length());
        assertThat(moodle.post(create, type, slides).body()).as(type).contains("SUCCESS");
        ReceivedRequest received =
            pool.requests("create").stream()
                .filter(request -> request.rawQuery().contains("meetingID=m" + type.length()))
                .findFirst()
                .orElseThrow();
        assertThat(received.header("content-type").orElseThrow()).isEqualToIgnoringCase(type);
        assertThat(received.bodySha256()).isEqualTo(FrontEnd.hash("SHA-256", slides));
      }
      assertThat(
              moodle
                  .send(
                      HttpRequest.newBuilder(moodle.signed("create", "name=Math&meetingID=none"))
                          .POST(BodyPublishers.ofString(slides))
                          .build())
                  .body())
          .contains("FAILED", "unsupportedContentType");
    }
  }

  @ParameterizedTest
  @EnumSource(TestContainer.Kind.class)
  void thePasswordsDecideWhetherASecondCreateIsADuplicate(TestContainer.Kind kind)
      throws Exception {
    String meeting = "name=Math&meetingID=math";
    try (RunningFilter filter = start(kind)) {
      FrontEnd moodle = filter.frontEnd();
      String first = moodle.call("create", meeting + "&attendeePW=ap&moderatorPW=mp");

      for (String passwords : List.of("&attendeePW=ap&moderatorPW=mp", "", "&attendeePW=")) {
        String again = moodle.call("create", meeting + passwords);
        assertThat(again).as(passwords).contains("SUCCESS", "duplicateWarning");
        for (String name : List.of("internalMeetingID", "createTime")) {
          assertThat(element(again, name)).isNotEmpty().isEqualTo(element(first, name));
        }
      }
      for (String passwords : List.of("&attendeePW=ap&moderatorPW=other", "&attendeePW=ap")) {
        assertThat(moodle.call("create", meeting + passwords))
            .as(passwords)
            .contains("FAILED", "idNotUnique");
      }
      pool.ownerOf("math");
    }
  }

  @ParameterizedTest
  @EnumSource(TestContainer.Kind.class)
  void recordingsOfEveryRunOfAMeetingAreFound(TestContainer.Kind kind) throws Exception {
    String meeting = "name=Math&meetingID=math&record=true";
    try (RunningFilter filter = start(kind)) {
      FrontEnd moodle = filter.frontEnd();
      List<String> runs = new ArrayList<>();
      for (int run = 0; run < 3; run++) {
        String created = moodle.call("create", meeting);
        assertThat(created).contains("SUCCESS").doesNotContain("duplicateWarning");
        runs.add(element(created, "internalMeetingID"));
        assertThat(moodle.call("end", "meetingID=math")).contains("sentEndMeetingRequest");
      }

      assertThat(runs).doesNotHaveDuplicates();
      String recordings = moodle.call("getRecordings", "meetingID=math");
      for (String run : runs) {
        assertThat(recordings).containsOnlyOnce("<recordID>" + run + "</recordID>");
      }
      // The recordings are on both servers, because creates were placed in turn.
      assertThat(pool.servers()).noneMatch(server -> server.meetings().recordings().isEmpty());
    }
  }

  @ParameterizedTest
  @EnumSource(TestContainer.Kind.class)
  void aFailureWithoutAMessageKeyPassesThrough(TestContainer.Kind kind) throws Exception {
    SimulatedServer one = pool.server("one");
    try (RunningFilter filter = pool.start(kind, List.of(one))) {
      FrontEnd moodle = filter.frontEnd();
      moodle.call("create", "name=Math&meetingID=math&voiceBridge=12345");
      String clash = "name=Arts&meetingID=arts&voiceBridge=12345";

      String answer = moodle.call("create", clash);

      assertThat(answer).contains("<errors>", "nonUniqueVoiceBridge").doesNotContain("messageKey");
      assertThat(answer)
          .isEqualTo(new FrontEnd(one.uri().toString(), one.secret()).call("create", clash));
      assertThat(moodle.call("getMeetingInfo", "meetingID=arts")).contains("notFound");
    }
  }

  @ParameterizedTest
  @EnumSource(TestContainer.Kind.class)
  void aJoinWithoutRedirectReachesTheServersDocument(TestContainer.Kind kind) throws Exception {
    try (RunningFilter filter = start(kind)) {
      FrontEnd moodle = filter.frontEnd();
      moodle.call("create", "name=Math&meetingID=math");
      URI join = moodle.signed("join", "fullName=A&meetingID=math&role=VIEWER&redirect=false");

      HttpResponse<String> document = moodle.get(location(moodle, join));

      assertThat(document.statusCode()).isEqualTo(200);
      assertThat(document.body()).contains("successfullyJoined", "<session_token>");
    }
  }

  @ParameterizedTest
  @EnumSource(TestContainer.Kind.class)
  void theUserGetsTheServersErrorsAboutAJoin(TestContainer.Kind kind) throws Exception {
    String join = "fullName=A&meetingID=math&redirect=false";
    try (RunningFilter filter = start(kind)) {
      FrontEnd moodle = filter.frontEnd();
      String created = moodle.call("create", "name=Math&meetingID=math");
      String time = element(created, "createTime");

      for (String stale : List.of("1", "yesterday")) {
        URI toServer =
            location(moodle, moodle.signed("join", join + "&role=VIEWER&createTime=" + stale));
        assertThat(moodle.get(toServer).body()).contains("mismatchCreateTimeParam");
      }
      assertThat(moodle.get(location(moodle, moodle.signed("join", join))).body())
          .contains("Params required");
      URI right = moodle.signed("join", join + "&role=VIEWER&createTime=" + time);
      assertThat(moodle.get(location(moodle, right)).body()).contains("successfullyJoined");
    }
  }

  @ParameterizedTest
  @EnumSource(TestContainer.Kind.class)
  void namesArePassedOnByteForByte(TestContainer.Kind kind) throws Exception {
    try (RunningFilter filter = start(kind)) {
      FrontEnd moodle = filter.frontEnd();
      moodle.call("create", "name=Math&meetingID=math");

      for (String name :
          List.of(
              "Ann+Lee",
              "Ann%20Lee",
              "a%2Bb%2bc",
              "Zo%C3%AB+%26+Co",
              "%F0%9F%8E%93",
              "a%00b",
              "it's(a)*~!@:,/?",
              "100%25")) {
        String join = "fullName=" + name + "&meetingID=math&role=VIEWER";
        URI toServer = location(moodle, moodle.signed("join", join));

        assertThat(toServer.getRawQuery()).startsWith(join + "&checksum=");
        assertThat(location(moodle, toServer).toString()).as(name).contains("sessionToken=");
      }
      assertThat(pool.ownerOf("math").meetings().get("math").orElseThrow().fullNames())
          .contains("Ann Lee", "a+b+c", "Zoë & Co", "🎓", "it's(a)*~!@:,/?", "100%");
    }
  }

  @ParameterizedTest
  @EnumSource(TestContainer.Kind.class)
  void aNewerCallIsUnsupportedOnAnOlderServer(TestContainer.Kind kind) throws Exception {
    try (SimulatedServer old =
            SimulatedServer.builder()
                .name("old")
                .secret("secret-of-old")
                .profile(Profile.V2_7)
                .start();
        RunningFilter filter = pool.start(kind, List.of(old, pool.server("one")))) {
      FrontEnd moodle = filter.frontEnd();
      old.meetings().create("on-old");
      old.meetings().join("on-old", "Ann", "VIEWER");
      pool.server("one").meetings().create("on-new");
      pool.server("one").meetings().join("on-new", "Ann", "VIEWER");

      assertThat(moodle.call("sendChatMessage", "meetingID=on-old&message=Hi"))
          .startsWith("<response>")
          .contains("FAILED", "unsupportedRequest");
      assertThat(moodle.call("sendChatMessage", "meetingID=on-new&message=Hi")).contains("SUCCESS");
    }
  }

  @ParameterizedTest
  @EnumSource(TestContainer.Kind.class)
  void aFailedChatMessageIsNotSentAgain(TestContainer.Kind kind) throws Exception {
    try (RunningFilter filter = start(kind)) {
      FrontEnd moodle = filter.frontEnd();
      moodle.call("create", "name=Math&meetingID=math");
      SimulatedServer owner = pool.ownerOf("math");
      owner.fault("sendChatMessage", Fault.actThenDrop());

      assertThat(moodle.call("sendChatMessage", "meetingID=math&message=Hi"))
          .contains("FAILED", "internalError");
      assertThat(owner.received("sendChatMessage")).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @EnumSource(TestContainer.Kind.class)
  void breakoutRoomsAreListedAndFoundOnTheServerOfTheirParent(TestContainer.Kind kind)
      throws Exception {
    try (RunningFilter filter = start(kind)) {
      FrontEnd moodle = filter.frontEnd();
      moodle.call("create", "name=Math&meetingID=math");
      SimulatedServer owner = pool.ownerOf("math");
      for (int room = 1; room <= 5; room++) {
        owner
            .meetings()
            .create(
                "room-" + room,
                Map.of(
                    "isBreakout",
                    "true",
                    "parentMeetingID",
                    "math",
                    "sequence",
                    Integer.toString(room)));
      }

      String list = moodle.call("getMeetings", "");
      for (int room = 1; room <= 5; room++) {
        assertThat(list).containsOnlyOnce("<meetingID>room-" + room + "</meetingID>");
      }
      assertThat(moodle.call("getMeetingInfo", "meetingID=room-3"))
          .contains("<isBreakout>true</isBreakout>");
      // Breakout rooms take no turn: the next new meeting goes to the other server.
      moodle.call("create", "name=Arts&meetingID=arts");
      assertThat(pool.ownerOf("arts")).isNotSameAs(owner);

      moodle.call("end", "meetingID=math");
      await()
          .untilAsserted(
              () -> assertThat(moodle.call("getMeetings", "")).doesNotContain("room-", "math"));
    }
  }
}
