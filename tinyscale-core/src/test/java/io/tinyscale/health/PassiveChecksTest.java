package io.tinyscale.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.bbb.ApiCall;
import io.tinyscale.bbb.QueryString;
import io.tinyscale.bbb.Secret;
import io.tinyscale.body.Body;
import io.tinyscale.body.Cancellation;
import io.tinyscale.observe.GatewayObserver;
import io.tinyscale.server.Server;
import io.tinyscale.server.ServerPool;
import io.tinyscale.server.ServerStatus;
import io.tinyscale.trace.Crossing;
import io.tinyscale.upstream.FakeServers;
import io.tinyscale.upstream.FakeServers.FakeServer;
import io.tinyscale.upstream.FakeServers.Fault;
import io.tinyscale.upstream.ManualTime;
import io.tinyscale.upstream.OutcomeListener;
import io.tinyscale.upstream.ServerCalls;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Flow;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class PassiveChecksTest {

  private static final Duration EJECTION = Duration.ofSeconds(10);
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private final ManualTime time = new ManualTime();
  private final FakeServers servers = new FakeServers();
  private final FakeServer one = servers.add("bbb1");
  private final FakeServer two = servers.add("bbb2");
  private final ServerPool pool = new ServerPool(servers.all(), 2, 2);
  private final List<String> events = new ArrayList<>();
  private final PassiveChecks checks =
      new PassiveChecks(
          pool,
          new GatewayObserver() {
            @Override
            public void serverEjected(Server server, Duration out, String cause) {
              events.add(server.name() + " out for " + out.toSeconds() + " s: " + cause);
            }

            @Override
            public void serverRefusesSecret(Server server) {
              events.add(server.name() + " refuses our secret");
            }

            @Override
            public void serverOnTrial(Server server) {
              events.add(server.name() + " on trial");
            }

            @Override
            public void serverReadmitted(Server server) {
              events.add(server.name() + " back");
            }
          },
          EJECTION,
          time,
          time::nanos,
          OutcomeListener.NONE);
  private final ServerCalls calls =
      new ServerCalls(servers, time, Runnable::run, time::nanos, checks);

  private void call(FakeServer server) {
    call(server, new Cancellation());
    time.advance(PATIENCE);
  }

  private void call(FakeServer server, Cancellation caller) {
    calls.ask(server.server(), ApiCall.GET_MEETINGS, QueryString.EMPTY, calls.in(PATIENCE), caller);
  }

  private boolean takesNewMeetings(FakeServer server) {
    return pool.servers(ServerStatus::takesNewMeetings).contains(server.server());
  }

  @ParameterizedTest
  @EnumSource(
      value = Fault.class,
      names = {"REFUSES", "LOSES_ANSWERS", "SILENT"})
  void ejectsAServerThatDoesNotAnswer(Fault fault) {
    two.is(fault);

    call(two);
    assertThat(takesNewMeetings(two)).isTrue();
    call(two);

    assertThat(takesNewMeetings(two)).isFalse();
    assertThat(events).hasSize(1).allMatch(event -> event.startsWith("bbb2 out for 10 s: "));
  }

  private void create(FakeServer server) {
    calls.ask(
        server.server(),
        ApiCall.CREATE,
        QueryString.EMPTY.with("meetingID", "math"),
        calls.in(PATIENCE),
        new Cancellation());
    time.advance(PATIENCE);
  }

  @Test
  void ejectsAServerThatFailsEveryCreateWhileItsOtherCallsPass() {
    two.answersPage("create", 503);

    create(two);
    call(two);
    assertThat(takesNewMeetings(two)).isTrue();
    create(two);

    assertThat(takesNewMeetings(two)).isFalse();
    assertThat(events).containsExactly("bbb2 out for 10 s: HTTP 503");
  }

  @Test
  void createsThatPassInBetweenEjectNobody() {
    two.answersPage("create", 503);
    create(two);
    two.answers("create", "<response><returncode>SUCCESS</returncode></response>");
    create(two);
    two.answersPage("create", 503);

    create(two);

    assertThat(takesNewMeetings(two)).isTrue();
  }

  @Test
  void afterItsTimeOneFailedCreateEjectsAServerAgain() {
    two.answersPage("create", 503);
    create(two);
    create(two);
    time.advance(EJECTION);
    assertThat(takesNewMeetings(two)).isTrue();

    create(two);

    assertThat(takesNewMeetings(two)).isFalse();
    assertThat(events)
        .contains("bbb2 on trial", "bbb2 out for 20 s: HTTP 503")
        .doesNotContain("bbb2 back");
  }

  @Test
  void afterItsTimeACreateThatPassesMakesAServerSoundAgain() {
    two.answersPage("create", 503);
    create(two);
    create(two);
    time.advance(EJECTION);
    two.answers("create", "<response><returncode>SUCCESS</returncode></response>");
    create(two);
    assertThat(events).last().isEqualTo("bbb2 back");
    two.answersPage("create", 503);

    create(two);

    assertThat(takesNewMeetings(two)).isTrue();
  }

  @Test
  void otherCallsThatPassEndNoTrial() {
    two.answersPage("create", 503);
    create(two);
    create(two);
    time.advance(EJECTION);

    call(two);
    create(two);

    assertThat(takesNewMeetings(two)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(ints = {500, 502, 503, 200, 302})
  void ejectsAServerThatAnswersWithPages(int status) {
    two.answersPage("*", status);

    call(two);
    call(two);

    assertThat(takesNewMeetings(two)).isFalse();
  }

  private void createWithBody(FakeServer server) {
    calls.sendBody(
        server.server(),
        ApiCall.CREATE,
        QueryString.EMPTY.with("meetingID", "math"),
        Crossing.NOTHING,
        Body.of("<modules>"),
        PATIENCE,
        new Cancellation());
  }

  /** The answer of servers up to 3.0 to broken XML of a caller. */
  @Test
  void anErrorAboutTheBodyOfACallDoesNotCount() {
    two.answersPage("*", 500);

    for (int i = 0; i < 3; i++) {
      createWithBody(two);
    }

    assertThat(takesNewMeetings(two)).isTrue();
  }

  @Test
  void ejectsAServerThatFailsCreatesWithABodyWhileAnotherServerTakesThem() {
    two.answersPage("create", 500);

    createWithBody(one);
    createWithBody(two);
    assertThat(takesNewMeetings(two)).isTrue();
    createWithBody(one);
    createWithBody(two);

    assertThat(takesNewMeetings(two)).isFalse();
    assertThat(events).containsExactly("bbb2 out for 10 s: HTTP 500");
  }

  @Test
  void brokenBodiesAfterASoundOneEjectNoServer() {
    createWithBody(one);
    one.answersPage("create", 500);
    two.answersPage("create", 500);

    for (int i = 0; i < 5; i++) {
      createWithBody(two);
      createWithBody(one);
    }

    assertThat(events).isEmpty();
  }

  @Test
  void anErrorAboutTheBodyOfAnotherCallDoesNotCount() {
    createWithBody(one);
    two.answersPage("*", 500);

    for (int i = 0; i < 3; i++) {
      createWithBody(one);
      calls.sendBody(
          two.server(),
          ApiCall.INSERT_DOCUMENT,
          QueryString.EMPTY,
          Crossing.NOTHING,
          Body.of("<modules>"),
          PATIENCE,
          new Cancellation());
    }

    assertThat(takesNewMeetings(two)).isTrue();
  }

  private static final String REFUSAL =
      "<response><returncode>FAILED</returncode><messageKey>checksumError</messageKey></response>";

  @Test
  void aServerThatRefusesTheSecretOfACallGetsNoNewMeetingsUntilItsNextSweep() {
    two.answers("*", REFUSAL);

    call(two);
    call(two);

    assertThat(takesNewMeetings(two)).isFalse();
    assertThat(events).containsExactly("bbb2 refuses our secret");
    pool.passed(two.server());
    assertThat(takesNewMeetings(two)).isTrue();
  }

  @Test
  void theLastServerKeepsNewMeetingsUntilASweepConfirmsThatItRefusesOurSecret() {
    one.answers("*", REFUSAL);
    two.answers("*", REFUSAL);

    call(one);
    call(two);

    assertThat(pool.servers(ServerStatus::takesNewMeetings)).containsExactly(two.server());
    assertThat(events).containsExactly("bbb1 refuses our secret", "bbb2 refuses our secret");
    pool.refusedSecret(two.server());
    assertThat(pool.servers(ServerStatus::takesNewMeetings)).isEmpty();
  }

  @Test
  void aRefusalOfASecretThatHasBeenReplacedSaysNothing() {
    two.answers("*", REFUSAL);
    Server renewed = Server.of("bbb2", two.server().api(), Secret.of("another secret"));
    pool.replace(List.of(one.server(), renewed), Set.of());

    call(two);

    assertThat(pool.servers(ServerStatus::takesNewMeetings)).contains(renewed);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "Oops", "\u0000\u0001<"})
  void ejectsAServerThatAnswersWithSomethingElse(String document) {
    two.answers("*", document);

    call(two);
    call(two);

    assertThat(takesNewMeetings(two)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<response><returncode>FAILED</returncode><messageKey>notFound</messageKey></response>",
        " <?xml version='1.0'?><response/>",
        "\uFEFF<response/>",
        "{\"response\":{}}"
      })
  void anyAnswerOfABbbServerIsFine(String document) {
    two.answers("*", document);

    call(two);
    call(two);

    assertThat(takesNewMeetings(two)).isTrue();
  }

  @Test
  void anAnswerResetsTheCountOfFailures() {
    for (int round = 0; round < 3; round++) {
      two.is(Fault.REFUSES);
      call(two);
      two.is(Fault.NONE);
      call(two);
    }

    assertThat(takesNewMeetings(two)).isTrue();
  }

  @Test
  void aRefusedChecksumOrUnknownCallKeepsTheCountOfFailures() {
    two.is(Fault.REFUSES);
    call(two);
    two.is(Fault.NONE);
    two.answers(
        "*",
        "<response><returncode>FAILED</returncode><messageKey>checksumError</messageKey>"
            + "</response>");
    call(two);
    two.answersPage("*", 404);
    call(two);
    pool.passed(two.server());
    assertThat(takesNewMeetings(two)).isTrue();

    two.is(Fault.REFUSES);
    call(two);
    assertThat(takesNewMeetings(two)).isFalse();
  }

  @Test
  void aCallerThatLeavesDoesNotCount() {
    two.is(Fault.SILENT);

    for (int i = 0; i < 5; i++) {
      Cancellation caller = new Cancellation();
      call(two, caller);
      caller.cancel();
    }

    assertThat(takesNewMeetings(two)).isTrue();
    assertThat(events).isEmpty();
  }

  @Test
  void aBodyThatBreaksOffDoesNotCount() {
    Body broken =
        new Body(
            7,
            subscriber ->
                subscriber.onSubscribe(
                    new Flow.Subscription() {
                      @Override
                      public void request(long n) {
                        subscriber.onError(new IOException("the caller left"));
                      }

                      @Override
                      public void cancel() {}
                    }));

    for (int i = 0; i < 5; i++) {
      calls.sendBody(
          two.server(),
          ApiCall.CREATE,
          QueryString.EMPTY,
          Crossing.NOTHING,
          broken,
          PATIENCE,
          new Cancellation());
    }

    assertThat(takesNewMeetings(two)).isTrue();
  }

  @Test
  void anEjectedServerComesBackAfterItsTime() {
    two.is(Fault.REFUSES);
    call(two);
    call(two);

    time.advance(EJECTION.minus(PATIENCE).minusMillis(1));
    assertThat(takesNewMeetings(two)).isFalse();
    time.advance(Duration.ofMillis(1));

    assertThat(takesNewMeetings(two)).isTrue();
    assertThat(events).hasSize(2).last().isEqualTo("bbb2 on trial");
    call(two);
    assertThat(takesNewMeetings(two)).as("counted anew").isTrue();
  }

  @Test
  void theEjectionTimeGrowsUpToABoundAndResets() {
    two.is(Fault.REFUSES);
    for (int round = 0; round < 7; round++) {
      call(two);
      call(two);
      time.advance(EJECTION.multipliedBy(32));
    }
    assertThat(events.stream().filter(event -> event.contains("out")))
        .extracting(event -> event.replaceAll("\\D+2?\\D*(\\d+) s.*", "$1"))
        .containsExactly("10", "20", "40", "80", "160", "320", "320");

    time.advance(EJECTION.multipliedBy(33));
    call(two);
    call(two);
    assertThat(events).last().asString().startsWith("bbb2 out for 10 s");
  }

  @Test
  void theLastServerIsNotEjected() {
    one.is(Fault.REFUSES);
    two.is(Fault.REFUSES);

    for (int i = 0; i < 3; i++) {
      call(one);
      call(two);
    }

    assertThat(pool.servers(ServerStatus::takesNewMeetings)).hasSize(1);
    assertThat(events).hasSize(1);
  }

  @Test
  void anEjectedServerKeepsItsMeetings() {
    two.is(Fault.REFUSES);
    call(two);
    call(two);

    assertThat(pool.servers(ServerStatus::reachable)).contains(two.server());
    assertThat(pool.servers(ServerStatus::inUse)).contains(two.server());
  }

  @Test
  void sweepsJudgeAnEjectedServerToo() {
    two.is(Fault.REFUSES);
    call(two);
    call(two);
    pool.passed(two.server());
    assertThat(takesNewMeetings(two)).as("a passed sweep ends no ejection").isFalse();

    pool.failed(two.server(), true);
    assertThat(pool.failed(two.server(), true)).isTrue();
    time.advance(EJECTION);

    assertThat(pool.servers(ServerStatus::reachable)).doesNotContain(two.server());
    assertThat(events).hasSize(1);
  }

  @Test
  void ejectsNothingOnceClosed() {
    two.is(Fault.REFUSES);
    checks.close();

    call(two);
    call(two);

    assertThat(takesNewMeetings(two)).isTrue();
  }
}
