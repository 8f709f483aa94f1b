package io.tinyscale.gateway;

import static io.tinyscale.balancer.TestBalancer.now;
import static io.tinyscale.balancer.TestBalancer.reply;
import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.balancer.TestBalancer;
import io.tinyscale.call.Answer;
import io.tinyscale.meeting.Balancers;
import io.tinyscale.server.Server;
import io.tinyscale.tenant.MeetingId;
import io.tinyscale.upstream.FakeServers.FakeMeeting;
import io.tinyscale.upstream.FakeServers.Fault;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What proves that a meeting is on no server, for calls that ask for it and for creates: while
 * tinyscale alone makes meetings, and while others may.
 */
class EvidenceOfAbsenceTest {

  private static final int SIZE = 20;

  /** Two intervals. */
  private static final Duration GOOD_FOR = Duration.ofSeconds(20);

  private final TestBalancer balancer = new TestBalancer(SIZE);

  private void alone() {
    balancer.withBalancers(Balancers.ONE);
    sweepAll();
  }

  private void careful() {
    balancer.withBalancers(Balancers.SEVERAL);
    sweepAll();
  }

  private void sweepAll() {
    IntStream.rangeClosed(1, SIZE).forEach(balancer::sweep);
  }

  private Server server(int number) {
    return balancer.bbb(number).server();
  }

  private void goesDown(int number) {
    balancer.bbb(number).is(Fault.REFUSES);
    balancer.goesDown(number);
  }

  private String poll(String meetingId) {
    return balancer.key("getMeetingInfo", "meetingID=" + meetingId);
  }

  private String create(String meetingId) {
    return balancer.key("create", "meetingID=" + meetingId);
  }

  private int questions() {
    return balancer.servers.count("getMeetingInfo");
  }

  // Alone.

  @ParameterizedTest
  @ValueSource(strings = {"getMeetingInfo", "isMeetingRunning", "end", "sendChatMessage"})
  void aloneACallForARoomThatIsNotOpenCostsNoServerCall(String call) {
    alone();

    Answer answer = balancer.call(call, "meetingID=m1&message=x");

    assertThat(TestBalancer.text(answer)).containsAnyOf("otFound", "<running>false");
    assertThat(balancer.servers.count()).isZero();
  }

  @Test
  void aloneACreateOfANewMeetingCostsOneServerCall() {
    alone();

    assertThat(create("m1")).isEmpty();

    assertThat(balancer.servers.count()).isOne();
    assertThat(poll("m1")).isEmpty();
    assertThat(balancer.servers.count()).isEqualTo(2);
  }

  @Test
  void aloneAMeetingThatItsServerDeniesIsAbsentWithoutAnotherQuestion() {
    alone();
    create("m1");
    balancer.bbb(1).ends("m1");

    assertThat(poll("m1")).isEqualTo("notFound");
    assertThat(poll("m1")).isEqualTo("notFound");
    assertThat(balancer.servers.count()).isEqualTo(2);

    assertThat(create("m1")).isEmpty();
    assertThat(balancer.servers.count()).isEqualTo(3);
  }

  @Test
  void sweepsDecideOnceNobodyElseHasShownForAnHour() {
    balancer.withBalancers(Balancers.AUTO);
    sweepAll();

    assertThat(poll("m1")).isEqualTo("notFound");
    assertThat(questions()).isEqualTo(SIZE);

    balancer.time.advance(Duration.ofHours(1));

    assertThat(poll("m1")).isEqualTo("notFound");
    assertThat(create("m1")).isEmpty();
    assertThat(questions()).isEqualTo(SIZE);
  }

  @Test
  void aloneASweepDoesNotAge() {
    alone();
    goesDown(1);
    balancer.bbb(2).is(Fault.REFUSES);
    balancer.bbb(3).answers("*", TestBalancer.failed("checksumError"));
    balancer.pool.refusedSecret(server(3));
    balancer.bbb(4).answersPage("*", 500);
    balancer.pool.answeredCheck(server(4));
    balancer.time.advance(Duration.ofHours(10));

    assertThat(poll("m1")).isEqualTo("notFound");
    assertThat(questions()).isZero();
    for (int i = 0; i < SIZE; i++) {
      create("m" + i);
    }
    assertThat(questions()).isZero();
  }

  @Test
  void aloneOnlyAServerThatWasNeverSweptIsAsked() {
    balancer.withBalancers(Balancers.ONE);
    IntStream.range(1, SIZE).forEach(balancer::sweep);
    balancer.bbb(SIZE).holds("old");

    assertThat(poll("m1")).isEqualTo("notFound");
    assertThat(questions()).isOne();
    assertThat(create("old")).isEqualTo("duplicateWarning");
    assertThat(balancer.bbb(SIZE).count("getMeetingInfo")).isEqualTo(2);
    assertThat(balancer.servers.count()).isEqualTo(3);

    balancer.bbb(SIZE).is(Fault.REFUSES);
    assertThat(poll("m2")).isEqualTo("internalError");
    CompletableFuture<Answer> create = balancer.calling("create", "meetingID=m2");
    balancer.time.advance(Duration.ofSeconds(4));
    assertThat(create).as("it waits for the word of that server").isNotDone();
    assertThat(poll("m3")).isEqualTo("internalError");
    balancer.goesDown(SIZE);
    int before = questions();
    assertThat(poll("m3")).as("nobody can be in a meeting there").isEqualTo("notFound");
    assertThat(questions()).isEqualTo(before);
  }

  @Test
  void aloneAServerThatWasNeverSweptAndIsSilentMayHoldAnything() {
    balancer.withBalancers(Balancers.ONE);
    IntStream.range(1, SIZE).forEach(balancer::sweep);
    balancer.bbb(SIZE).is(Fault.SILENT);
    balancer.pool.startsDown(server(SIZE));

    balancer.time.advance(Duration.ofHours(1));
    assertThat(poll("m1")).isEqualTo("internalError");
    CompletableFuture<Answer> early = balancer.calling("create", "meetingID=m1");
    balancer.time.advance(TestBalancer.ANSWER);
    assertThat(reply(now(early)).messageKey()).isEqualTo("internalError");

    balancer.time.advance(Duration.ofSeconds(12));
    CompletableFuture<Answer> late = balancer.calling("create", "meetingID=m1");
    balancer.time.advance(Duration.ofSeconds(1));

    assertThat(reply(now(late)).succeeded()).as("after our patience").isTrue();
  }

  @Test
  void aloneAMeetingIsMadeAnewWithoutAQuestionToTheOtherServers() {
    alone();
    create("m1");
    balancer.sweep(1);
    goesDown(1);
    int before = questions();

    assertThat(create("m1")).isEmpty();

    assertThat(questions()).as("the old server alone").isEqualTo(before + 1);
  }

  @Test
  void carefulACreateAsksServersThatAreDownBeforeItMakesAMeetingAnew() {
    careful();
    create("m1");
    balancer.sweep(1);
    goesDown(1);
    balancer.pool.startsDown(server(2));
    balancer.bbb(2).holds("m1");

    assertThat(create("m1")).isEqualTo("duplicateWarning");

    assertThat(balancer.bbb(2).count("create")).isOne();
  }

  @Test
  void aloneAServerThatWasNeverSweptAndIsBackBeforeTheVerdictKeepsItsMeeting() {
    balancer.withBalancers(Balancers.ONE);
    IntStream.range(1, SIZE).forEach(balancer::sweep);
    balancer.bbb(SIZE).holds("old");
    balancer.goesDown(SIZE);

    assertThat(create("old")).isEqualTo("duplicateWarning");
  }

  @Test
  void aloneASweepDoesNotProveThatAServerLacksWhatWeSawThere() {
    alone();
    create("m1");
    balancer.sweep(1);
    goesDown(1);
    assertThat(create("m1")).as("made anew").isEmpty();
    balancer.call("end", "meetingID=m1");
    balancer.time.advance(Duration.ofMillis(1));
    balancer.sweep(2);
    assertThat(balancer.directory.remembered(new MeetingId("m1"))).isEmpty();

    assertThat(poll("m1")).as("its first server may have it").isEqualTo("internalError");
    assertThat(poll("m2")).isEqualTo("notFound");

    balancer.bbb(1).is(Fault.NONE);
    balancer.pool.answeredCheck(server(1));
    balancer.pool.answeredCheck(server(1));
    assertThat(poll("m1")).isEmpty();
  }

  @Test
  void aloneAMeetingThatWasPerhapsMadeIsNotAbsent() {
    alone();
    balancer.bbb(1).is(Fault.LOSES_ANSWERS, "create");
    assertThat(create("m1")).isEqualTo("internalError");
    balancer.bbb(1).is(Fault.REFUSES);

    assertThat(poll("m1")).isEqualTo("internalError");
    CompletableFuture<Answer> create = balancer.calling("create", "meetingID=m1");
    balancer.time.advance(Duration.ofSeconds(4));
    assertThat(create).as("it waits for the word of that server").isNotDone();
    assertThat(balancer.servers.count("create")).isEqualTo(balancer.bbb(1).count("create"));
  }

  @Test
  void aloneAnInternalIdThatIsUnknownIsAskedFor() {
    alone();
    balancer.bbb(1).is(Fault.LOSES_ANSWERS, "create");
    create("m1");
    balancer.bbb(1).is(Fault.NONE, "create");
    FakeMeeting made = balancer.bbb(1).meetings().get("m1");

    assertThat(poll(made.internalId())).isEmpty();
  }

  @Test
  void aloneTheParentOfABreakoutRoomIsKnownFromSweeps() {
    alone();
    balancer.bbb(7).holds("parent");
    balancer.sweep(7);

    balancer.call("create", "meetingID=room&isBreakout=true&parentMeetingID=parent");

    assertThat(balancer.bbb(7).meetings()).containsOnlyKeys("parent", "room");
    assertThat(questions()).isZero();
    assertThat(balancer.servers.count("create")).isOne();
  }

  @Test
  void aloneAMeetingOfAnotherBalancerIsFoundAfterTheNextSweep() {
    alone();
    balancer.bbb(7).holds("foreign");

    assertThat(poll("foreign")).isEqualTo("notFound");
    balancer.sweep(7);
    assertThat(poll("foreign")).isEmpty();
    assertThat(create("foreign")).isEqualTo("duplicateWarning");
  }

  // Careful.

  @Test
  void carefulEveryServerIsAskedForARoomThatIsNotOpen() {
    careful();

    assertThat(poll("m1")).isEqualTo("notFound");

    assertThat(balancer.servers.count()).isEqualTo(SIZE);
  }

  @Test
  void besideOtherBalancersACreateAsksEveryServerBeforeAndAfter() {
    careful();

    assertThat(create("m1")).isEmpty();

    assertThat(balancer.servers.count("getMeetingInfo")).isEqualTo(SIZE + SIZE - 1);
    assertThat(balancer.servers.count("create")).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(ints = {500, 502, 503, 504})
  void carefulACreateRestsOnTheLastSweepOfAServerThatAnswersButCannotTell(int status) {
    careful();
    balancer.bbb(1).answersPage("getMeetingInfo", status);

    CompletableFuture<Answer> create = balancer.calling("create", "meetingID=m1");
    balancer.time.advance(Duration.ofSeconds(1));

    assertThat(TestBalancer.text(now(create))).contains("SUCCESS");
  }

  @Test
  void carefulACreateWaitsForAServerBehindAProxyThatDoesNotReachIt() {
    careful();
    balancer.bbb(1).answersPage("*", 503);

    CompletableFuture<Answer> create = balancer.calling("create", "meetingID=m1");
    balancer.time.advance(Duration.ofSeconds(2));
    assertThat(create).isNotDone();
    balancer.bbb(1).answers("*", answer -> answer);
    balancer.time.advance(Duration.ofSeconds(1));

    assertThat(TestBalancer.text(now(create))).contains("SUCCESS");
  }

  @Test
  void carefulACreateAsksAgainAfterAnAbsenceThatIsKept() {
    balancer.withReuse(Duration.ofSeconds(1));
    careful();
    assertThat(poll("m1")).isEqualTo("notFound");
    assertThat(balancer.key("isMeetingRunning", "meetingID=m1")).isEmpty();
    assertThat(balancer.servers.count()).as("kept").isEqualTo(SIZE);
    balancer.bbb(7).holds("m1");

    assertThat(create("m1")).isEqualTo("duplicateWarning");

    assertThat(questions()).isEqualTo(2 * SIZE);
    assertThat(balancer.servers.count("create")).isOne();
  }

  @Test
  void carefulACreateAsksAgainAfterAnAbsenceThatIsKeptIfItsMeetingHasEnded() {
    balancer.withReuse(Duration.ofSeconds(1));
    careful();
    create("m1");
    balancer.call("end", "meetingID=m1");
    assertThat(poll("m1")).isEqualTo("notFound");
    balancer.bbb(7).holds("m1");

    assertThat(create("m1")).isEqualTo("duplicateWarning");
    assertThat(balancer.bbb(7).count("create")).isOne();
  }

  @Test
  void carefulACreateDoesNotJoinAQuestionOfACallAtTheSameInstant() {
    careful();
    goesDown(1);
    balancer.bbb(1).is(Fault.NONE).holds("m1");
    balancer.bbb(2).is(Fault.HOLDS, "getMeetingInfo");
    balancer.calling("getMeetingInfo", "meetingID=m1");

    CompletableFuture<Answer> create = balancer.calling("create", "meetingID=m1");
    balancer.bbb(2).release();

    assertThat(reply(now(create)).messageKey()).isEqualTo("duplicateWarning");
    assertThat(balancer.bbb(1).count("create")).isOne();
  }

  @ParameterizedTest
  @EnumSource(
      value = Fault.class,
      names = {"REFUSES", "SILENT"})
  void carefulANewMeetingWaitsForTheVerdictOnAServerThatDoesNotAnswer(Fault fault) {
    careful();
    balancer.bbb(7).is(fault);

    CompletableFuture<Answer> create = balancer.calling("create", "meetingID=m1");
    balancer.time.advance(Duration.ofMillis(2900));
    assertThat(create).isNotDone();
    assertThat(balancer.servers.count("create")).isZero();
    balancer.time.advance(TestBalancer.LIST);

    assertThat(reply(now(create)).succeeded()).isTrue();
    assertThat(balancer.bbb(7).count("create")).isZero();
  }

  @Test
  void carefulASuccessThatCannotBeReadIsNoAbsence() {
    careful();
    balancer
        .bbb(7)
        .answers(
            "getMeetingInfo",
            "<response><returncode>SUCCESS</returncode><meetingID>m\u0000</meetingID></response>");

    assertThat(create("m1")).isEqualTo("internalError");
  }

  @Test
  void carefulTheLastSweepCountsForACreateIfTheServerAnswersAndCannotTell() {
    careful();
    balancer.bbb(1).answersPage("getMeetingInfo", 500);
    balancer.bbb(2).answers("getMeetingInfo", TestBalancer.failed("internalError"));
    balancer.bbb(3).answers("*", TestBalancer.failed("checksumError"));
    balancer.bbb(4).answers("*", TestBalancer.failed("checksumError"));
    balancer.pool.refusedSecret(server(4));
    balancer.time.advance(GOOD_FOR.multipliedBy(10));

    assertThat(create("m1")).isEmpty();
    assertThat(balancer.bbb(5).meetings()).containsOnlyKeys("m1");
  }

  @Test
  void carefulACreateAsksAServerThatRefusedOurSecretAtItsLastSweep() {
    careful();
    balancer.pool.refusedSecret(server(4));
    balancer.bbb(4).holds("m1");

    assertThat(create("m1")).isEqualTo("duplicateWarning");
    assertThat(balancer.bbb(4).count("create")).isOne();
  }

  @Test
  void carefulNoSweepCountsIfThereWasNone() {
    balancer.withBalancers(Balancers.SEVERAL);
    IntStream.range(1, SIZE).forEach(balancer::sweep);
    balancer.bbb(SIZE).answersPage("getMeetingInfo", 500);

    assertThat(create("m1")).isEqualTo("internalError");
  }

  @Test
  void carefulACreateAsksAServerThatIsDownForASecond() {
    careful();
    balancer.bbb(7).is(Fault.SILENT);
    balancer.goesDown(7);

    CompletableFuture<Answer> create = balancer.calling("create", "meetingID=m1");
    balancer.time.advance(Duration.ofMillis(999));
    assertThat(create).isNotDone();
    balancer.time.advance(Duration.ofMillis(1));

    assertThat(reply(now(create)).succeeded()).isTrue();
    assertThat(poll("m2")).as("a poll does not ask it").isEqualTo("notFound");
    assertThat(balancer.bbb(7).count("getMeetingInfo")).isOne();
  }

  @Test
  void carefulACreateFindsTheMeetingOnAServerThatIsBackBeforeTheVerdict() {
    careful();
    balancer.bbb(7).holds("m1");
    balancer.goesDown(7);

    assertThat(create("m1")).isEqualTo("duplicateWarning");
    assertThat(balancer.bbb(7).count("create")).isOne();
  }

  @Test
  void carefulTheLastSweepOfAServerThatIsNotAskedIsGoodForTwoIntervals() {
    careful();
    balancer.pool.refusedSecret(server(7));
    balancer.time.advance(GOOD_FOR.minusMillis(1));
    assertThat(poll("m1")).isEqualTo("notFound");

    balancer.time.advance(Duration.ofMillis(2));
    assertThat(poll("m1")).isEqualTo("internalError");

    balancer.sweep(7);
    balancer.pool.refusedSecret(server(7));
    assertThat(poll("m1")).isEqualTo("notFound");
  }

  @Test
  void carefulTheLastSweepOfAServerThatRefusesConnectionsStands() {
    careful();
    goesDown(7);
    balancer.time.advance(GOOD_FOR.multipliedBy(10));

    assertThat(poll("m1")).isEqualTo("notFound");
  }

  @Test
  void inAFloodCreatesHaveRoomForTheirQuestions() {
    careful();
    balancer.bbb(7).is(Fault.HOLDS, "getMeetingInfo");
    for (int i = 0; i < 1000; i++) {
      balancer.calling("getMeetingInfo", "meetingID=made-up-" + i);
    }
    assertThat(balancer.bbb(7).held()).isEqualTo(200);

    CompletableFuture<Answer> create = balancer.calling("create", "meetingID=m1");
    assertThat(balancer.bbb(7).held()).isEqualTo(201);
    balancer.bbb(7).release();

    assertThat(reply(now(create)).succeeded()).isTrue();
  }

  @Test
  void carefulNoMeetingIsMadeWithoutAQuestion() {
    careful();
    balancer.bbb(7).is(Fault.HOLDS, "getMeetingInfo");
    for (int i = 0; i < 400; i++) {
      balancer.calling("create", "meetingID=m" + i);
    }
    assertThat(balancer.bbb(7).held()).isEqualTo(400);

    assertThat(create("one-more")).isEqualTo("serverOverloaded");
    balancer.bbb(7).release();
    assertThat(create("one-more")).isEmpty();
  }
}
