package io.tinyscale.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.balancer.TestBalancer;
import io.tinyscale.bbb.QueryString;
import io.tinyscale.body.Body;
import io.tinyscale.call.Answer;
import io.tinyscale.meeting.Balancers;
import io.tinyscale.placement.RoundRobin;
import io.tinyscale.tenant.MeetingId;
import io.tinyscale.upstream.FakeServers.Fault;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** More calls than the limits allow: they are refused quickly, and with the right errors. */
class GatewayOverloadTest {

  private final TestBalancer balancer = new TestBalancer(2);

  /** Takes every place at a server, with calls that it does not answer. */
  private List<CompletableFuture<Answer>> fill(int number, int places) {
    balancer.bbb(number).holds("busy" + number);
    balancer.sweep(number);
    balancer.bbb(number).is(Fault.HOLDS);
    List<CompletableFuture<Answer>> calls =
        IntStream.range(0, places)
            .mapToObj(
                i -> balancer.calling("getMeetingInfo", "meetingID=busy" + number + "&n=" + i))
            .toList();
    assertThat(balancer.bbb(number).held()).isEqualTo(places);
    return calls;
  }

  @Test
  void refusesCallsToAServerWithTooManyAtOnce() {
    balancer.withLimits(100, 3);
    List<CompletableFuture<Answer>> waiting = fill(1, 3);

    for (String call : List.of("getMeetingInfo", "isMeetingRunning", "end", "create")) {
      Answer answer = balancer.call(call, "name=x&meetingID=busy1");
      assertThat(TestBalancer.reply(answer).messageKey()).as(call).isEqualTo("serverOverloaded");
      assertThat(TestBalancer.text(answer)).doesNotContain("<running>");
    }

    assertThat(balancer.bbb(1).held()).isEqualTo(3);
    assertThat(waiting).noneMatch(CompletableFuture::isDone);
    assertThat(balancer.events).containsExactly("overloaded bbb1 with 3");
    assertThat(balancer.pool.status("bbb1").orElseThrow().health().failures()).isZero();
  }

  @Test
  void servesOtherServersDuringAnOverloadAndAllAfterIt() {
    balancer.withLimits(100, 3);
    List<CompletableFuture<Answer>> waiting = fill(1, 3);
    balancer.bbb(2).holds("quiet");
    balancer.sweep(2);
    balancer.key("isMeetingRunning", "meetingID=busy1");

    assertThat(balancer.reply("getMeetingInfo", "meetingID=quiet").succeeded()).isTrue();

    balancer.bbb(1).release();
    assertThat(waiting).allMatch(CompletableFuture::isDone);
    assertThat(balancer.reply("getMeetingInfo", "meetingID=busy1").succeeded()).isTrue();
    assertThat(balancer.events).containsExactly("overloaded bbb1 with 3", "relieved bbb1 after 1");
  }

  @Test
  void aloneNewMeetingsArePlacedWhereThereIsRoom() {
    balancer.withBalancers(Balancers.ONE).withLimits(100, 3);
    fill(1, 3);
    balancer.sweep(2);

    for (int i = 0; i < 4; i++) {
      assertThat(balancer.reply("create", "name=x&meetingID=new" + i).succeeded()).isTrue();
    }

    assertThat(balancer.bbb(1).count("create")).isZero();
    assertThat(balancer.bbb(2).meetings()).hasSize(4);
    assertThat(balancer.events).noneMatch(event -> event.startsWith("failed"));
  }

  @Test
  void aCreateBeyondTheLimitIsNotSentAndNotRemembered() {
    balancer.withLimits(100, 2);
    fill(1, 2);
    fill(2, 2);

    assertThat(balancer.key("create", "name=x&meetingID=math")).isEqualTo("serverOverloaded");

    assertThat(balancer.servers.count("create")).isZero();
    assertThat(balancer.directory.remembered(new MeetingId("math"))).isEmpty();
    balancer.bbb(1).release();
    balancer.bbb(2).release();
    assertThat(balancer.reply("create", "name=x&meetingID=math").succeeded()).isTrue();
    assertThat(balancer.servers.count("create")).isEqualTo(1);
  }

  @Test
  void overloadProvesNoAbsence() {
    balancer.withLimits(100, 2);
    fill(1, 2);
    // The balancer did not make this meeting, so bbb1 must be asked.
    balancer.bbb(1).holds("hidden");

    for (String call : List.of("getMeetingInfo", "isMeetingRunning", "end", "sendChatMessage")) {
      assertThat(balancer.key(call, "meetingID=hidden")).as(call).isEqualTo("serverOverloaded");
    }
    assertThat(balancer.key("join", "meetingID=hidden&fullName=x")).isEqualTo("serverOverloaded");
    assertThat(TestBalancer.text(balancer.call("getRecordingTextTracks", "recordID=r1")))
        .contains("serverOverloaded");
  }

  @Test
  void leavesAServerWithTooManyCallsOutOfLists() {
    balancer.withLimits(100, 2);
    fill(1, 2);
    balancer.bbb(2).holds("quiet");

    Answer list = balancer.call("getMeetings", "");

    assertThat(TestBalancer.text(list)).contains("quiet").doesNotContain("busy1");
    assertThat(balancer.events)
        .containsExactly("overloaded bbb1 with 2", "partial getMeetings 1 of 2");
    fill(2, 2);
    assertThat(balancer.key("getMeetings", "x=1")).isEqualTo("serverOverloaded");
  }

  @Test
  void refusesCallsBeyondTheLimitInAll() {
    balancer.withLimits(3, 100);
    List<CompletableFuture<Answer>> waiting = fill(1, 3);
    balancer.bbb(2).holds("quiet");

    assertThat(balancer.key("getMeetingInfo", "meetingID=quiet")).isEqualTo("serverOverloaded");
    assertThat(balancer.key("getMeetings", "")).isEqualTo("serverOverloaded");
    assertThat(balancer.key("create", "name=x&meetingID=new")).isEqualTo("serverOverloaded");
    assertThat(balancer.servers.count()).isEqualTo(3);
    assertThat(TestBalancer.text(balancer.call("getRecordingTextTracks", "recordID=r1")))
        .startsWith("{")
        .contains("serverOverloaded");

    balancer.bbb(1).release();
    assertThat(waiting).allMatch(CompletableFuture::isDone);
    assertThat(balancer.reply("getMeetingInfo", "meetingID=quiet").succeeded()).isTrue();
    assertThat(balancer.events)
        .filteredOn(event -> !event.startsWith("refused"))
        .containsExactly("overloaded with 3", "relieved after 4");
  }

  @Test
  void refusesAJoinInTheFormOfJoins() {
    balancer.withLimits(1, 100);
    fill(1, 1);

    Answer answer =
        balancer.call(
            "join",
            "meetingID=busy1&fullName=x&errorRedirectUrl=https%3A%2F%2Fmoodle.example.org%2Fe");

    assertThat(TestBalancer.location(answer))
        .startsWith("https://moodle.example.org/e?errors=")
        .contains("serverOverloaded");
  }

  @Test
  void callsWithoutAValidChecksumTakeNoPlace() {
    balancer.withLimits(1, 100);
    fill(1, 1);

    CompletableFuture<Answer> forged =
        balancer.handle(
            "GET", "getMeetings", new QueryString("checksum=" + "0".repeat(64)), "", Body.EMPTY);

    assertThat(TestBalancer.reply(TestBalancer.now(forged)).messageKey())
        .isEqualTo("checksumError");
    assertThat(balancer.events).doesNotContain("overloaded with 1");
  }

  @Test
  void aCallerThatLeavesMakesRoom() {
    balancer.withLimits(1, 1);
    balancer.bbb(1).holds("math");
    balancer.sweep(1);
    balancer.bbb(1).is(Fault.SILENT);
    CompletableFuture<Answer> left = balancer.calling("end", "meetingID=math");

    balancer.caller.cancel();

    assertThat(left).isDone();
    balancer.bbb(1).is(Fault.NONE);
    assertThat(balancer.key("isMeetingRunning", "meetingID=math")).isEmpty();
  }

  @Test
  void aListCountsUntilItHasBeenDelivered() {
    balancer.withLimits(1, 100);
    for (int i = 0; i < 5000; i++) {
      balancer.bbb(1).holds("meeting-with-a-long-name-that-fills-the-memory-of-the-list-" + i);
    }
    Answer.Document list = (Answer.Document) balancer.call("getMeetings", "");
    assertThat(list.body().bytes()).isEmpty();

    assertThat(balancer.key("getMeetings", "x=1")).isEqualTo("serverOverloaded");
    list.body().content().subscribe(new LeavingAtOnce());
    assertThat(balancer.reply("getMeetings", "x=1").succeeded()).isTrue();
  }

  @Test
  void createsThatWaitForTheirTurnAreCounted() {
    balancer.withLimits(3, 100).with(new RoundRobin(true));
    balancer.bbb(1).is(Fault.HOLDS, "create");
    balancer.bbb(2).is(Fault.HOLDS, "create");
    List<CompletableFuture<Answer>> creates =
        IntStream.range(0, 3)
            .mapToObj(i -> balancer.calling("create", "name=x&meetingID=math"))
            .toList();

    assertThat(balancer.key("create", "name=x&meetingID=math")).isEqualTo("serverOverloaded");

    balancer.time.advance(Duration.ofSeconds(31));
    assertThat(creates).allMatch(CompletableFuture::isDone);
    balancer.bbb(1).release();
    balancer.bbb(2).release();
    assertThat(balancer.reply("create", "name=x&meetingID=math").succeeded()).isTrue();
  }

  private static final class LeavingAtOnce implements Flow.Subscriber<ByteBuffer> {

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
      subscription.cancel();
    }

    @Override
    public void onNext(ByteBuffer piece) {}

    @Override
    public void onError(Throwable cause) {}

    @Override
    public void onComplete() {}
  }
}
