package io.tinyscale.gateway;

import static io.tinyscale.balancer.TestBalancer.failed;
import static io.tinyscale.balancer.TestBalancer.now;
import static io.tinyscale.balancer.TestBalancer.reply;
import static io.tinyscale.balancer.TestBalancer.signed;
import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.balancer.TestBalancer;
import io.tinyscale.bbb.ApiReply;
import io.tinyscale.bbb.ChecksumAlgorithm;
import io.tinyscale.bbb.HeldMeeting;
import io.tinyscale.body.Body;
import io.tinyscale.body.Pieces;
import io.tinyscale.call.Answer;
import io.tinyscale.meeting.Balancers;
import io.tinyscale.placement.PlacementPolicy;
import io.tinyscale.placement.PlacementRequest;
import io.tinyscale.placement.RoundRobin;
import io.tinyscale.server.AdminState;
import io.tinyscale.server.Server;
import io.tinyscale.server.ServerStatus;
import io.tinyscale.tenant.MeetingId;
import io.tinyscale.upstream.FakeServers.FakeServer;
import io.tinyscale.upstream.FakeServers.Fault;
import io.tinyscale.upstream.Outcome;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class GatewayCreateTest {

  private static final String DENIAL =
      "<response><returncode>FAILED</returncode><messageKey>notFound</messageKey></response>";

  private final TestBalancer balancer = new TestBalancer(3);

  private CompletableFuture<Answer> creating(String meetingId, Body body) {
    return balancer.handle(
        "POST", "create", signed("create", "meetingID=" + meetingId), "text/xml", body);
  }

  private int holders(String meetingId) {
    return (int)
        IntStream.rangeClosed(1, 3)
            .filter(number -> balancer.bbb(number).meetings().containsKey(meetingId))
            .count();
  }

  @Test
  void placesMeetingsRoundRobin() {
    for (int i = 1; i <= 6; i++) {
      assertThat(balancer.reply("create", "meetingID=room-" + i).succeeded()).isTrue();
    }

    assertThat(balancer.bbb(1).meetings()).containsOnlyKeys("room-1", "room-4");
    assertThat(balancer.bbb(2).meetings()).containsOnlyKeys("room-2", "room-5");
    assertThat(balancer.bbb(3).meetings()).containsOnlyKeys("room-3", "room-6");
    assertThat(balancer.events)
        .contains("placed room-1 on bbb1", "placed room-2 on bbb2")
        .hasSize(6);
  }

  @Test
  void relaysTheAnswerUnchanged() {
    String document =
        "<response><returncode>SUCCESS</returncode><meetingID>m1</meetingID>\n<x>&#65;</x>"
            + "<internalMeetingID>i-1</internalMeetingID></response>";
    balancer.bbb(1).answers("create", document);

    assertThat(TestBalancer.text(balancer.call("create", "meetingID=m1"))).isEqualTo(document);
  }

  @Test
  void aSecondCreateGoesToTheSameServer() {
    balancer.call("create", "meetingID=m1&moderatorPW=mp&attendeePW=ap");
    int asked = balancer.servers.count();

    assertThat(balancer.key("create", "meetingID=m1&moderatorPW=mp&attendeePW=ap"))
        .isEqualTo("duplicateWarning");
    assertThat(balancer.key("create", "meetingID=m1")).isEqualTo("duplicateWarning");
    assertThat(balancer.key("create", "meetingID=m1&moderatorPW=xx")).isEqualTo("idNotUnique");
    assertThat(balancer.servers.count()).as("one call each").isEqualTo(asked + 3);
    assertThat(holders("m1")).isOne();
  }

  @Test
  void findsAMeetingThatWasMadeBehindOurBack() {
    balancer.bbb(3).holds("m1");

    assertThat(balancer.key("create", "meetingID=m1")).isEqualTo("duplicateWarning");
    assertThat(balancer.servers.count("create")).isOne();
  }

  @Test
  void aBlankAroundTheIdMakesNoOtherMeeting() {
    balancer.call("create", "meetingID=m1");

    balancer.call("create", "meetingID=m1+");

    assertThat(balancer.bbb(1).count("create")).isEqualTo(2);
  }

  @Test
  void manyCreatesAtOnceReachOneServer() throws Exception {
    int threads = 16;
    int creates = 600;
    ExecutorService work = Executors.newFixedThreadPool(4);
    ExecutorService callers = Executors.newFixedThreadPool(threads);
    try {
      balancer.withWork(work);
      CountDownLatch start = new CountDownLatch(threads);
      List<CompletableFuture<Answer>> answers = new ArrayList<>();
      for (int i = 0; i < creates; i++) {
        CompletableFuture<Answer> answer = new CompletableFuture<>();
        answers.add(answer);
        callers.execute(
            () -> {
              start.countDown();
              awaitQuietly(start);
              balancer
                  .calling("create", "meetingID=m1")
                  .whenComplete(
                      (came, bug) -> {
                        if (bug == null) {
                          answer.complete(came);
                        } else {
                          answer.completeExceptionally(bug);
                        }
                      });
            });
      }

      CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new)).get(60, TimeUnit.SECONDS);

      assertThat(answers).allMatch(answer -> reply(answer.join()).succeeded());
      assertThat(holders("m1")).isOne();
      assertThat(balancer.servers.count("create")).isEqualTo(creates);
      assertThat(
              IntStream.rangeClosed(1, 3).filter(n -> balancer.bbb(n).count("create") > 0).count())
          .isOne();
      assertThat(balancer.events).containsExactly("placed m1 on bbb1");
    } finally {
      work.shutdownNow();
      callers.shutdownNow();
    }
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void waitingCreatesSendNothing() {
    balancer.bbb(1).is(Fault.HOLDS, "create");
    CompletableFuture<Answer> first = balancer.calling("create", "meetingID=m1");
    CompletableFuture<Answer> second = balancer.calling("create", "meetingID=m1");

    assertThat(first).isNotDone();
    assertThat(second).isNotDone();
    assertThat(balancer.servers.count("create")).isOne();
    balancer.bbb(1).release();

    assertThat(reply(now(first)).messageKey()).isEmpty();
    assertThat(reply(now(second)).messageKey()).isEqualTo("duplicateWarning");
  }

  @Test
  void createsOfOtherMeetingsDoNotWait() {
    balancer.bbb(1).is(Fault.HOLDS, "create");
    balancer.calling("create", "meetingID=m1");

    assertThat(balancer.reply("create", "meetingID=m2").succeeded()).isTrue();
  }

  @Test
  void anOldDenialMakesNoSecondMeeting() {
    balancer.call("create", "meetingID=m1");
    balancer.bbb(1).ends("m1");
    balancer.bbb(1).is(Fault.HOLDS, "getMeetingInfo").answers("getMeetingInfo", DENIAL);
    CompletableFuture<Answer> late = balancer.calling("getMeetingInfo", "meetingID=m1");
    balancer.call("create", "meetingID=m1");

    balancer.bbb(1).release();

    assertThat(reply(now(late)).messageKey()).isEqualTo("notFound");
    assertThat(balancer.key("create", "meetingID=m1")).isEqualTo("duplicateWarning");
    assertThat(holders("m1")).isOne();
  }

  @Test
  void aCreateWithALostAnswerIsRepeatedOnTheSameServer() {
    balancer.bbb(1).is(Fault.LOSES_ANSWERS, "create");

    assertThat(balancer.key("create", "meetingID=m1")).isEqualTo("internalError");
    balancer.bbb(1).is(Fault.NONE, "create");

    assertThat(balancer.key("create", "meetingID=m1")).isEqualTo("duplicateWarning");
    assertThat(balancer.servers.count("create")).isEqualTo(2);
    assertThat(holders("m1")).isOne();
  }

  @Test
  void aCreateWithAnEmptyAnswerIsRepeatedOnTheSameServer() {
    for (String garbage : List.of("", "<html>", "<response><returncode>SUCC")) {
      balancer.bbb(1).answers("create", garbage);
      assertThat(balancer.key("create", "meetingID=m1")).isEqualTo("internalError");
    }
    balancer.bbb(1).answersPage("create", 500);
    assertThat(balancer.key("create", "meetingID=m1")).isEqualTo("internalError");

    assertThat(balancer.bbb(1).count("create")).isEqualTo(4);
    assertThat(balancer.servers.count("create")).isEqualTo(4);
  }

  @Test
  void aCreateThatWasAnsweredWithAnErrorIsOverOnceItsServerDeniesTheMeeting() {
    balancer.bbb(1).answersPage("create", 500);
    assertThat(balancer.key("create", "meetingID=m1")).isEqualTo("internalError");
    balancer.bbb(1).loses();
    pass(0.1);

    assertThat(balancer.reply("create", "meetingID=m1").succeeded()).isTrue();

    assertThat(balancer.bbb(1).count("getMeetingInfo")).isGreaterThan(1);
    assertThat(balancer.bbb(2).meetings()).containsKey("m1");
  }

  @Test
  void aCreateThatWasAnsweredWithAnErrorAndMadeItsMeetingIsRepeatedThere() {
    balancer.bbb(1).answersPage("create", 500).holds("m1");
    assertThat(balancer.key("create", "meetingID=m1")).isEqualTo("internalError");
    balancer.bbb(1).answers("create", answer -> answer);
    pass(0.1);

    assertThat(balancer.key("create", "meetingID=m1")).isEqualTo("duplicateWarning");
    assertThat(balancer.bbb(2).count("create")).isZero();
  }

  @Test
  void aCreateThatIsNeverAnsweredFailsAtItsDeadline() {
    balancer.bbb(1).is(Fault.SILENT, "create");
    CompletableFuture<Answer> answer = balancer.calling("create", "meetingID=m1");

    balancer.time.advance(TestBalancer.CREATE.minusMillis(1));
    assertThat(answer).isNotDone();
    balancer.time.advance(Duration.ofMillis(1));

    assertThat(reply(now(answer)).messageKey()).isEqualTo("internalError");
    assertThat(balancer.directory.remembered(new MeetingId("m1")))
        .contains(balancer.bbb(1).server());
    assertThat(balancer.servers.count("create")).isOne();
  }

  @Test
  void aCreateWhoseAnswerStallsFailsAtItsDeadline() {
    Pieces stalling = new Pieces();
    balancer.bbb(1).answers("create", o -> new Outcome.Answered(200, List.of(), stalling.body()));
    CompletableFuture<Answer> answer = balancer.calling("create", "meetingID=m1");
    CompletableFuture<Answer> next = balancer.calling("create", "meetingID=m1");

    stalling.add("<response><returncode>SUCCESS</returncode><meetingID>");
    balancer.bbb(1).answers("create", outcome -> outcome);
    balancer.time.advance(TestBalancer.ANSWER);

    assertThat(reply(now(answer)).messageKey()).isEqualTo("internalError");
    assertThat(reply(now(next)).messageKey()).isEqualTo("duplicateWarning");
    assertThat(balancer.events).first().asString().startsWith("failed create on bbb1");
  }

  @Test
  void aCreateThatWaitedTooLongForItsTurnIsAnsweredAndNotSent() {
    Pieces slow = new Pieces();
    CompletableFuture<Answer> first = creating("m1", slow.body());
    CompletableFuture<Answer> second = balancer.calling("create", "meetingID=m1");

    balancer.time.advance(TestBalancer.CREATE);
    assertThat(reply(now(second)).messageKey()).isEqualTo("internalError");
    slow.add("<modules/>").complete();

    assertThat(reply(now(first)).succeeded()).isTrue();
    assertThat(balancer.servers.count("create")).isOne();
    assertThat(balancer.time.alarms()).isZero();
  }

  @Test
  void aCreateThatWasNotSentGoesToAnotherServer() {
    balancer.bbb(1).is(Fault.REFUSES, "create");

    assertThat(balancer.reply("create", "meetingID=m1").succeeded()).isTrue();
    assertThat(balancer.directory.remembered(new MeetingId("m1")))
        .contains(balancer.bbb(2).server());
    assertThat(balancer.events)
        .containsExactly("failed create on bbb1: Connection refused", "placed m1 on bbb2");
  }

  @ParameterizedTest
  @ValueSource(strings = {"external", "internal"})
  void aBreakoutRoomIsMadeOnTheServerOfItsParent(String id) {
    balancer.call("create", "meetingID=other");
    ApiReply parent = balancer.reply("create", "meetingID=parent");
    String parentId = id.equals("external") ? "parent" : parent.text("internalMeetingID");

    for (int room = 1; room <= 3; room++) {
      balancer.call(
          "create",
          "meetingID=room" + room + "&isBreakout=true&sequence=1&parentMeetingID=" + parentId);
    }

    assertThat(balancer.bbb(2).meetings()).containsOnlyKeys("parent", "room1", "room2", "room3");
  }

  @Test
  void theParentOfABreakoutRoomIsFoundAlsoIfItWasMadeBehindOurBack() {
    balancer.bbb(3).holds("parent");

    balancer.call("create", "meetingID=room&isBreakout=true&parentMeetingID=parent");

    assertThat(balancer.bbb(3).meetings()).containsOnlyKeys("parent", "room");
  }

  @Test
  void aBreakoutRoomIsMadeNowhereElseIfTheServerOfItsParentFails() {
    balancer.bbb(3).holds("parent");
    balancer.bbb(3).is(Fault.REFUSES, "create");

    assertThat(balancer.key("create", "meetingID=room&isBreakout=true&parentMeetingID=parent"))
        .isEqualTo("internalError");

    assertThat(balancer.servers.count("create")).isOne();
    assertThat(balancer.directory.remembered(new MeetingId("room"))).isEmpty();
  }

  @Test
  void aBreakoutRoomIsNotMadeWhileASilentServerMayHaveItsParent() {
    IntStream.rangeClosed(2, 3).forEach(balancer::sweep);
    balancer.bbb(1).is(Fault.SILENT);

    CompletableFuture<Answer> create =
        balancer.calling("create", "meetingID=room&isBreakout=true&parentMeetingID=parent");
    balancer.time.advance(TestBalancer.ANSWER);

    assertThat(reply(now(create)).messageKey()).isEqualTo("internalError");

    assertThat(balancer.servers.count("create")).isZero();
  }

  @Test
  void aServerRefusesABreakoutRoomWhoseParentIsUnknownEverywhere() {
    balancer.bbb(1).answers("create", failed("parentMeetingDoesNotExist"));

    assertThat(balancer.key("create", "meetingID=room&isBreakout=true&parentMeetingID=parent"))
        .isEqualTo("parentMeetingDoesNotExist");
  }

  @Test
  void aCreateFailsIfNoServerIsReachable() {
    for (int number = 1; number <= 3; number++) {
      balancer.bbb(number).is(Fault.REFUSES, "create");
    }

    assertThat(balancer.key("create", "meetingID=m1")).isEqualTo("internalError");
    assertThat(balancer.servers.count("create")).isEqualTo(3);
    assertThat(balancer.directory.remembered(new MeetingId("m1"))).isEmpty();
  }

  @Test
  void aServerThatIsBackBeforeTheVerdictKeepsItsMeeting() {
    balancer.call("create", "meetingID=m1");
    balancer.goesDown(1);

    assertThat(balancer.key("create", "meetingID=m1")).isEqualTo("duplicateWarning");
    assertThat(holders("m1")).isOne();
  }

  @Test
  void aCreateFindsTheMeetingThatAnotherBalancerMadeAnew() {
    balancer.call("create", "meetingID=m1");
    balancer.bbb(1).is(Fault.REFUSES);
    balancer.goesDown(1);
    balancer.bbb(3).holds("m1");

    assertThat(balancer.key("create", "meetingID=m1")).isEqualTo("duplicateWarning");
    assertThat(balancer.bbb(2).meetings()).isEmpty();
  }

  @Test
  void aCreateGoesToTheCopyThatCallsGoToIfTheServerIsBackWithAnother() {
    balancer.call("create", "meetingID=m1");
    balancer.goesDown(1);
    balancer.bbb(3).holds("m1");

    assertThat(balancer.key("create", "meetingID=m1")).isEqualTo("duplicateWarning");

    int created = balancer.bbb(1).count("create") == 2 ? 1 : 3;
    assertThat(balancer.directory.remembered(new MeetingId("m1")))
        .contains(balancer.bbb(created).server());
  }

  @Test
  void aMeetingOfAServerThatIsDownIsNotMadeAnewWhileAnotherServerMayHaveIt() {
    balancer.call("create", "meetingID=m1");
    balancer.bbb(1).is(Fault.REFUSES);
    balancer.goesDown(1);
    balancer.bbb(2).is(Fault.SILENT, "getMeetingInfo");

    CompletableFuture<Answer> create = balancer.calling("create", "meetingID=m1");
    balancer.time.advance(TestBalancer.ANSWER);

    assertThat(reply(now(create)).messageKey()).isEqualTo("internalError");
    assertThat(balancer.servers.count("create")).isOne();
  }

  @Test
  void aCreateRestsOnNoAbsenceThatWasProvenBeforeIt() {
    balancer.withReuse(Duration.ofSeconds(1));
    assertThat(balancer.key("getMeetingInfo", "meetingID=m1")).isEqualTo("notFound");
    balancer.bbb(3).holds("m1");

    assertThat(balancer.key("create", "meetingID=m1")).isEqualTo("duplicateWarning");
    assertThat(holders("m1")).isOne();
  }

  @Test
  void aCreateJoinsNoQuestionThatBeganBeforeIt() {
    balancer.withReuse(Duration.ofSeconds(1));
    balancer.bbb(2).is(Fault.SILENT, "getMeetingInfo");
    CompletableFuture<Answer> early = balancer.calling("getMeetingInfo", "meetingID=m1");
    balancer.time.advance(Duration.ofMillis(1));
    balancer.bbb(2).is(Fault.NONE, "getMeetingInfo");
    balancer.bbb(1).holds("m1");

    assertThat(balancer.key("create", "meetingID=m1")).isEqualTo("duplicateWarning");
    assertThat(early).isNotDone();
    assertThat(holders("m1")).isOne();
  }

  @Test
  void aServerThatFailsEveryCreateIsLeftOutAfterTwoOfThem() {
    balancer.bbb(2).answersPage("create", 503);

    List<String> keys =
        IntStream.rangeClosed(1, 30)
            .mapToObj(
                i -> {
                  balancer.call("isMeetingRunning", "meetingID=m" + (i - 1));
                  return balancer.key("create", "meetingID=m" + i);
                })
            .toList();

    assertThat(keys).filteredOn("internalError"::equals).hasSize(2);
  }

  @Test
  void aServerOnTrialGetsOneCreateAtATimeUntilOnePasses() {
    balancer.bbb(2).answersPage("create", 503);
    IntStream.range(0, 6).forEach(i -> balancer.call("create", "meetingID=early" + i));
    balancer.time.advance(Duration.ofSeconds(10));
    balancer.bbb(2).answers("create", answer -> answer).is(Fault.HOLDS, "create");
    int before = balancer.bbb(2).count("create");

    for (int i = 4; i < 10; i++) {
      balancer.calling("create", "meetingID=m" + i);
    }
    assertThat(balancer.bbb(2).count("create")).isEqualTo(before + 1);
    balancer.bbb(2).is(Fault.NONE, "create").release();
    for (int i = 10; i < 16; i++) {
      balancer.calling("create", "meetingID=m" + i);
    }

    assertThat(balancer.bbb(2).count("create")).isEqualTo(before + 3);
  }

  @Test
  void aServerThatFailsTheCreateOfItsTrialIsOutAgainForLonger() {
    balancer.bbb(2).answersPage("create", 503);
    createSome("early", 6);
    balancer.time.advance(Duration.ofSeconds(10));
    int before = balancer.bbb(2).count("create");

    createSome("trial", 6);
    assertThat(balancer.bbb(2).count("create")).isEqualTo(before + 1);
    balancer.time.advance(Duration.ofSeconds(19));
    createSome("out", 6);
    assertThat(balancer.bbb(2).count("create")).isEqualTo(before + 1);
    balancer.time.advance(Duration.ofSeconds(1));
    createSome("again", 6);

    assertThat(balancer.bbb(2).count("create")).isEqualTo(before + 2);
    assertThat(balancer.events)
        .filteredOn(event -> event.startsWith("ejected"))
        .containsExactly("ejected bbb2 for 10 s", "ejected bbb2 for 20 s", "ejected bbb2 for 40 s");
  }

  private void createSome(String name, int count) {
    IntStream.range(0, count).forEach(i -> balancer.call("create", "meetingID=" + name + i));
  }

  @Test
  void aBodyIsStreamed() {
    Pieces body = new Pieces();
    CompletableFuture<Answer> answer = creating("m1", body.body());

    body.add("<modules>").add("</modules>").complete();

    assertThat(reply(now(answer)).succeeded()).isTrue();
    assertThat(balancer.bbb(1).bodies()).contains("<modules></modules>");
    assertThat(balancer.bbb(1).lastRequest().method()).isEqualTo("POST");
  }

  @Test
  void anUnreadBodyGoesToAnotherServer() {
    balancer.bbb(1).is(Fault.REFUSES, "create");
    Pieces body = new Pieces();
    CompletableFuture<Answer> answer = creating("m1", body.body());

    body.add("<modules/>").complete();

    assertThat(reply(now(answer)).succeeded()).isTrue();
    assertThat(balancer.bbb(2).bodies()).contains("<modules/>");
  }

  @Test
  void aBodyThatWasReadIsNotSentAgain() {
    balancer.bbb(1).is(Fault.REFUSES_AFTER_TAKING_THE_BODY, "create");
    Pieces body = new Pieces();
    CompletableFuture<Answer> answer = creating("m1", body.body());

    body.add("<modules/>").complete();

    assertThat(reply(now(answer)).messageKey()).isEqualTo("internalError");
    assertThat(balancer.servers.count("create")).isOne();
  }

  @Test
  void aBodyInMemoryIsSentAgainEvenIfItWasRead() {
    balancer.bbb(1).is(Fault.REFUSES_AFTER_TAKING_THE_BODY, "create");

    assertThat(reply(now(creating("m1", Body.of("<modules/>")))).succeeded()).isTrue();
    assertThat(balancer.bbb(2).bodies()).contains("<modules/>");
  }

  @Test
  void aBodyThatBreaksOffIsTheCallersFault() {
    Pieces body = new Pieces();
    CompletableFuture<Answer> answer = creating("m1", body.body());

    body.add("<mod").fail(new IOException("caller left"));

    assertThat(reply(now(answer)).messageKey()).isEqualTo("internalError");
    assertThat(balancer.events).isEmpty();
  }

  @Test
  void aRoomOfAServerThatRefusesConnectionsIsMadeAnewWithinSixSeconds() {
    balancer.call("create", "meetingID=m1");
    balancer.bbb(1).is(Fault.REFUSES);
    CompletableFuture<Answer> create = balancer.calling("create", "meetingID=m1");

    pass(4.9);
    assertThat(create).as("people may be in the room").isNotDone();
    assertThat(balancer.servers.count("create")).isEqualTo(2);

    pass(1.1);
    assertThat(reply(now(create)).succeeded()).isTrue();
    assertThat(balancer.directory.remembered(new MeetingId("m1")))
        .contains(balancer.bbb(2).server());
  }

  @Test
  void aRoomOfASilentServerIsMadeAnewAfterTwentySeconds() {
    balancer.call("create", "meetingID=m1");
    balancer.bbb(1).is(Fault.SILENT);
    CompletableFuture<Answer> first = balancer.calling("isMeetingRunning", "meetingID=m1");
    pass(11);
    assertThat(reply(now(first)).messageKey()).isEqualTo("internalError");

    CompletableFuture<Answer> second = balancer.calling("create", "meetingID=m1");
    pass(6.9);
    assertThat(second).isNotDone();
    pass(1.1);
    assertThat(reply(now(second)).messageKey()).isEqualTo("internalError");
    CompletableFuture<Answer> third = balancer.calling("create", "meetingID=m1");
    assertThat(balancer.servers.count("create")).isOne();
    pass(3);

    assertThat(reply(now(third)).succeeded()).isTrue();
    assertThat(balancer.bbb(2).meetings()).containsKey("m1");
  }

  @Test
  void aCreateGoesToTheOldServerIfThatIsBackInTime() {
    balancer.call("create", "meetingID=m1");
    balancer.bbb(1).is(Fault.REFUSES);
    CompletableFuture<Answer> create = balancer.calling("create", "meetingID=m1");
    pass(4);
    balancer.bbb(1).is(Fault.NONE);

    pass(1);

    assertThat(reply(now(create)).messageKey()).isEqualTo("duplicateWarning");
    assertThat(balancer.bbb(2).count("create")).isZero();
  }

  /** The server of the room has just begun to refuse connections, and is down by verdict. */
  private CompletableFuture<Answer> creatingAgainAfterAFailure() {
    balancer.bbb(1).is(Fault.REFUSES);
    balancer.pool.startsDown(balancer.bbb(1).server());
    return balancer.calling("create", "meetingID=m1");
  }

  @Test
  void anEmptyRoomOfAServerThatIsDownIsMadeAnewAtOnce() {
    balancer.call("create", "meetingID=m1");
    balancer.call("join", "meetingID=m1&fullName=Ann");
    pass(1);
    balancer.sweep(1);

    CompletableFuture<Answer> create = creatingAgainAfterAFailure();

    assertThat(reply(now(create)).succeeded()).isTrue();
    assertThat(balancer.bbb(2).meetings()).containsKey("m1");
  }

  @Test
  void anEmptyRoomIsNotMadeAnewWhileItsServerAnswersAndCannotTell() {
    balancer.call("create", "meetingID=m1");
    pass(1);
    balancer.sweep(1);
    balancer.bbb(1).answersPage("getMeetingInfo", 500);
    balancer.pool.startsDown(balancer.bbb(1).server());

    assertThat(balancer.key("create", "meetingID=m1")).isEqualTo("internalError");
    assertThat(balancer.bbb(2).meetings()).isEmpty();
  }

  @Test
  void aRoomIsMadeAnewAtOnceIfItsServerIsBackWithoutIt() {
    balancer.call("create", "meetingID=m1");
    balancer.call("join", "meetingID=m1&fullName=Ann");
    pass(1);
    CompletableFuture<Answer> create = creatingAgainAfterAFailure();
    pass(1);
    balancer.bbb(1).is(Fault.NONE).loses();

    pass(1);

    assertThat(reply(now(create)).succeeded()).isTrue();
    assertThat(balancer.bbb(2).meetings()).containsKey("m1");
  }

  @Test
  void aCreateWithoutTimeForAQuestionAsksNobody() {
    balancer.call("create", "meetingID=m1");
    balancer.call("join", "meetingID=m1&fullName=Ann");
    balancer.bbb(1).is(Fault.SILENT);
    balancer.pool.startsDown(balancer.bbb(1).server());
    CompletableFuture<Answer> first = balancer.calling("create", "meetingID=m1");
    CompletableFuture<Answer> second = balancer.calling("create", "meetingID=m1");
    pass(6.5);
    int questions = balancer.bbb(2).count("getMeetingInfo");

    pass(2);

    assertThat(reply(now(first)).messageKey()).isEqualTo("internalError");
    assertThat(reply(now(second)).messageKey()).isEqualTo("internalError");
    assertThat(balancer.bbb(2).count("getMeetingInfo") - questions).isLessThan(3);
  }

  @Test
  void aRoomWithAJoinSinceItWasSeenEmptyWaitsForItsServer() {
    balancer.call("create", "meetingID=m1");
    pass(1);
    balancer.sweep(1);
    balancer.call("join", "meetingID=m1&fullName=Ann");

    CompletableFuture<Answer> create = creatingAgainAfterAFailure();

    assertThat(create).as("Ann may be in the room").isNotDone();
    pass(6);
    assertThat(reply(now(create)).succeeded()).isTrue();
  }

  @ParameterizedTest
  @EnumSource(
      value = Balancers.class,
      names = {"ONE", "SEVERAL"})
  void unlessAloneARoomWithACreateSinceItWasSeenEmptyWaitsForItsServer(Balancers balancers) {
    balancer.withBalancers(balancers);
    balancer.call("create", "meetingID=m1");
    pass(1);
    balancer.sweep(1);
    balancer.call("create", "meetingID=m1");

    CompletableFuture<Answer> create = creatingAgainAfterAFailure();

    assertThat(create.isDone()).isEqualTo(balancers == Balancers.ONE);
  }

  @Test
  void aRoomWithAJoinDuringTheSweepThatShowsItEmptyWaitsForItsServer() {
    balancer.call("create", "meetingID=m1");
    String internalId = balancer.bbb(1).meetings().get("m1").internalId();
    pass(1);
    long begun = balancer.time.nanos();
    balancer.call("join", "meetingID=m1&fullName=Ann");
    pass(1);
    balancer.directory.swept(
        balancer.bbb(1).server(),
        Map.of(new MeetingId("m1"), new HeldMeeting(internalId, 0, "")),
        begun);

    assertThat(creatingAgainAfterAFailure()).as("Ann may be in the room").isNotDone();
  }

  private void pass(double seconds) {
    balancer.time.advance(Duration.ofMillis((long) (1000 * seconds)));
  }

  @Test
  void aloneANewMeetingIsPlacedAfterASweptServerHasDied() {
    balancer.withBalancers(Balancers.ONE).sweep(1);
    balancer.bbb(1).is(Fault.REFUSES);

    assertThat(balancer.reply("create", "meetingID=m1").succeeded()).isTrue();
    assertThat(balancer.bbb(2).meetings()).containsOnlyKeys("m1");
  }

  @Test
  void aServerThatRefusesOurSecretKeepsItsMeetingsAndGetsNone() {
    balancer.call("create", "meetingID=m1");
    FakeServer holder = balancer.bbb(1);
    assertThat(holder.meetings()).containsKey("m1");
    holder.answers("*", TestBalancer.failed("checksumError"));
    balancer.pool.refusedSecret(holder.server());

    assertThat(balancer.key("create", "meetingID=m1")).isEqualTo("internalError");
    for (int i = 0; i < 4; i++) {
      assertThat(balancer.reply("create", "meetingID=other" + i).succeeded()).isTrue();
    }
    assertThat(balancer.reply("isMeetingRunning", "meetingID=unknown").succeeded()).isFalse();

    assertThat(holder.meetings()).hasSize(1);
    assertThat(balancer.bbb(2).meetings()).doesNotContainKey("m1");
    balancer.sweep(1);
    balancer.pool.refusedSecret(holder.server());
    assertThat(balancer.reply("isMeetingRunning", "meetingID=unknown").text("running"))
        .as("it told its meetings before")
        .isEqualTo("false");
  }

  @Test
  void doesNotPlaceWhileAServerWithoutASweepIsSilent() {
    balancer.bbb(3).is(Fault.SILENT);
    CompletableFuture<Answer> create = balancer.calling("create", "meetingID=m1");

    pass(8);

    assertThat(reply(now(create)).messageKey()).isEqualTo("internalError");
    assertThat(balancer.servers.count("create")).isZero();
  }

  @Test
  void placesOnceAServerWithoutASweepHasRefusedConnectionsForFiveSeconds() {
    balancer.bbb(3).is(Fault.REFUSES);
    CompletableFuture<Answer> create = balancer.calling("create", "meetingID=m1");

    pass(4.9);
    assertThat(create).isNotDone();
    pass(1.1);

    assertThat(reply(now(create)).succeeded()).isTrue();
  }

  @Test
  void placesANewMeetingWhileAServerIsDown() {
    balancer.bbb(1).is(Fault.REFUSES);
    balancer.goesDown(1);

    assertThat(balancer.reply("create", "meetingID=m1").succeeded()).isTrue();
    assertThat(balancer.bbb(1).count("create")).isZero();
  }

  @Test
  void createFailsWithoutAServer() {
    assertThat(new TestBalancer(0).key("create", "meetingID=m1")).isEqualTo("internalError");
    for (int number = 1; number <= 3; number++) {
      balancer.goesDown(number);
    }
    assertThat(balancer.key("create", "meetingID=m1")).isEqualTo("internalError");
  }

  @Test
  void aServerThatRefusesOurSecretIsAnInternalError() {
    balancer.bbb(1).answers("create", TestBalancer.failed("checksumError"));

    assertThat(balancer.key("create", "meetingID=m1")).isEqualTo("internalError");
    assertThat(balancer.events).containsExactly("wrong secret of bbb1");
    assertThat(balancer.directory.remembered(new MeetingId("m1"))).isEmpty();
  }

  @Test
  void aRefusedCreateIsRelayedAndPlacesNothing() {
    String document =
        "<response><returncode>FAILED</returncode><errors><error><key>nonUniqueVoiceBridge</key>"
            + "<message>m</message></error></errors></response>";
    balancer.bbb(1).answers("create", document);

    assertThat(TestBalancer.text(balancer.call("create", "meetingID=m1"))).isEqualTo(document);
    assertThat(balancer.directory.remembered(new MeetingId("m1"))).isEmpty();
    balancer.bbb(1).ends("m1");
    assertThat(balancer.reply("create", "meetingID=m1").succeeded()).isTrue();
    assertThat(balancer.bbb(2).meetings()).containsOnlyKeys("m1");
  }

  @Test
  void aMeetingThatEndedIsPlacedAgain() {
    balancer.call("create", "meetingID=m1");
    balancer.call("end", "meetingID=m1");
    int before = balancer.servers.count("getMeetingInfo");

    assertThat(balancer.key("create", "meetingID=m1")).isEmpty();
    assertThat(holders("m1")).isOne();
    assertThat(balancer.bbb(2).meetings()).containsOnlyKeys("m1");
    assertThat(balancer.servers.count("getMeetingInfo")).as("each once").isEqualTo(before + 3);
  }

  @Test
  void aMeetingThatIsStillEndingStaysWhereItIs() {
    balancer.call("create", "meetingID=m1");
    balancer.call("end", "meetingID=m1");
    balancer.bbb(1).holds("m1");

    assertThat(balancer.key("create", "meetingID=m1")).isEqualTo("duplicateWarning");
    assertThat(balancer.bbb(1).count("create")).isEqualTo(2);
  }

  @Test
  void aDenialMakesNoSecondMeetingWhileACreateIsOnItsWayToTheServer() {
    balancer.call("create", "meetingID=m1");
    balancer.call("end", "meetingID=m1");
    FakeServer holder = balancer.bbb(1);
    holder.holds("m1");
    holder.is(Fault.HOLDS, "create");
    List<CompletableFuture<Answer>> creates = new ArrayList<>();
    creates.add(balancer.calling("create", "meetingID=m1"));
    assertThat(holder.held()).as("the server still shows what has ended").isOne();
    holder.ends("m1");

    balancer.time.advance(Duration.ofNanos(1));
    creates.add(balancer.calling("create", "meetingID=m1"));
    assertThat(balancer.key("getMeetingInfo", "meetingID=m1")).isEqualTo("notFound");
    creates.add(balancer.calling("create", "meetingID=m1"));
    balancer.time.advance(Duration.ofNanos(1));
    balancer.sweep(1);
    creates.add(balancer.calling("create", "meetingID=m1"));
    holder.release();

    assertThat(creates).allSatisfy(create -> assertThat(reply(now(create)).succeeded()).isTrue());
    assertThat(holders("m1")).isOne();
    assertThat(holder.meetings()).containsOnlyKeys("m1");
    holder.ends("m1");
    assertThat(balancer.key("getMeetingInfo", "meetingID=m1")).isEqualTo("notFound");
    assertThat(balancer.key("create", "meetingID=m1")).isEmpty();
    assertThat(balancer.bbb(2).meetings()).as("every create has ended").containsOnlyKeys("m1");
  }

  @Test
  void aCreateLostWhileTheMeetingEndsIsRepeatedOnTheSameServer() {
    balancer.call("create", "meetingID=m1");
    balancer.call("end", "meetingID=m1");
    balancer.bbb(1).holds("m1");
    balancer.bbb(1).is(Fault.HOLDS, "create");
    CompletableFuture<Answer> lost = balancer.calling("create", "meetingID=m1");
    balancer.time.advance(TestBalancer.CREATE);
    assertThat(reply(now(lost)).messageKey()).isEqualTo("internalError");
    balancer.bbb(1).ends("m1");
    balancer.bbb(1).is(Fault.NONE, "create");

    assertThat(balancer.key("create", "meetingID=m1")).isEmpty();
    balancer.bbb(1).release();

    assertThat(balancer.bbb(1).count("create")).isEqualTo(3);
    assertThat(balancer.servers.count("create")).isEqualTo(3);
    assertThat(holders("m1")).isOne();
  }

  @Test
  void aCordonedServerKeepsItsMeetingsAndGetsNoNewOnes() {
    Server bbb1 = balancer.bbb(1).server();
    Server cordoned =
        new Server(
            bbb1.name(),
            bbb1.api(),
            bbb1.secret(),
            ChecksumAlgorithm.SHA256,
            1,
            Set.of(),
            AdminState.CORDONED);
    balancer.withPool(List.of(cordoned, balancer.bbb(2).server(), balancer.bbb(3).server()));
    balancer.bbb(1).holds("old");

    assertThat(balancer.key("create", "meetingID=old")).isEqualTo("duplicateWarning");
    balancer.call("create", "meetingID=new-1");
    balancer.call("create", "meetingID=new-2");
    balancer.bbb(1).ends("old");
    balancer.call("create", "meetingID=old");

    assertThat(balancer.bbb(1).meetings()).isEmpty();
    assertThat(holders("old")).isOne();
  }

  static List<String> oddIds() {
    return List.of(
        "a&b",
        "a+b",
        "a/b",
        "a%2Fb",
        "a b c",
        "Zürich",
        "😀😀",
        "a=b",
        "a?b#c",
        "<a>&amp;\"'",
        "../../x",
        "x".repeat(255),
        "é".repeat(128),
        "]]>");
  }

  @ParameterizedTest
  @MethodSource("oddIds")
  void acceptsOddIds(String id) {
    String query = "meetingID=" + URLEncoder.encode(id, StandardCharsets.UTF_8);
    balancer.call("create", "meetingID=warm-up");

    assertThat(balancer.reply("create", query).succeeded()).isTrue();
    assertThat(balancer.bbb(2).meetings()).containsOnlyKeys(id);
    assertThat(balancer.key("create", query)).isEqualTo("duplicateWarning");
    assertThat(balancer.reply("getMeetingInfo", query).text("meetingID")).isEqualTo(id);
    assertThat(TestBalancer.location(balancer.call("join", query + "&fullName=A")))
        .startsWith("https://bbb2.example.org/bigbluebutton/api/join?" + query + "&fullName=A&");
    balancer.sweep(2);
    assertThat(balancer.reply("end", query).succeeded()).isTrue();
    assertThat(holders(id)).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"%c3%a9t%c3%a9", "%C3%A9t%C3%A9"})
  void oneIdInTwoSpellingsIsOneMeeting(String spelling) {
    balancer.call("create", "meetingID=%c3%a9t%C3%A9");

    assertThat(balancer.key("create", "meetingID=" + spelling)).isEqualTo("duplicateWarning");
    assertThat(balancer.bbb(1).lastRequest().target()).contains("?meetingID=" + spelling + "&");
  }

  // The policy.

  @Test
  void usesTheGivenPolicy() {
    PlacementPolicy last =
        (candidates, request) ->
            Optional.of(candidates)
                .filter(c -> !c.isEmpty())
                .map(c -> c.get(c.size() - 1).server());
    balancer.with(last);

    balancer.call("create", "meetingID=m1");
    balancer.call("create", "meetingID=m2");

    assertThat(balancer.bbb(3).meetings()).containsOnlyKeys("m1", "m2");
  }

  @Test
  void createFailsIfThePolicyChoosesNoServer() {
    balancer.with((candidates, request) -> Optional.empty());

    assertThat(balancer.key("create", "meetingID=m1")).isEqualTo("internalError");
  }

  @Test
  void showsTheCreateToThePolicy() {
    List<PlacementRequest> seen = new ArrayList<>();
    balancer.with(
        (candidates, request) -> {
          seen.add(request);
          return candidates.stream().findFirst().map(ServerStatus::server);
        });

    balancer.call(
        "create",
        "meetingID=m1&maxParticipants=12&meta_server-tag=gpu&meta_bbb-meeting-size-hint=9");

    assertThat(seen).hasSize(1);
    PlacementRequest create = seen.get(0);
    assertThat(create.meetingId()).isEqualTo(new MeetingId("m1"));
    assertThat(create.tenant()).isEqualTo("house");
    assertThat(create.tags()).contains("gpu");
    assertThat(create.sizeHint()).hasValue(9);
    assertThat(create.seats()).hasValue(12);
    assertThat(create.parameters().first("checksum")).isEmpty();
  }

  /** Chooses the first server and records its notifications. */
  private static final class Listening implements PlacementPolicy {

    private final List<String> heard = new ArrayList<>();

    @Override
    public Optional<Server> choose(List<ServerStatus> candidates, PlacementRequest request) {
      Optional<Server> first = candidates.stream().findFirst().map(ServerStatus::server);
      first.ifPresent(server -> heard.add("chose " + server.name()));
      return first;
    }

    @Override
    public void made(PlacementRequest request, Server server) {
      heard.add("made on " + server.name());
    }

    @Override
    public void unknown(PlacementRequest request, Server server) {
      heard.add("unknown on " + server.name());
    }

    @Override
    public void failed(PlacementRequest request, Server server) {
      heard.add("failed on " + server.name());
    }
  }

  @Test
  void tellsThePolicyThatTheMeetingWasMade() {
    Listening policy = new Listening();
    balancer.with(policy);

    balancer.call("create", "meetingID=m1");
    balancer.call("create", "meetingID=m1");

    assertThat(policy.heard).containsExactly("chose bbb1", "made on bbb1");
  }

  @Test
  void tellsThePolicyThatTheServerWasNotReachedAndAsksAgain() {
    Listening policy = new Listening();
    balancer.with(policy);
    balancer.bbb(1).is(Fault.REFUSES, "create");

    balancer.call("create", "meetingID=m1");

    assertThat(policy.heard)
        .containsExactly("chose bbb1", "failed on bbb1", "chose bbb2", "made on bbb2");
  }

  @Test
  void tellsThePolicyThatTheServerRefused() {
    Listening policy = new Listening();
    balancer.with(policy);
    balancer.bbb(1).answers("create", TestBalancer.failed("validationError"));

    balancer.call("create", "meetingID=m1");

    assertThat(policy.heard).containsExactly("chose bbb1", "failed on bbb1");
  }

  @Test
  void tellsThePolicyThatTheOutcomeIsUnknown() {
    Listening policy = new Listening();
    balancer.with(policy);
    balancer.bbb(1).is(Fault.LOSES_ANSWERS, "create");

    balancer.call("create", "meetingID=m1");

    assertThat(policy.heard).containsExactly("chose bbb1", "unknown on bbb1");
  }

  @Test
  void inStrictModeOnlyNewMeetingsMoveTheCursor() {
    balancer.call("create", "meetingID=m1");
    balancer.call("create", "meetingID=m1");
    balancer.call("getMeetings", "");
    balancer.call("getMeetingInfo", "meetingID=unknown");
    balancer.call("someNewCall", "");
    balancer.call("create", "meetingID=m2");

    assertThat(balancer.bbb(2).meetings()).containsOnlyKeys("m2");
  }

  @Test
  void inLooseModeCallsForUnknownMeetingsMoveTheCursor() {
    balancer.with(new RoundRobin(false));

    balancer.call("create", "meetingID=m1");
    balancer.call("create", "meetingID=m1");
    balancer.call("getMeetings", "");
    balancer.call("getMeetingInfo", "meetingID=m1");
    balancer.call("getMeetingInfo", "meetingID=unknown");
    balancer.call("create", "meetingID=m2");

    assertThat(balancer.bbb(1).meetings()).containsOnlyKeys("m1");
    assertThat(balancer.bbb(3).meetings()).containsOnlyKeys("m2");

    balancer.call("someNewCall", "");
    assertThat(balancer.bbb(1).count("someNewCall")).isOne();
    balancer.call("create", "meetingID=m3");
    assertThat(balancer.bbb(2).meetings()).containsOnlyKeys("m3");
  }

  @ParameterizedTest
  @ValueSource(strings = {"getMeetingInfo", "isMeetingRunning"})
  void inLooseModeCallsAnsweredFromKeptAnswersMoveTheCursorToo(String call) {
    balancer.with(new RoundRobin(false)).withReuse(Duration.ofSeconds(1));
    balancer.call("create", "meetingID=m1");
    balancer.call(call, "meetingID=unknown");
    int asked = balancer.servers.count(call);
    balancer.call(call, "meetingID=unknown");
    balancer.call(call, "meetingID=m1");
    balancer.call(call, "meetingID=m1");
    assertThat(balancer.servers.count(call)).as("one more, for m1").isEqualTo(asked + 1);

    balancer.call("create", "meetingID=m2");

    assertThat(balancer.bbb(1).meetings()).containsOnlyKeys("m1", "m2");
  }
}
