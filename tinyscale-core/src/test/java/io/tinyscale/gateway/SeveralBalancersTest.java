package io.tinyscale.gateway;

import static io.tinyscale.balancer.TestBalancer.location;
import static io.tinyscale.balancer.TestBalancer.now;
import static io.tinyscale.balancer.TestBalancer.reply;
import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.balancer.TestBalancer;
import io.tinyscale.bbb.ApiReply;
import io.tinyscale.call.Answer;
import io.tinyscale.meeting.Balancers;
import io.tinyscale.placement.PlacementPolicy;
import io.tinyscale.placement.PlacementRequest;
import io.tinyscale.server.AdminState;
import io.tinyscale.server.Server;
import io.tinyscale.server.ServerStatus;
import io.tinyscale.upstream.FakeServers.Fault;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Two balancers that share nothing, in front of the same servers. */
class SeveralBalancersTest {

  private final TestBalancer first = new TestBalancer(3).withBalancers(Balancers.SEVERAL);
  private final TestBalancer second = first.another();
  private long clock = 1_700_000_000_000L;

  /** Places every meeting on one server: the worst case, in which balancers never agree. */
  private record Always(String name, int place) implements PlacementPolicy {

    @Override
    public Optional<Server> choose(List<ServerStatus> candidates, PlacementRequest request) {
      return Optional.of(candidates.get(Math.min(place, candidates.size() - 1)).server());
    }
  }

  private void disagree() {
    first.with(new Always("first", 0));
    second.with(new Always("second", 1));
    sweepAll();
  }

  private void sweepAll() {
    first.time.advance(Duration.ofSeconds(10));
    for (int number = 1; number <= 3; number++) {
      first.sweep(number);
      second.sweep(number);
    }
  }

  /** A moment later, by the clocks of all servers. */
  private void later() {
    clock += 1000;
    for (int number = 1; number <= 3; number++) {
      first.bbb(number).startsAt(clock);
    }
  }

  private String internalId(ApiReply reply) {
    assertThat(reply.succeeded()).as(reply.messageKey()).isTrue();
    return reply.text("internalMeetingID");
  }

  @Test
  void aCreateThroughTheOtherBalancerAfterAnEndFindsTheNewMeeting() {
    for (int room = 0; room < 100; room++) {
      String create = "meetingID=room" + room + "&moderatorPW=mp";
      later();
      internalId(first.reply("create", create));
      sweepAll();
      assertThat(first.reply("end", "meetingID=room" + room + "&password=mp").succeeded()).isTrue();
      later();
      String made = internalId(first.reply("create", create));

      later();
      // Until its next sweep it takes the meeting to be where it was, and asks nobody before.
      assertThat(internalId(second.reply("create", create))).isEqualTo(made);
      assertThat(location(second.call("join", "fullName=Ann&meetingID=room" + room)))
          .isEqualTo(location(first.call("join", "fullName=Ann&meetingID=room" + room)));
    }
  }

  @Test
  void aJoinWaitsForTheCreateThatMakesItsMeeting() {
    disagree();
    first.bbb(1).is(Fault.HOLDS, "create");
    first.bbb(2).is(Fault.HOLDS, "create");
    CompletableFuture<Answer> create = first.calling("create", "meetingID=math");
    second.calling("create", "meetingID=math");
    later();
    first.bbb(2).release();

    CompletableFuture<Answer> join = first.calling("join", "fullName=Ann&meetingID=math");

    assertThat(join).as("the copy on bbb1 may be given up").isNotDone();
    later();
    first.bbb(1).release();
    assertThat(internalId(reply(now(create))))
        .isEqualTo(first.bbb(2).meetings().get("math").internalId());
    assertThat(location(now(join))).startsWith("https://bbb2.");
  }

  @Test
  void aJoinDoesNotWaitForLong() {
    first.bbb(1).is(Fault.HOLDS, "create");
    first.with(new Always("first", 0));
    first.calling("create", "meetingID=math");

    CompletableFuture<Answer> join = first.calling("join", "fullName=Ann&meetingID=math");

    first.time.advance(TestBalancer.LIST.minusMillis(1));
    assertThat(join).isNotDone();
    first.time.advance(Duration.ofMillis(1));
    assertThat(reply(now(join)).messageKey()).isEqualTo("internalError");
  }

  @Test
  void whereNobodyElseMakesMeetingsAJoinDoesNotWait() {
    TestBalancer alone = new TestBalancer(1).withBalancers(Balancers.ONE);
    alone.bbb(1).is(Fault.HOLDS, "create");
    alone.calling("create", "meetingID=math");

    assertThat(location(alone.call("join", "fullName=Ann&meetingID=math")))
        .startsWith("https://bbb1.");
  }

  @Test
  void aCreateYieldsToAMeetingOnAServerThatOnlyThisBalancerHasCordoned() {
    first.withPool(
        first.servers.all().stream()
            .map(server -> server.name().equals("bbb2") ? server.with(AdminState.CORDONED) : server)
            .toList());
    disagree();
    first.bbb(1).is(Fault.HOLDS, "create");
    CompletableFuture<Answer> create = first.calling("create", "meetingID=math");

    later();
    String older = internalId(second.reply("create", "meetingID=math"));
    later();
    first.bbb(1).release();

    assertThat(internalId(reply(now(create)))).isEqualTo(older);
    sweepAll();
    sweepAll();
    assertThat(first.bbb(1).meetings()).isEmpty();
    assertThat(first.bbb(2).meetings()).containsKey("math");
  }

  @Test
  void aJoinWaitsUntilItIsSettledWhichOfTwoMeetingsCounts() {
    disagree();
    first.bbb(1).is(Fault.HOLDS, "create");
    CompletableFuture<Answer> create = first.calling("create", "meetingID=math");
    later();
    internalId(second.reply("create", "meetingID=math"));

    CompletableFuture<Answer> join = first.calling("join", "fullName=Ann&meetingID=math");
    assertThat(join).as("a create is on its way").isNotDone();
    later();
    first.bbb(1).release();

    assertThat(reply(now(create)).messageKey()).isEqualTo("duplicateWarning");
    assertThat(location(now(join)))
        .isEqualTo(location(second.call("join", "fullName=Ann&meetingID=math")));
  }

  @Test
  void nobodyIsLedToAMeetingThatIsAboutToYield() {
    first.with(new Always("first", 1));
    second.with(new Always("second", 0));
    first.bbb(1).holds("math");
    sweepAll();
    first.call("end", "meetingID=math");
    first.bbb(1).is(Fault.HOLDS, "create");
    List<CompletableFuture<Answer>> creates = new ArrayList<>();
    creates.add(second.calling("create", "meetingID=math"));
    creates.add(second.calling("create", "meetingID=math"));
    assertThat(first.bbb(1).held()).as("it takes the meeting to be there still").isEqualTo(2);
    later();
    String older = internalId(first.reply("create", "meetingID=math"));
    assertThat(older).isEqualTo(first.bbb(2).meetings().get("math").internalId());

    first.bbb(2).is(Fault.HOLDS, "getMeetingInfo");
    later();
    first.bbb(1).release();
    CompletableFuture<Answer> join = second.calling("join", "fullName=Ann&meetingID=math");
    assertThat(creates).as("other servers are asked").noneMatch(CompletableFuture::isDone);
    assertThat(join).isNotDone();
    first.bbb(2).release();

    assertThat(creates)
        .allSatisfy(answer -> assertThat(internalId(reply(now(answer)))).isEqualTo(older));
    assertThat(location(now(join)))
        .isEqualTo(location(first.call("join", "fullName=Ann&meetingID=math")));
  }

  @Test
  void ofTwoCreatesAtOnceBothGetTheOlderMeeting() {
    disagree();
    first.bbb(1).is(Fault.HOLDS, "create");
    first.bbb(2).is(Fault.HOLDS, "create");
    List<CompletableFuture<Answer>> creates = new ArrayList<>();
    creates.add(first.calling("create", "meetingID=math"));
    creates.add(second.calling("create", "meetingID=math"));
    assertThat(first.servers.count("create")).isEqualTo(2);

    later();
    first.bbb(2).release();
    later();
    first.bbb(1).release();

    String older = first.bbb(2).meetings().get("math").internalId();
    assertThat(creates)
        .allSatisfy(answer -> assertThat(internalId(reply(now(answer)))).isEqualTo(older));
    assertThat(first.events).contains("yielded math on bbb1 to bbb2");
    assertThat(first.servers.count("end")).as("nothing is ended at once").isZero();
    assertThat(second.reply("create", "meetingID=math").messageKey()).isEqualTo("duplicateWarning");

    sweepAll();
    assertThat(first.bbb(1).meetings()).as("one look").containsKey("math");
    sweepAll();
    assertThat(first.bbb(1).meetings()).isEmpty();
    assertThat(first.bbb(2).meetings()).containsKey("math");
    assertThat(first.events).as("nobody has to act").noneMatch(event -> event.startsWith("split"));
  }

  @Test
  void aJoinGoesToTheMeetingThatAnotherBalancerMadeAnew() {
    disagree();
    internalId(first.reply("create", "meetingID=math"));
    first.bbb(1).people("math", 3);
    sweepAll();
    first.bbb(1).is(Fault.REFUSES);
    first.goesDown(1);
    second.goesDown(1);
    assertThat(location(second.call("join", "fullName=Ann&meetingID=math")))
        .as("people may still reach it")
        .startsWith("https://bbb1.");
    first.time.advance(Duration.ofSeconds(10));
    later();
    internalId(first.reply("create", "meetingID=math"));

    assertThat(location(second.call("join", "fullName=Bob&meetingID=math")))
        .isEqualTo(location(first.call("join", "fullName=Bob&meetingID=math")))
        .doesNotStartWith("https://bbb1.");
  }

  @Test
  void aJoinGoesToTheMeetingThatOthersFoundAlthoughItsCreateHadNoAnswer() {
    disagree();
    first.bbb(2).is(Fault.HOLDS, "create");
    CompletableFuture<Answer> create = second.calling("create", "meetingID=math");
    first.bbb(1).is(Fault.LOSES_ANSWERS, "create");
    assertThat(first.key("create", "meetingID=math")).isEqualTo("internalError");
    first.bbb(1).is(Fault.NONE, "create");
    later();
    first.bbb(2).release();
    assertThat(internalId(reply(now(create))))
        .as("it has yielded to the older meeting")
        .isEqualTo(first.bbb(1).meetings().get("math").internalId());

    first.sweep(2);

    assertThat(location(first.call("join", "fullName=Ann&meetingID=math")))
        .isEqualTo(location(second.call("join", "fullName=Ann&meetingID=math")));
  }

  private void isEndedAndMadeElsewhereByTheOther() {
    disagree();
    internalId(first.reply("create", "meetingID=math&moderatorPW=mp"));
    sweepAll();
    assertThat(second.reply("end", "meetingID=math&password=mp").succeeded()).isTrue();
    later();
    internalId(second.reply("create", "meetingID=math"));
  }

  @Test
  void aMeetingRunsThatTheOtherBalancerHasMadeElsewhere() {
    isEndedAndMadeElsewhereByTheOther();
    assertThat(first.bbb(2).meetings()).containsKey("math");

    assertThat(first.reply("isMeetingRunning", "meetingID=math").text("running")).isEqualTo("true");
  }

  @Test
  void itIsInDoubtWhetherAMeetingRunsWhileAServerThatMayHaveItIsSilent() {
    isEndedAndMadeElsewhereByTheOther();
    first.bbb(2).is(Fault.SILENT);

    CompletableFuture<Answer> running = first.calling("isMeetingRunning", "meetingID=math");
    first.time.advance(Duration.ofSeconds(20));

    assertThat(reply(now(running)).messageKey()).isEqualTo("internalError");
  }

  @Test
  void aMeetingWhoseServerSaysThatNobodyIsThereIsNotLookedForElsewhere() {
    disagree();
    assertThat(first.reply("isMeetingRunning", "meetingID=none").text("running"))
        .isEqualTo("false");
  }

  @Test
  void aMeetingIsFoundThatOthersMadeAfterACreateOfOursWithoutEffect() {
    disagree();
    first.bbb(1).is(Fault.SILENT, "create");
    CompletableFuture<Answer> create = first.calling("create", "meetingID=math");
    first.time.advance(Duration.ofSeconds(60));
    assertThat(reply(now(create)).messageKey()).isEqualTo("internalError");
    later();
    internalId(second.reply("create", "meetingID=math"));

    assertThat(first.reply("getMeetingInfo", "meetingID=math").text("meetingID")).isEqualTo("math");
    assertThat(first.reply("isMeetingRunning", "meetingID=math").text("running")).isEqualTo("true");
  }

  @Test
  void aMeetingThatNobodyHasAfterACreateWithoutEffectIsNotFound() {
    disagree();
    first.bbb(1).is(Fault.SILENT, "create");
    CompletableFuture<Answer> create = first.calling("create", "meetingID=math");
    first.time.advance(Duration.ofSeconds(60));
    now(create);

    assertThat(first.key("getMeetingInfo", "meetingID=math")).isEqualTo("notFound");
    first.bbb(2).is(Fault.SILENT);
    first.time.advance(Duration.ofSeconds(5));
    CompletableFuture<Answer> info = first.calling("getMeetingInfo", "meetingID=math");
    first.time.advance(Duration.ofSeconds(20));
    assertThat(reply(now(info)).messageKey()).as("bbb2 may have it").isEqualTo("internalError");
  }
}
