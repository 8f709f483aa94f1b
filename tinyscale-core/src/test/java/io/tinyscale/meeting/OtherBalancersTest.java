package io.tinyscale.meeting;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.bbb.HeldMeeting;
import io.tinyscale.observe.GatewayObserver;
import io.tinyscale.server.Contacts;
import io.tinyscale.server.Server;
import io.tinyscale.server.ServerPool;
import io.tinyscale.tenant.MeetingId;
import io.tinyscale.upstream.FakeServers;
import io.tinyscale.upstream.FakeServers.Fault;
import io.tinyscale.upstream.ManualTime;
import io.tinyscale.upstream.ServerCalls;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whether the directory takes tinyscale for the only one that makes meetings. */
class OtherBalancersTest {

  private static final Duration INTERVAL = Duration.ofSeconds(10);
  private static final Duration HOUR = Duration.ofHours(1);
  private static final Duration DAY = Duration.ofHours(24);

  /** Server clocks have nothing to do with ours. */
  private static final long YEAR_1999 = 915_148_800_000L;

  private final ManualTime time = new ManualTime();
  private final FakeServers servers = new FakeServers();
  private final Server bbb1 = servers.add("bbb1").server();
  private final Server bbb2 = servers.add("bbb2").server();
  private final ServerPool pool = new ServerPool(servers.all(), 2, 2);
  private final List<String> told = new ArrayList<>();
  private final Map<Server, Map<MeetingId, HeldMeeting>> held =
      Map.of(bbb1, new HashMap<>(), bbb2, new HashMap<>());
  private final long started = time.nanos();
  private ProbedDirectory directory = directory(Balancers.AUTO);

  private ProbedDirectory directory(Balancers balancers) {
    GatewayObserver observer =
        new GatewayObserver() {
          @Override
          public void otherBalancer(Server server, MeetingId meetingId) {
            told.add(meetingId.text() + " on " + server.name());
          }
        };
    return new ProbedDirectory(
        pool,
        new ServerCalls(servers, time, Runnable::run, time::nanos),
        new Patience(new Contacts(), time::nanos, Patience.USUAL),
        observer,
        DirectorySettings.DEFAULT
            .withInterval(INTERVAL)
            .withMeetings(MeetingSettings.defaults().withBalancers(balancers)));
  }

  private boolean isAlone() {
    return directory.caution().alone();
  }

  private void sweep(Server server) {
    directory.swept(server, Map.copyOf(held.get(server)), time.nanos());
    pool.passed(server);
  }

  /** An interval passes, and both servers are swept. */
  private void nextSweep() {
    time.advance(INTERVAL);
    sweep(bbb1);
    sweep(bbb2);
  }

  private void sweepUntil(Duration sinceStart) {
    while (time.nanos() - started < sinceStart.toNanos()) {
      nextSweep();
    }
  }

  /** A server has a meeting from now on that was made so many milliseconds after 1999 began. */
  private void has(Server server, String meetingId, long created, boolean isBreakout) {
    held.get(server)
        .put(
            new MeetingId(meetingId),
            new HeldMeeting(
                meetingId + "@" + server.name() + "-" + (YEAR_1999 + created),
                1,
                "",
                0,
                YEAR_1999 + created,
                0,
                isBreakout,
                0,
                true));
  }

  private void has(Server server, String meetingId, long created) {
    has(server, meetingId, created, false);
  }

  private Placement creates(String meetingId, Server server) {
    return directory.place(new MeetingId(meetingId), server).toCompletableFuture().join();
  }

  @Test
  void isAloneAfterAnHour() {
    sweepUntil(HOUR.minus(INTERVAL));
    assertThat(directory.caution()).isEqualTo(new Caution(Balancers.AUTO, false, INTERVAL, false));

    sweepUntil(HOUR);

    assertThat(directory.caution())
        .isEqualTo(new Caution(Balancers.AUTO, true, Duration.ZERO, false));
    assertThat(told).isEmpty();
  }

  @Test
  void believesTheOperator() {
    directory = directory(Balancers.ONE);
    assertThat(directory.caution())
        .isEqualTo(new Caution(Balancers.ONE, true, Duration.ZERO, false));

    directory = directory(Balancers.SEVERAL);
    sweepUntil(HOUR.multipliedBy(2));
    assertThat(directory.caution())
        .isEqualTo(new Caution(Balancers.SEVERAL, false, Duration.ZERO, false));
  }

  @ParameterizedTest
  @EnumSource(
      value = Balancers.class,
      names = {"AUTO", "ONE"})
  void noticesAForeignMeetingASweepLater(Balancers balancers) {
    directory = directory(balancers);
    sweepUntil(HOUR);
    has(bbb1, "foreign", 5);

    nextSweep();
    assertThat(told).isEmpty();
    assertThat(isAlone()).isTrue();

    nextSweep();
    assertThat(told).containsExactly("foreign on bbb1");
    assertThat(isAlone()).isEqualTo(balancers == Balancers.ONE);
  }

  @Test
  void isCarefulForADayAfterEachForeignMeeting() {
    sweepUntil(HOUR);
    has(bbb1, "first", 5);
    nextSweep();
    nextSweep();
    has(bbb2, "second", 5);
    time.advance(HOUR);
    nextSweep();
    nextSweep();
    assertThat(directory.caution()).isEqualTo(new Caution(Balancers.AUTO, false, DAY, true));

    time.advance(DAY.minusSeconds(1));
    assertThat(isAlone()).isFalse();

    time.advance(Duration.ofSeconds(1));
    assertThat(isAlone()).isTrue();
    nextSweep();
    assertThat(isAlone()).as("the same meetings once more").isTrue();
  }

  @Test
  void tellsTheOperatorAtMostOnceAnHour() {
    sweepUntil(HOUR);
    for (int i = 0; i < 5; i++) {
      has(bbb1, "foreign-" + i, 5 + i);
      nextSweep();
      nextSweep();
    }
    assertThat(told).containsExactly("foreign-0 on bbb1");

    time.advance(HOUR);
    has(bbb1, "later", 100);
    nextSweep();
    nextSweep();

    assertThat(told).containsExactly("foreign-0 on bbb1", "later on bbb1");
  }

  @Test
  void aMeetingThatIsGoneASweepLaterIsNotNoticed() {
    sweepUntil(HOUR);
    has(bbb1, "short", 5);
    nextSweep();
    held.get(bbb1).clear();
    nextSweep();
    has(bbb1, "short", 6);
    nextSweep();

    assertThat(told).isEmpty();
    assertThat(isAlone()).isTrue();
  }

  @Test
  void aBreakoutRoomIsNotForeign() {
    sweepUntil(HOUR);
    has(bbb1, "breakout", 5, true);
    nextSweep();
    nextSweep();

    assertThat(told).isEmpty();
  }

  @Test
  void aMeetingFromBeforeTheFirstMinuteIsNotForeign() {
    has(bbb1, "old", 5);
    sweep(bbb1);
    sweep(bbb2);
    sweepUntil(Duration.ofSeconds(60));
    has(bbb1, "late create of the tinyscale before", 6);
    sweepUntil(HOUR);

    assertThat(told).isEmpty();
    assertThat(isAlone()).isTrue();
  }

  @Test
  void theMeetingsOfAServerThatIsSweptForTheFirstTimeAreNotForeign() {
    while (time.nanos() - started < HOUR.toNanos()) {
      time.advance(INTERVAL);
      sweep(bbb1);
    }
    has(bbb2, "old", 5);
    nextSweep();
    nextSweep();

    assertThat(told).isEmpty();
  }

  @Test
  void aMeetingThatWeMadeIsNotForeign() {
    sweepUntil(HOUR);
    creates("math", bbb1).made("math-1");
    has(bbb1, "math", 5);
    nextSweep();
    nextSweep();

    assertThat(told).isEmpty();
  }

  @Test
  void aMeetingWhoseCreateHadNoAnswerIsNotForeign() {
    sweepUntil(HOUR);
    creates("math", bbb1).unknown();
    // So late that the directory expects it no more.
    for (int i = 0; i < 5; i++) {
      nextSweep();
    }
    assertThat(directory.remembered(new MeetingId("math"))).isEmpty();
    has(bbb1, "math", 5);
    nextSweep();
    nextSweep();

    assertThat(told).isEmpty();
  }

  @Test
  void aSecondCopyOnAServerThatGotNoCreateOfItIsForeign() {
    sweepUntil(HOUR);
    creates("math", bbb1).made("math@bbb1-" + YEAR_1999);
    has(bbb1, "math", 0);
    has(bbb2, "math", 5);
    nextSweep();
    nextSweep();

    assertThat(told).containsExactly("math on bbb2");
  }

  @Test
  void aServerThatIsListedTwiceShowsNoForeignMeetings() {
    sweepUntil(HOUR);
    creates("math", bbb1).made("math@bbb1-" + (YEAR_1999 + 5));
    has(bbb1, "math", 5);
    held.get(bbb2).putAll(held.get(bbb1));
    nextSweep();
    nextSweep();

    assertThat(told).isEmpty();
  }

  @Test
  void anOldMeetingThatWasForgottenIsNotForeign() {
    has(bbb1, "old", 5);
    sweepUntil(HOUR);
    time.advance(Duration.ofMillis(1));
    directory.locateAfterDenial(new MeetingId("old"), bbb1, time.nanos());
    assertThat(directory.remembered(new MeetingId("old"))).isEmpty();
    nextSweep();
    nextSweep();

    assertThat(told).isEmpty();
  }

  @Test
  void anAnswerShowsAForeignMeeting() {
    sweepUntil(Duration.ofMinutes(30));
    servers.get("bbb1").startsAt(YEAR_1999 + 5).holds("foreign");
    directory.locate(new MeetingId("foreign"));
    has(bbb1, "foreign", 6);
    nextSweep();

    assertThat(told).containsExactly("foreign on bbb1");
  }

  @Test
  void aMeetingThatWeFoundBeforeWeSentItsCreateIsForeign() {
    sweepUntil(Duration.ofMinutes(30));
    servers.get("bbb1").startsAt(YEAR_1999 + 5).holds("foreign");
    directory.locate(new MeetingId("foreign"));
    directory.held(new MeetingId("foreign"), bbb1).made("foreign@bbb1-" + YEAR_1999);
    has(bbb1, "foreign", 6);
    nextSweep();

    assertThat(told).containsExactly("foreign on bbb1");
  }

  @Test
  void aMeetingWithoutATimeCountsAsYoung() {
    sweepUntil(HOUR);
    held.get(bbb1).put(new MeetingId("foreign"), HeldMeeting.of("x"));
    nextSweep();
    nextSweep();

    assertThat(told).containsExactly("foreign on bbb1");
  }

  @Test
  void thousandsOfNewForeignMeetingsAtOnceAreNoticedAtOnce() {
    sweepUntil(HOUR);
    servers.get("bbb2").is(Fault.REFUSES);
    for (int i = 0; i < OtherBalancers.MOST_SUSPECTS + 1; i++) {
      has(bbb1, "foreign-" + i, 5);
    }
    nextSweep();

    assertThat(told).hasSize(1);
    assertThat(isAlone()).isFalse();
  }

  @Test
  void remembersABoundedNumberOfSentCreates() {
    SentCreates sent = new SentCreates(time::nanos);
    for (int i = 0; i < 3 * SentCreates.MOST; i++) {
      sent.add(bbb1.api(), new MeetingId("m" + i));
    }
    MeetingId last = new MeetingId("m" + (3 * SentCreates.MOST - 1));

    assertThat(sent.size()).isEqualTo(SentCreates.MOST);
    assertThat(sent.contains(bbb1.api(), last)).isTrue();
    assertThat(sent.contains(bbb2.api(), last)).isFalse();
    assertThat(sent.contains(bbb1.api(), new MeetingId("m0"))).isFalse();
    time.advance(HOUR);
    assertThat(sent.contains(bbb1.api(), last)).isFalse();
    sent.add(bbb1.api(), new MeetingId("m"));
    assertThat(sent.size()).isOne();
  }

  @Test
  void aMeetingThatARepeatedCreateMadeIsNotForeign() {
    sweepUntil(HOUR);
    directory.held(new MeetingId("math"), bbb1).failed();
    has(bbb1, "math", 5);
    nextSweep();
    nextSweep();

    assertThat(told).isEmpty();
  }

  @Test
  void aMeetingThatWasShownOnlyAMomentAgoIsNotNoticedYet() {
    sweepUntil(Duration.ofMinutes(30));
    servers.get("bbb1").startsAt(YEAR_1999 + 5).holds("foreign");
    directory.locate(new MeetingId("foreign"));
    has(bbb1, "foreign", 6);

    // The next sweep may come a tenth earlier.
    time.advance(Duration.ofSeconds(8));
    sweep(bbb1);
    assertThat(told).isEmpty();

    time.advance(Duration.ofSeconds(1));
    sweep(bbb1);
    assertThat(told).containsExactly("foreign on bbb1");
  }

  @Test
  void sweepsProveAnAbsenceFromThatVeryMomentOn() {
    sweepUntil(HOUR);

    directory.locate(new MeetingId("none"));

    assertThat(servers.count()).isZero();
  }

  @Test
  void aMeetingThatWasMadeSoonAfterTheFirstMinuteIsForeign() {
    sweepUntil(Duration.ofSeconds(70));
    has(bbb1, "foreign", 5);
    nextSweep();
    nextSweep();

    assertThat(told).containsExactly("foreign on bbb1");
  }

  @Test
  void tellsTheOperatorAgainAfterAnHour() {
    sweepUntil(HOUR);
    has(bbb1, "first", 5);
    nextSweep();
    nextSweep();
    time.advance(HOUR.minus(INTERVAL.multipliedBy(2)));
    has(bbb1, "second", 6);
    nextSweep();
    nextSweep();

    assertThat(told).containsExactly("first on bbb1", "second on bbb1");
  }

  @Test
  void tellsTheOperatorOfNoBalancersThatTheOperatorKnows() {
    directory = directory(Balancers.SEVERAL);
    sweepUntil(HOUR);
    has(bbb1, "foreign", 5);
    nextSweep();
    nextSweep();

    assertThat(told).isEmpty();
  }
}
