package io.tinyscale.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tinyscale.simulator.SimulatedServer;
import io.tinyscale.simulator.fault.Fault;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A front end, the filter in a container, and simulated servers, over real sockets. */
class MainJobTest {

  private static final String[] ODD_IDS = {
    "math",
    "math-2",
    "a&b=c",
    "1+1",
    "room/7",
    "100%",
    "Übung Größe",
    "🎓🦊",
    "with spaces inside",
    "%2F",
    "semi;colon",
    "x".repeat(255)
  };

  @RegisterExtension
  private final SimulatedPoolExtension pool = SimulatedPoolExtension.of("one", "two", "three");

  @ParameterizedTest
  @EnumSource(TestContainer.Kind.class)
  void carriesAMeetingFromCreateToEnd(TestContainer.Kind kind) throws Exception {
    try (RunningFilter filter = pool.start(kind)) {
      FrontEnd moodle = filter.frontEnd();

      assertThat(moodle.get(moodle.unsigned("", "")).body()).contains("SUCCESS", "2.0");
      assertThat(moodle.call("create", "name=Math&meetingID=math&attendeePW=ap&moderatorPW=mp"))
          .contains("SUCCESS", "<meetingID>math</meetingID>");
      assertThat(moodle.call("create", "name=Math&meetingID=math&attendeePW=ap&moderatorPW=mp"))
          .contains("duplicateWarning");
      SimulatedServer owner = pool.ownerOf("math");
      assertThat(moodle.call("isMeetingRunning", "meetingID=math")).contains("false");

      HttpResponse<String> join =
          moodle.get(moodle.signed("join", "fullName=Ann+Lee&meetingID=math&password=mp"));
      URI location = URI.create(join.headers().firstValue("Location").orElseThrow());
      assertThat(join.statusCode()).isEqualTo(302);
      assertThat(location.getPort()).isEqualTo(owner.port());
      assertThat(moodle.get(location).headers().firstValue("Location").orElseThrow())
          .contains("sessionToken=");

      await()
          .untilAsserted(
              () -> assertThat(moodle.call("isMeetingRunning", "meetingID=math")).contains("true"));
      assertThat(moodle.call("getMeetingInfo", "meetingID=math")).contains("Ann Lee");
      assertThat(moodle.call("getMeetings", "")).contains("<meetingID>math</meetingID>");
      assertThat(moodle.call("end", "meetingID=math&password=mp"))
          .contains("sentEndMeetingRequest");
      assertThat(moodle.call("getMeetingInfo", "meetingID=math")).contains("notFound");
      assertThat(moodle.call("isMeetingRunning", "meetingID=math")).contains("false");
    }
  }

  @ParameterizedTest
  @EnumSource(TestContainer.Kind.class)
  void keepsIdsApartThatContainEachOtherOrNeedEscapes(TestContainer.Kind kind) throws Exception {
    try (RunningFilter filter = pool.start(kind)) {
      FrontEnd moodle = filter.frontEnd();
      for (String id : ODD_IDS) {
        assertThat(moodle.call("create", "name=Room&meetingID=" + escaped(id)))
            .as(id)
            .contains("SUCCESS")
            .doesNotContain("duplicateWarning");
      }

      for (String id : ODD_IDS) {
        SimulatedServer owner = pool.ownerOf(id);
        String join = "fullName=Zo%C3%AB+%26+Co&meetingID=" + escaped(id) + "&role=MODERATOR";
        URI location =
            URI.create(
                moodle
                    .get(moodle.signed("join", join))
                    .headers()
                    .firstValue("Location")
                    .orElseThrow());
        assertThat(location.getRawQuery()).as(id).startsWith(join + "&checksum=");
        assertThat(moodle.get(location).headers().firstValue("Location").orElseThrow())
            .as(id)
            .contains("sessionToken=");
        assertThat(moodle.call("getMeetingInfo", "meetingID=" + escaped(id)))
            .as(id)
            .contains(owner.meetings().get(id).orElseThrow().internalId());
      }
    }
  }

  @ParameterizedTest
  @EnumSource(TestContainer.Kind.class)
  void findsItsMeetingsAgainAfterARestart(TestContainer.Kind kind) throws Exception {
    try (RunningFilter before = pool.start(kind)) {
      before.frontEnd().call("create", "name=Math&meetingID=math");
    }
    pool.server("three").meetings().create("made-behind-its-back");

    try (RunningFilter after = pool.start(kind)) {
      FrontEnd moodle = after.frontEnd();

      assertThat(moodle.call("getMeetingInfo", "meetingID=math")).contains("SUCCESS");
      assertThat(moodle.call("create", "name=Math&meetingID=math")).contains("duplicateWarning");
      assertThat(moodle.call("getMeetingInfo", "meetingID=made-behind-its-back"))
          .contains("SUCCESS");
      pool.server("two").meetings().create("made-later");
      assertThat(moodle.call("getMeetingInfo", "meetingID=made-later")).contains("SUCCESS");
    }
  }

  @ParameterizedTest
  @EnumSource(TestContainer.Kind.class)
  void sendsHundredsOfSimultaneousCreatesOfOneMeetingToOneServer(TestContainer.Kind kind)
      throws Exception {
    // Everything shares one busy machine, and the test is not about speed, so the timeouts are
    // long.
    try (RunningFilter filter =
        pool.start(kind, "timeout.connect", "20s", "timeout.answer", "25s")) {
      FrontEnd moodle = filter.frontEnd();
      URI create = moodle.signed("create", "name=Math&meetingID=math");

      List<CompletableFuture<HttpResponse<String>>> answers =
          IntStream.range(0, 600).mapToObj(i -> moodle.getAsync(create)).toList();

      assertThat(answers)
          .allSatisfy(answer -> assertThat(answer.join().body()).contains("SUCCESS"));
      assertThat(pool.servers().stream().filter(server -> server.received("create") > 0))
          .hasSize(1);
      assertThat(pool.servers().stream().filter(server -> server.meetings().contains("math")))
          .hasSize(1);
    }
  }

  @ParameterizedTest
  @EnumSource(TestContainer.Kind.class)
  void placesMeetingsInTurn(TestContainer.Kind kind) throws Exception {
    try (RunningFilter filter = pool.start(kind)) {
      FrontEnd moodle = filter.frontEnd();

      for (int i = 0; i < 31; i++) {
        moodle.call("create", "name=Room&meetingID=room-" + i);
      }

      assertThat(pool.servers())
          .allSatisfy(server -> assertThat(server.meetings().size()).isBetween(10, 11));
    }
  }

  @ParameterizedTest
  @EnumSource(TestContainer.Kind.class)
  void mergesListsAndLeavesADeadServerOut(TestContainer.Kind kind) throws Exception {
    try (RunningFilter filter = pool.start(kind, "cache.ttl", "0")) {
      FrontEnd moodle = filter.frontEnd();
      pool.servers().forEach(server -> server.meetings().create("on-" + server.name()));
      pool.servers().forEach(server -> server.meetings().addRecording("rec-" + server.name()));
      HttpResponse<String> all = moodle.get(moodle.signed("getMeetings", ""));
      assertThat(all.body()).contains("on-one", "on-two", "on-three");
      assertThat(all.headers().firstValue("X-Tinyscale-Partial")).isEmpty();

      pool.server("two").close();

      HttpResponse<String> rest = moodle.get(moodle.signed("getMeetings", ""));
      assertThat(rest.body()).contains("SUCCESS", "on-one", "on-three").doesNotContain("on-two");
      assertThat(rest.headers().firstValue("X-Tinyscale-Partial")).contains("1");
      assertThat(moodle.call("getRecordings", ""))
          .contains("rec-one", "rec-three")
          .doesNotContain("rec-two");
    }
  }

  @ParameterizedTest
  @EnumSource(TestContainer.Kind.class)
  void neverCallsAMeetingOverBecauseItsServerIsDown(TestContainer.Kind kind) throws Exception {
    try (RunningFilter filter =
        pool.start(
            kind,
            "cache.ttl",
            "0",
            "health.interval",
            "2s",
            "health.timeout",
            "1900ms",
            "health.unhealthy",
            "1")) {
      FrontEnd moodle = filter.frontEnd();
      moodle.call("create", "name=Math&meetingID=math");
      SimulatedServer owner = pool.ownerOf("math");

      owner.close();

      for (String call : List.of("getMeetingInfo", "isMeetingRunning", "end")) {
        assertThat(moodle.call(call, "meetingID=math"))
            .as(call)
            .contains("FAILED", "internalError")
            .doesNotContain("notFound");
      }
      // Once the server is down by verdict, a create makes the meeting on another server.
      await()
          .untilAsserted(
              () ->
                  assertThat(moodle.call("create", "name=Math&meetingID=math"))
                      .contains("SUCCESS"));
      assertThat(moodle.call("getMeetingInfo", "meetingID=math")).contains("SUCCESS");
    }
  }

  @ParameterizedTest
  @EnumSource(TestContainer.Kind.class)
  void sendsACreateWithoutAnswerToTheSameServerAgain(TestContainer.Kind kind) throws Exception {
    try (RunningFilter filter = pool.start(kind)) {
      FrontEnd moodle = filter.frontEnd();
      // Twice: on a connection that was used before, the transport sends a create once more.
      pool.servers().forEach(server -> server.fault("create", Fault.actThenDrop().times(2)));

      assertThat(moodle.call("create", "name=Math&meetingID=math")).contains("internalError");
      SimulatedServer owner = pool.ownerOf("math");
      owner.clearFaults();

      assertThat(moodle.call("create", "name=Math&meetingID=math")).contains("duplicateWarning");
      assertThat(pool.servers().stream().filter(server -> server.meetings().contains("math")))
          .hasSize(1);
    }
  }

  private static String escaped(String id) {
    return URLEncoder.encode(id, StandardCharsets.UTF_8);
  }
}
