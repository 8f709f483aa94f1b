package io.tinyscale.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.balancer.TestBalancer;
import io.tinyscale.bbb.ApiReply;
import io.tinyscale.body.Body;
import io.tinyscale.body.BodyObserver;
import io.tinyscale.call.Answer;
import io.tinyscale.upstream.FakeServers.Fault;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** A call has one deadline, which all its steps share. */
class GatewayDeadlineTest {

  private static final Duration A_MOMENT = Duration.ofMillis(1);

  private final TestBalancer balancer = new TestBalancer(2);

  private void advance(long seconds) {
    balancer.time.advance(Duration.ofSeconds(seconds));
  }

  private static String key(CompletableFuture<Answer> answer) {
    ApiReply reply = TestBalancer.reply(TestBalancer.now(answer));
    return reply.messageKey();
  }

  @Test
  void aCreateThatWaitedKeepsItsDeadline() {
    balancer.sweep(1);
    balancer.sweep(2);
    balancer.bbb(1).is(Fault.SILENT, "create");
    balancer.bbb(2).is(Fault.SILENT, "create");
    CompletableFuture<Answer> first = balancer.calling("create", "name=x&meetingID=math");
    advance(25);
    CompletableFuture<Answer> second = balancer.calling("create", "name=x&meetingID=math");

    advance(5);
    assertThat(first).as("after 30 s").isDone();
    assertThat(balancer.servers.count("create")).as("the second has its turn").isEqualTo(2);
    assertThat(second).isNotDone();

    balancer.time.advance(Duration.ofSeconds(25).minus(A_MOMENT));
    assertThat(second).isNotDone();
    balancer.time.advance(A_MOMENT);
    assertThat(key(second)).as("30 s after it came").isEqualTo("internalError");
  }

  @Test
  void aCreateIsNotSentAfterItsDeadline() {
    balancer.sweep(1);
    // While a server that never told its meetings is silent, creates wait for its word.
    balancer.bbb(2).is(Fault.SILENT);
    CompletableFuture<Answer> first = balancer.calling("create", "name=x&meetingID=math");
    advance(2);
    CompletableFuture<Answer> second = balancer.calling("create", "name=x&meetingID=math");
    advance(6);
    assertThat(key(first)).isEqualTo("internalError");
    assertThat(second).as("it has its turn, and two seconds left").isNotDone();

    advance(2);
    assertThat(key(second)).isEqualTo("internalError");
    // Now the create could be placed.
    balancer.sweep(2);
    advance(20);
    assertThat(balancer.servers.count("create")).isZero();
  }

  @Test
  void aFailoverSharesTheTimeOfTheCreate() {
    balancer.sweep(1);
    balancer.sweep(2);
    balancer.bbb(1).is(Fault.REFUSES, "create");
    balancer.bbb(2).is(Fault.SILENT, "create");

    CompletableFuture<Answer> create = balancer.calling("create", "name=x&meetingID=math");

    assertThat(balancer.bbb(1).count("create")).isEqualTo(1);
    balancer.time.advance(TestBalancer.CREATE.minus(A_MOMENT));
    assertThat(create).isNotDone();
    balancer.time.advance(A_MOMENT);
    assertThat(create).isDone();
  }

  @Test
  void locatingAMeetingAndAskingItsServerShareTheTimeOfTheCall() {
    balancer.bbb(1).holds("math");
    // The other server does not answer the question where the meeting is, and then the meeting's
    // own server not the call.
    balancer.bbb(2).is(Fault.SILENT);
    balancer.bbb(1).is(Fault.SILENT, "isMeetingRunning");

    CompletableFuture<Answer> call = balancer.calling("isMeetingRunning", "meetingID=math");
    balancer.time.advance(TestBalancer.LIST);
    assertThat(balancer.bbb(1).count("isMeetingRunning")).isEqualTo(1);
    assertThat(call).isNotDone();

    balancer.time.advance(TestBalancer.ANSWER.minus(TestBalancer.LIST));
    assertThat(key(call)).isEqualTo("internalError");
  }

  @Test
  void findingARecordingsOwnerAndAskingItShareTheTimeOfTheCall() {
    balancer.bbb(1).recorded("r1", "math", 1);
    balancer.bbb(2).is(Fault.SILENT);
    balancer.bbb(1).is(Fault.SILENT, "getRecordingTextTracks");

    CompletableFuture<Answer> call = balancer.calling("getRecordingTextTracks", "recordID=r1");
    balancer.time.advance(TestBalancer.LIST);
    assertThat(balancer.bbb(1).count("getRecordingTextTracks")).isEqualTo(1);
    assertThat(call).isNotDone();

    balancer.time.advance(TestBalancer.ANSWER.minus(TestBalancer.LIST));
    assertThat(TestBalancer.text(TestBalancer.now(call))).contains("internalError");
  }

  @Test
  void anUploadHasItsTimeFromTheEndOfTheBody() {
    balancer.bbb(1).holds("math");
    balancer.sweep(1);
    balancer.bbb(1).is(Fault.SILENT);

    CompletableFuture<Answer> call =
        balancer.handle(
            "POST",
            "insertDocument",
            TestBalancer.signed("insertDocument", "meetingID=math"),
            "application/xml",
            Body.of("<modules/>").observed(new BodyObserver() {}));

    balancer.time.advance(TestBalancer.CREATE.minus(A_MOMENT));
    assertThat(call).isNotDone();
    balancer.time.advance(A_MOMENT);
    assertThat(call).isDone();
  }
}
