package io.tinyscale.gateway;

import static io.tinyscale.balancer.TestBalancer.location;
import static io.tinyscale.balancer.TestBalancer.now;
import static io.tinyscale.balancer.TestBalancer.reply;
import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.balancer.TestBalancer;
import io.tinyscale.call.Answer;
import io.tinyscale.meeting.Balancers;
import io.tinyscale.upstream.FakeServers.Fault;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * People and two copies of their meeting: made on the first server, and again on the second while
 * the first was down.
 */
class GatewayLeftoverTest {

  private final TestBalancer balancer = new TestBalancer(2);

  private void makeTwoCopies(Balancers balancers) {
    balancer.withBalancers(balancers);
    balancer.bbb(2).startsAt(1_800_000_000_000L);
    create();
    sweep(1);
    balancer.bbb(1).is(Fault.REFUSES);
    balancer.goesDown(1);
    balancer.time.advance(Duration.ofMinutes(1));
    create();
    balancer.bbb(1).is(Fault.NONE);
    assertThat(balancer.bbb(1).meetings()).containsKey("math");
    assertThat(balancer.bbb(2).meetings()).containsKey("math");
    balancer.events.clear();
  }

  private void create() {
    assertThat(balancer.reply("create", "meetingID=math").succeeded()).isTrue();
  }

  private String join() {
    return location(balancer.call("join", "meetingID=math&fullName=Ann"));
  }

  private void sweep(int number) {
    balancer.time.advance(Duration.ofSeconds(10));
    balancer.sweep(number);
  }

  @Test
  void aCopyThatPeopleEnterBetweenTwoLooksIsLeftAloneUntilTheyHaveLeft() {
    makeTwoCopies(Balancers.ONE);
    sweep(1);
    balancer.bbb(1).people("math", 1);
    sweep(1);
    sweep(1);
    assertThat(balancer.bbb(1).meetings()).containsKey("math");
    assertThat(balancer.events).containsExactly("split math kept bbb2 other bbb1");

    balancer.bbb(1).people("math", 0);
    sweep(1);
    assertThat(balancer.bbb(1).count("end")).as("one look").isZero();
    sweep(1);
    assertThat(balancer.bbb(1).meetings()).isEmpty();
    assertThat(balancer.bbb(2).meetings()).containsKey("math");
    assertThat(balancer.events).endsWith("ended math on bbb1 live bbb2");
  }

  @Test
  void joinsGoToTheNewCopyAndKeepNoOldOne() {
    makeTwoCopies(Balancers.ONE);
    sweep(1);
    assertThat(join()).startsWith("https://bbb2.example.org/");
    sweep(1);

    assertThat(balancer.bbb(1).meetings()).isEmpty();
    assertThat(balancer.events).isEqualTo(List.of("ended math on bbb1 live bbb2"));
  }

  @Test
  void aCopyThatWasTheMeetingBetweenTwoLooksIsLookedAtAnew() {
    makeTwoCopies(Balancers.ONE);
    sweep(1);
    balancer.bbb(2).is(Fault.REFUSES);
    balancer.goesDown(2);
    sweep(1);
    assertThat(join()).as("the first copy is the meeting again").startsWith("https://bbb1.");
    balancer.bbb(2).is(Fault.NONE);

    sweep(2);
    sweep(1);
    assertThat(balancer.bbb(1).count("end") + balancer.bbb(2).count("end")).isZero();
    sweep(2);

    assertThat(balancer.bbb(1).meetings()).as("Ann has its address").containsKey("math");
    assertThat(balancer.bbb(2).meetings()).isEmpty();
  }

  @Test
  void aloneCallsReturnToAnOldCopyWithPeopleIfNobodyIsInTheNewOne() {
    makeTwoCopies(Balancers.ONE);
    balancer.bbb(1).people("math", 1);
    sweep(2);

    sweep(1);
    assertThat(join()).as("the first server is not up yet").startsWith("https://bbb2.");
    sweep(2);
    sweep(1);

    assertThat(join()).startsWith("https://bbb1.");
    assertThat(balancer.events).endsWith("split math kept bbb1 other bbb2");
    sweep(2);
    sweep(2);
    assertThat(balancer.bbb(2).meetings()).as("ours, and empty in two looks").isEmpty();
  }

  @Test
  void carefulOfTwoEmptyCopiesTheOlderIsTheMeetingAgain() {
    makeTwoCopies(Balancers.AUTO);
    sweep(2);

    sweep(1);
    sweep(1);
    assertThat(join()).as("as every balancer sees it").startsWith("https://bbb1.");
    sweep(2);
    assertThat(balancer.bbb(2).count("end")).as("one look").isZero();
    sweep(2);

    assertThat(balancer.bbb(2).meetings()).as("nobody ever joined it").isEmpty();
    assertThat(balancer.bbb(1).meetings()).containsKey("math");
    assertThat(balancer.events)
        .containsExactly("split math kept bbb1 other bbb2", "ended math on bbb2 live bbb1");
  }

  @ParameterizedTest
  @EnumSource(
      value = Balancers.class,
      names = {"AUTO", "SEVERAL"})
  void carefulACopyThatSomebodyJoinedIsReportedAndNotEnded(Balancers balancers) {
    makeTwoCopies(balancers);
    balancer.bbb(1).people("math", 1).people("math", 0);
    balancer.bbb(2).people("math", 1);
    sweep(2);

    sweep(1);
    sweep(1);
    sweep(1);

    assertThat(balancer.bbb(1).meetings()).containsKey("math");
    assertThat(balancer.bbb(1).count("end")).isZero();
    assertThat(balancer.events).containsExactly("split math kept bbb2 other bbb1");
    assertThat(join()).startsWith("https://bbb2.");
  }

  @ParameterizedTest
  @EnumSource(Balancers.class)
  void aCopyThatWeDidNotMakeIsEndedOnlyIfSeveralBalancersShareTheServers(Balancers balancers) {
    balancer.withBalancers(balancers);
    balancer.bbb(1).holds("math");
    balancer.bbb(2).startsAt(1_800_000_000_000L).holds("math");

    sweep(1);
    sweep(2);
    sweep(2);

    assertThat(balancer.bbb(1).meetings()).containsKey("math");
    assertThat(balancer.bbb(2).meetings().isEmpty()).isEqualTo(balancers == Balancers.SEVERAL);
  }

  @Test
  void anEndOfAFrontEndGoesToEveryCopy() {
    makeTwoCopies(Balancers.AUTO);
    balancer.bbb(1).people("math", 1);
    balancer.bbb(2).people("math", 1);
    sweep(2);
    sweep(1);
    sweep(1);

    assertThat(balancer.reply("end", "meetingID=math").succeeded()).isTrue();

    assertThat(balancer.bbb(1).meetings()).isEmpty();
    assertThat(balancer.bbb(2).meetings()).isEmpty();
    assertThat(balancer.key("getMeetingInfo", "meetingID=math")).isEqualTo("notFound");
    create();
    assertThat(balancer.bbb(1).meetings().size() + balancer.bbb(2).meetings().size()).isOne();
  }

  @Test
  void anEndIsAnsweredOnceOtherCopiesAreEnded() {
    makeTwoCopies(Balancers.AUTO);
    sweep(1);
    sweep(1);
    balancer.bbb(1).is(Fault.HOLDS, "end");

    CompletableFuture<Answer> end = balancer.calling("end", "meetingID=math");

    assertThat(balancer.bbb(2).meetings()).isEmpty();
    assertThat(end).as("people could be led to the copy that is about to end").isNotDone();
    balancer.bbb(1).release();
    assertThat(reply(now(end)).succeeded()).isTrue();
    assertThat(balancer.bbb(1).meetings()).isEmpty();
  }

  @Test
  void anEndDoesNotWaitLongForOtherCopies() {
    makeTwoCopies(Balancers.AUTO);
    sweep(1);
    sweep(1);
    balancer.bbb(1).is(Fault.HOLDS, "end");

    CompletableFuture<Answer> end = balancer.calling("end", "meetingID=math");
    balancer.time.advance(Duration.ofSeconds(1));

    assertThat(reply(now(end)).succeeded()).isTrue();
  }

  @Test
  void anEndThatFailsEndsNoOtherCopy() {
    makeTwoCopies(Balancers.AUTO);
    sweep(1);
    balancer.bbb(2).answers("end", TestBalancer.failed("accessDenied"));

    assertThat(balancer.key("end", "meetingID=math")).isEqualTo("accessDenied");

    assertThat(balancer.bbb(1).meetings()).containsKey("math");
    assertThat(balancer.bbb(1).count("end")).isZero();
  }

  @Test
  void anEndedCopyIsNotTheMeetingAlsoIfItsServerStillShowsIt() {
    makeTwoCopies(Balancers.ONE);
    balancer.bbb(1).people("math", 1);
    balancer.bbb(2).people("math", 1);
    sweep(2);
    sweep(1);
    sweep(1);

    assertThat(balancer.reply("end", "meetingID=math").succeeded()).isTrue();
    balancer.bbb(1).startsAt(1_700_000_000_000L).holds("math");
    sweep(1);
    sweep(2);

    assertThat(balancer.directory.meetingsByServer()).isEmpty();
  }
}
