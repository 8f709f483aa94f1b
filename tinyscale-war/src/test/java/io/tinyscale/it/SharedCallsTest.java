package io.tinyscale.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.simulator.SimulatedServer;
import io.tinyscale.simulator.fault.Fault;
import java.net.URI;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Which calls share one call to the server, counted by the servers. An answer stays good for
 * minutes here, so that no count depends on how quickly the calls come.
 */
class SharedCallsTest {

  private static final int CALLERS = 100;

  @RegisterExtension
  private final SimulatedPoolExtension pool = SimulatedPoolExtension.of("one", "two");

  private RunningFilter start(TestContainer.Kind kind) throws Exception {
    return pool.start(kind, "cache.ttl", "10m", "health.interval", "10m");
  }

  private void forgetCounts() {
    pool.servers().forEach(SimulatedServer::resetCounters);
  }

  private static List<String> atOnce(FrontEnd frontEnd, URI address) {
    List<CompletableFuture<HttpResponse<String>>> answers =
        Stream.generate(() -> frontEnd.getAsync(address)).limit(CALLERS).toList();
    return answers.stream().map(answer -> answer.join().body()).toList();
  }

  @ParameterizedTest
  @EnumSource(TestContainer.Kind.class)
  void equalReadsAtOnceAreOneCallToTheServer(TestContainer.Kind kind) throws Exception {
    try (RunningFilter filter = start(kind)) {
      FrontEnd moodle = filter.frontEnd();
      moodle.call("create", "name=Math&meetingID=math");
      forgetCounts();
      pool.servers().forEach(server -> server.fault(Fault.delay(Duration.ofMillis(300))));

      for (String call : List.of("isMeetingRunning", "getMeetingInfo")) {
        List<String> answers = atOnce(moodle, moodle.signed(call, "meetingID=math"));
        assertThat(answers).allMatch(answer -> answer.contains("SUCCESS")).hasSize(CALLERS);
        assertThat(answers.stream().distinct()).hasSize(1);
        assertThat(pool.received(call)).as(call).isEqualTo(1);
      }
      for (String list : List.of("getMeetings", "getRecordings", "getSessions")) {
        assertThat(atOnce(moodle, moodle.signed(list, "")))
            .allMatch(answer -> answer.contains("SUCCESS"));
        assertThat(pool.received(list))
            .as(list + ", one of each server")
            .isEqualTo(pool.servers().size());
      }
    }
  }

  @ParameterizedTest
  @EnumSource(TestContainer.Kind.class)
  void callsForAnUnknownMeetingShareOneRoundOfAllServers(TestContainer.Kind kind) throws Exception {
    try (RunningFilter filter = start(kind)) {
      FrontEnd moodle = filter.frontEnd();
      forgetCounts();
      pool.servers().forEach(server -> server.fault(Fault.delay(Duration.ofMillis(300))));

      assertThat(atOnce(moodle, moodle.signed("getMeetingInfo", "meetingID=unknown")))
          .allMatch(answer -> answer.contains("notFound"));
      assertThat(atOnce(moodle, moodle.signed("isMeetingRunning", "meetingID=unknown")))
          .allMatch(answer -> answer.contains("false"));

      assertThat(pool.servers().stream().mapToLong(SimulatedServer::receivedTotal).sum())
          .isEqualTo(pool.servers().size());
    }
  }

  @ParameterizedTest
  @EnumSource(TestContainer.Kind.class)
  void readsWithOtherParametersAreNotShared(TestContainer.Kind kind) throws Exception {
    try (RunningFilter filter = start(kind)) {
      FrontEnd moodle = filter.frontEnd();
      moodle.call("create", "name=Math&meetingID=math");
      moodle.call("create", "name=Arts&meetingID=arts");
      forgetCounts();

      List<String> queries =
          List.of(
              "meetingID=math",
              "meetingID=arts",
              "meetingID=math&password=mp",
              "password=mp&meetingID=math",
              "meetingID=%6dath",
              "meetingID=math&");
      for (int round = 0; round < 2; round++) {
        for (String query : queries) {
          String id = query.contains("arts") ? "arts" : "math";
          assertThat(moodle.call("getMeetingInfo", query))
              .as(query)
              .contains("<meetingID>" + id + "</meetingID>");
        }
      }
      assertThat(pool.received("getMeetingInfo")).isEqualTo(queries.size());

      moodle.call("getRecordings", "meetingID=math");
      moodle.call("getRecordings", "meetingID=arts");
      assertThat(pool.received("getRecordings")).isEqualTo(2L * pool.servers().size());
    }
  }

  @ParameterizedTest
  @EnumSource(TestContainer.Kind.class)
  void changesToAMeetingVoidItsAnswers(TestContainer.Kind kind) throws Exception {
    try (RunningFilter filter = start(kind)) {
      FrontEnd moodle = filter.frontEnd();
      assertThat(moodle.call("isMeetingRunning", "meetingID=math")).contains("false");
      assertThat(moodle.call("getMeetingInfo", "meetingID=math")).contains("notFound");
      assertThat(moodle.call("getMeetings", "")).contains("noMeetings");

      moodle.call("create", "name=Math&meetingID=math");
      assertThat(moodle.call("getMeetingInfo", "meetingID=math")).contains("SUCCESS");
      assertThat(moodle.call("getMeetings", "")).contains("<meetingID>math</meetingID>");
      assertThat(moodle.call("isMeetingRunning", "meetingID=math")).contains("false");

      URI join = moodle.signed("join", "fullName=Ann+Lee&meetingID=math&role=VIEWER");
      // A joining user reaches the server after the redirect: the answers before that are not kept.
      URI toServer = URI.create(moodle.get(join).headers().firstValue("Location").orElseThrow());
      moodle.get(toServer);
      assertThat(moodle.call("isMeetingRunning", "meetingID=math")).contains("true");
      assertThat(moodle.call("getMeetingInfo", "meetingID=math")).contains("Ann Lee");

      moodle.call("end", "meetingID=math");
      assertThat(moodle.call("isMeetingRunning", "meetingID=math")).contains("false");
      assertThat(moodle.call("getMeetingInfo", "meetingID=math")).contains("notFound");
      assertThat(moodle.call("getMeetings", "")).contains("noMeetings");
    }
  }

  @ParameterizedTest
  @EnumSource(TestContainer.Kind.class)
  void aChangeVoidsNothingAboutOtherMeetings(TestContainer.Kind kind) throws Exception {
    try (RunningFilter filter = start(kind)) {
      FrontEnd moodle = filter.frontEnd();
      moodle.call("create", "name=Math&meetingID=math");
      moodle.call("create", "name=Arts&meetingID=arts");
      moodle.call("getMeetingInfo", "meetingID=math");
      forgetCounts();

      moodle.call("end", "meetingID=arts");
      moodle.call("getMeetingInfo", "meetingID=math");

      assertThat(pool.received("getMeetingInfo")).isZero();
    }
  }

  @ParameterizedTest
  @EnumSource(TestContainer.Kind.class)
  void callsThatChangeSomethingOrGiveAwayTokensAreNeverShared(TestContainer.Kind kind)
      throws Exception {
    try (RunningFilter filter = start(kind)) {
      FrontEnd moodle = filter.frontEnd();
      moodle.call("create", "name=Math&meetingID=math");
      pool.servers()
          .forEach(
              server -> {
                if (server.meetings().contains("math")) {
                  server.meetings().join("math", "Ann", "MODERATOR");
                }
              });
      String record = "recordID=" + pool.server("one").meetings().addRecording("x").recordId();
      moodle.call("getRecordings", "");
      forgetCounts();

      for (String call : List.of("create", "sendChatMessage", "getRecordingTextTracks")) {
        String query = call.equals("getRecordingTextTracks") ? record : "name=Math&meetingID=math";
        assertThat(atOnce(moodle, moodle.signed(call, query + "&message=Hi")))
            .allMatch(answer -> answer.contains("SUCCESS"));
        assertThat(pool.received(call)).as(call).isEqualTo(CALLERS);
      }
      atOnce(moodle, moodle.signed("publishRecordings", record + "&publish=true"));
      assertThat(pool.received("publishRecordings"))
          .isEqualTo((long) CALLERS * pool.servers().size());
    }
  }
}
