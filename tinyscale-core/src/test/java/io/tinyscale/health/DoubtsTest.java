package io.tinyscale.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.bbb.ApiCall;
import io.tinyscale.bbb.QueryString;
import io.tinyscale.bbb.Secret;
import io.tinyscale.body.Cancellation;
import io.tinyscale.observe.GatewayObserver;
import io.tinyscale.server.Contacts;
import io.tinyscale.server.Health;
import io.tinyscale.server.Server;
import io.tinyscale.server.ServerPool;
import io.tinyscale.server.ServerStatus;
import io.tinyscale.trace.RequestTrace;
import io.tinyscale.upstream.FakeServers;
import io.tinyscale.upstream.FakeServers.FakeServer;
import io.tinyscale.upstream.FakeServers.Fault;
import io.tinyscale.upstream.ManualTime;
import io.tinyscale.upstream.Outcome;
import io.tinyscale.upstream.ServerCalls;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class DoubtsTest {

  private static final String ROOT = "";
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final ManualTime time = new ManualTime();
  private final FakeServers servers = new FakeServers();
  private final FakeServer one = servers.add("bbb1");
  private final FakeServer two = servers.add("bbb2");
  private final ServerPool pool = new ServerPool(servers.all(), 2, 2);
  private final Contacts contacts = new Contacts();
  private final List<String> events = new ArrayList<>();
  private final GatewayObserver observer =
      new GatewayObserver() {
        @Override
        public void serverUp(Server server, int meetings) {
          events.add(server.name() + " up with " + meetings);
        }

        @Override
        public void bug(ApiCall call, Throwable bug, RequestTrace trace) {
          events.add("bug: " + bug.getMessage());
        }

        @Override
        public void serverDown(Server server, String cause) {
          events.add(server.name() + " down: " + cause);
        }
      };
  private final SweepListener listener = (server, meetings, begun) -> meetings.size();
  private final Verdicts verdicts = new Verdicts(pool, contacts, time::nanos, listener, observer);
  private final Doubts doubts =
      new Doubts(
          pool,
          contacts,
          told -> new ServerCalls(servers, time, Runnable::run, time::nanos, told),
          verdicts);
  private final PassiveChecks checks =
      new PassiveChecks(pool, observer, Duration.ofSeconds(10), time, time::nanos, doubts);
  private final ServerCalls calls =
      new ServerCalls(servers, time, Runnable::run, time::nanos, checks);
  private final Sweeper sweeper =
      new Sweeper(
          pool,
          doubts,
          listener,
          verdicts,
          observer,
          Duration.ofSeconds(10),
          Duration.ofSeconds(5),
          () -> 0.5);

  private void call(FakeServer server) {
    calls.ask(
        server.server(),
        ApiCall.GET_MEETING_INFO,
        QueryString.EMPTY.withEncoded("meetingID", "math"),
        calls.in(PATIENCE),
        new Cancellation());
  }

  private ServerStatus status(FakeServer server) {
    return pool.status(server.server().name()).orElseThrow();
  }

  private boolean isUp(FakeServer server) {
    return status(server).health().isUp();
  }

  private void pass(double seconds) {
    time.advance(Duration.ofMillis((long) (seconds * 1000)));
  }

  @Test
  void aServerThatRefusesConnectionsIsDownAfterThreeSeconds() {
    one.is(Fault.REFUSES);

    call(one);
    pass(2.9);
    assertThat(isUp(one)).isTrue();

    pass(0.2);
    assertThat(isUp(one)).isFalse();
    assertThat(events).containsExactly("bbb1 down: Connection refused");
    assertThat(two.count(ROOT)).isZero();
  }

  @Test
  void aServerThatFallsSilentIsDownThreeSecondsAfterTheFirstUnansweredCallBegan() {
    one.is(Fault.SILENT);

    call(one);
    pass(0.9);
    assertThat(one.count(ROOT)).isZero();
    pass(0.2);
    assertThat(one.count(ROOT)).isEqualTo(1);
    pass(1.8);
    assertThat(isUp(one)).isTrue();

    pass(0.2);
    assertThat(isUp(one)).isFalse();
  }

  @Test
  void aServerThatIsSlowWithOneCallStaysUp() {
    one.is(Fault.SILENT, "getMeetingInfo");

    for (int i = 0; i < 10; i++) {
      call(one);
      pass(1);
    }

    assertThat(isUp(one)).isTrue();
    assertThat(status(one).health().isInDoubt()).isFalse();
    assertThat(one.count(ROOT)).isBetween(5, 10);
  }

  @Test
  void aRestartOfTwoSecondsMakesNoServerDown() {
    one.is(Fault.REFUSES);
    call(one);
    pass(1);
    call(one);
    pass(1);
    one.is(Fault.NONE);

    pass(10);

    assertThat(isUp(one)).isTrue();
    assertThat(events).isEmpty();
  }

  @Test
  void manyFailedCallsRaiseOneProbeASecond() {
    one.is(Fault.REFUSES);

    for (int i = 0; i < 100; i++) {
      call(one);
      pass(0.02);
    }

    assertThat(one.count(ROOT)).isBetween(2, 3);
  }

  @Test
  void aServerInDoubtGetsNewMeetingsOnlyAsALastResort() {
    one.is(Fault.REFUSES);

    call(one);
    pass(0.1);

    assertThat(isUp(one)).isTrue();
    assertThat(status(one).takesNewMeetings()).isFalse();
    assertThat(status(one).isLastResort()).isTrue();
  }

  @Test
  void anAnswerToACallEndsTheDoubt() {
    one.is(Fault.REFUSES);
    call(one);
    pass(0.5);
    one.is(Fault.NONE);

    call(one);

    assertThat(status(one).takesNewMeetings()).isTrue();
    pass(10);
    assertThat(one.count(ROOT)).isEqualTo(1);

    one.is(Fault.REFUSES);
    call(one);
    pass(0.1);
    assertThat(one.count(ROOT)).as("a new doubt").isEqualTo(2);
  }

  @Test
  void anyAnswerOfBbbToACallEndsTheDoubt() {
    List<UnaryOperator<Outcome>> answers =
        List.of(
            outcome -> FakeServers.answer(500, List.of(), "Oops"),
            outcome ->
                FakeServers.answer(
                    200,
                    List.of(),
                    "<response><returncode>FAILED</returncode>"
                        + "<messageKey>checksumError</messageKey></response>"));
    for (UnaryOperator<Outcome> answer : answers) {
      one.is(Fault.REFUSES);
      call(one);
      pass(0.5);
      assertThat(status(one).health().isInDoubt()).isTrue();
      one.is(Fault.NONE).answers("getMeetingInfo", answer);

      call(one);

      assertThat(status(one).health().isInDoubt()).isFalse();
    }
  }

  @Test
  void aProbeForWhichThereIsNoMemoryGivesBackItsTurn() {
    AtomicBoolean starved = new AtomicBoolean();
    Doubts starving =
        new Doubts(
            pool,
            contacts,
            told ->
                new ServerCalls(
                    servers,
                    time,
                    Runnable::run,
                    () -> {
                      if (starved.getAndSet(false)) {
                        throw new OutOfMemoryError("Java heap space");
                      }
                      return time.nanos();
                    },
                    told),
            verdicts);
    starving.unheard(one.server(), time.nanos(), true);
    starved.set(true);
    pass(0.1);
    assertThat(starved).isFalse();
    assertThat(one.count(ROOT)).isZero();

    starving.unheard(one.server(), time.nanos(), true);
    pass(0.1);

    assertThat(one.count(ROOT)).isEqualTo(1);
    assertThat(events).containsExactly("bug: Java heap space");
  }

  @Test
  void aWebServerWithoutBbbBehindItIsSilent() {
    for (int status : new int[] {502, 503, 504}) {
      one.answersPage("*", status);

      call(one);
      pass(4);

      assertThat(isUp(one)).as("HTTP " + status).isFalse();
      assertThat(contacts.with(one.server()).refusingFor(time.nanos())).isZero();
      pool.passed(one.server());
      pool.passed(one.server());
      contacts.with(one.server()).answered(time.nanos());
    }
  }

  @Test
  void anErrorOfBbbIsAnAnswer() {
    one.answersPage("getMeetingInfo", 500);

    call(one);
    pass(5);

    assertThat(isUp(one)).isTrue();
    assertThat(one.count(ROOT)).isZero();
  }

  @Test
  void aPageInPlaceOfTheRootIsNoAnswerOfBbb() {
    one.is(Fault.REFUSES, "getMeetingInfo").answersPage(ROOT, 200);

    call(one);
    pass(4);

    assertThat(isUp(one)).isFalse();
  }

  @Test
  void aPageInPlaceOfACallSaysNothing() {
    for (int status : new int[] {200, 302, 404}) {
      one.answersPage("getMeetingInfo", status);

      call(one);

      assertThat(contacts.with(one.server()).isSilent()).as("HTTP " + status).isFalse();
      assertThat(one.count(ROOT)).isZero();
    }
  }

  @Test
  void aPageInPlaceOfACallEndsNoSilence() {
    one.is(Fault.REFUSES);
    call(one);
    one.answersPage("*", 200).is(Fault.NONE);

    for (int i = 0; i < 8; i++) {
      call(one);
      pass(0.5);
    }

    assertThat(isUp(one)).isFalse();
  }

  @Test
  void aServerThatAnswersPagesToAllIsDown() {
    one.answersPage("*", 200);
    sweeper.start();

    pass(15);

    assertThat(isUp(one)).isFalse();
  }

  @Test
  void ourOwnLackSaysNothingOfAServer() {
    one.answers("*", outcome -> new Outcome.Overloaded());

    call(one);
    sweeper.start();
    pass(60);

    assertThat(isUp(one)).isTrue();
    assertThat(status(one).health()).isEqualTo(Health.UP);
    assertThat(one.count(ROOT)).isZero();
  }

  @Test
  void aCallerWhoLeavesRaisesNoDoubt() {
    one.is(Fault.SILENT);
    Cancellation caller = new Cancellation();
    calls.ask(
        one.server(), ApiCall.GET_MEETING_INFO, QueryString.EMPTY, calls.in(PATIENCE), caller);

    pass(0.5);
    caller.cancel();
    pass(5);

    assertThat(one.count(ROOT)).isZero();
  }

  @Test
  void aServerThatIsBackIsUpSoonAfterItsFirstSweep() {
    sweeper.start();
    one.is(Fault.REFUSES);
    pass(20);
    assertThat(isUp(one)).isFalse();
    int swept = one.count("getMeetings");
    one.is(Fault.NONE);
    one.holds("math");

    while (one.count("getMeetings") == swept) {
      assertThat(isUp(one)).isFalse();
      pass(0.1);
    }
    pass(1.2);

    assertThat(isUp(one)).isTrue();
    assertThat(events).last().isEqualTo("bbb1 up with 1");
  }

  @Test
  void aServerThatIsDownAndWasNotSweptIsNotProbed() {
    sweeper.start();
    one.is(Fault.REFUSES);
    pass(20);
    int probes = one.count(ROOT);

    call(one);
    pass(5);

    assertThat(one.count(ROOT)).isLessThanOrEqualTo(probes + 1);
  }

  @Test
  void sweepsOfASilentServerAreFollowedByProbes() {
    sweeper.start();
    one.is(Fault.REFUSES);

    pass(14.2);

    assertThat(isUp(one)).isFalse();
  }

  @Test
  void doesNothingOnceItIsClosed() {
    one.is(Fault.REFUSES);
    call(one);
    doubts.close();

    pass(10);

    assertThat(isUp(one)).isTrue();
  }

  @Test
  void closingGivesUpAProbeOnItsWay() {
    AtomicInteger cancelled = new AtomicInteger();
    Doubts others =
        new Doubts(
            pool,
            contacts,
            told ->
                new ServerCalls(
                    (request, cancellation) -> {
                      cancellation.onCancel(cancelled::incrementAndGet);
                      return servers.send(request, cancellation);
                    },
                    time,
                    Runnable::run,
                    time::nanos,
                    told),
            verdicts);
    one.is(Fault.SILENT);
    others.unheard(one.server(), time.nanos(), false);
    pass(0.1);
    assertThat(one.count(ROOT)).isOne();

    others.close();

    assertThat(cancelled).hasValue(1);
  }

  @Test
  void aDoubtAboutAnAddressThatLeftThePoolRaisesNoProbe() {
    Server moved =
        Server.of(
            "bbb1",
            URI.create("https://other.example.org/bigbluebutton/api"),
            Secret.of("secret of bbb1"));
    pool.replace(List.of(moved, two.server()), Set.of("bbb1"));
    one.is(Fault.REFUSES);

    call(one);
    pass(5);

    assertThat(one.count(ROOT)).isZero();
    assertThat(isUp(one)).isTrue();
  }

  @Test
  void aRefusedChecksumOfAProbeIsAnAnswer() {
    sweeper.start();
    one.is(Fault.REFUSES);
    pass(20);
    assertThat(isUp(one)).isFalse();
    one.is(Fault.NONE)
        .answers(
            "*",
            "<response><returncode>FAILED</returncode><messageKey>checksumError</messageKey>"
                + "</response>");
    int swept = one.count("getMeetings");

    while (one.count("getMeetings") == swept) {
      pass(0.1);
    }
    pass(1.2);

    assertThat(isUp(one)).isTrue();
    assertThat(one.count("getMeetings")).isEqualTo(swept + 1);
  }
}
