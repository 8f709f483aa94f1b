package io.tinyscale.health;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.bbb.HeldMeeting;
import io.tinyscale.config.PoolEdit;
import io.tinyscale.config.PoolEdited;
import io.tinyscale.config.PoolFile;
import io.tinyscale.config.ServerFields;
import io.tinyscale.config.WatchedPoolFile;
import io.tinyscale.observe.GatewayObserver;
import io.tinyscale.server.AdminState;
import io.tinyscale.server.Contacts;
import io.tinyscale.server.Drain;
import io.tinyscale.server.Drain.Then;
import io.tinyscale.server.Server;
import io.tinyscale.server.ServerPool;
import io.tinyscale.tenant.MeetingId;
import io.tinyscale.upstream.FakeServers;
import io.tinyscale.upstream.FakeServers.FakeServer;
import io.tinyscale.upstream.FakeServers.Fault;
import io.tinyscale.upstream.ManualTime;
import io.tinyscale.upstream.ServerCalls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DrainDeadlinesTest {

  private static final Instant START = Instant.parse("2026-11-25T20:00:00Z");
  private static final Duration SWEEP = Duration.ofSeconds(25);
  private static final Duration LIST = Duration.ofSeconds(10);
  private static final Duration ANSWER = Duration.ofSeconds(8);
  private static final String NOTE = "\"_note\": \"rack 7\"";

  @TempDir Path directory;
  private final ManualTime time = new ManualTime();
  private final long origin = time.nanos();
  private final FakeServers servers = new FakeServers();
  private final List<String> events = new ArrayList<>();
  private final GatewayObserver observer =
      new GatewayObserver() {
        @Override
        public void drainTold(Server server, int told, int rooms) {
          events.add(server.name() + " told " + told + " of " + rooms);
        }

        @Override
        public void drainDeadline(Server server, int meetings, boolean ends) {
          events.add(server.name() + (ends ? " ends " : " overdue ") + meetings);
        }

        @Override
        public void drainEnded(Server server, int ended, int failed) {
          events.add(server.name() + " ended " + ended + " failed " + failed);
        }

        @Override
        public void drainUnfinished(Server server, Then then, List<String> problems) {
          events.add(server.name() + " not " + then + " " + problems);
        }

        @Override
        public void poolReloadFailed(Throwable bug) {
          throw new AssertionError(bug);
        }
      };
  private final FakeServer bbb1 = servers.add("bbb1");
  private Path file;
  private ServerPool pool;
  private Sweeper sweeper;
  private PoolReloads reloads;
  private MeetingEnds ends;
  private DrainDeadlines drains;

  /** Meetings whose end the directory was told. */
  private final List<MeetingId> ended = new ArrayList<>();

  /** Meetings that the directory expects on a server, beside those of its sweep. */
  private int expected;

  @BeforeEach
  void start() throws IOException {
    servers.add("bbb2");
    file = directory.resolve("servers.json");
    Files.writeString(
        file,
        """
        [
          {"name": "bbb1", "host": "https://bbb1.example.org", "secret": "%s", %s},
          {"name": "bbb2", "host": "https://bbb2.example.org", "secret": "%s"}
        ]
        """
            .formatted("secret of bbb1", NOTE, "secret of bbb2"));
    run();
  }

  /** Starts a balancer's part that sweeps and drains, as after a restart. */
  private void run() {
    List<Server> known = PoolFile.read(file).servers();
    pool = new ServerPool(known, 2, 2);
    Contacts contacts = new Contacts();
    SweepListener listener =
        new SweepListener() {
          @Override
          public int swept(Server server, Map<MeetingId, HeldMeeting> meetings, long begun) {
            int held = meetings.size() + expected;
            drains.swept(server, meetings.size(), held, begun);
            return held;
          }
        };
    Verdicts verdicts = new Verdicts(pool, contacts, time::nanos, listener, observer);
    Doubts doubts =
        new Doubts(
            pool,
            contacts,
            told -> new ServerCalls(servers, time, Runnable::run, time::nanos, told),
            verdicts);
    sweeper =
        new Sweeper(
            pool,
            doubts,
            listener,
            verdicts,
            observer,
            Duration.ofSeconds(20),
            Duration.ofSeconds(5),
            () -> 0.5);
    reloads =
        new PoolReloads(
            new WatchedPoolFile(file, List.of()),
            new PoolReplacement(pool, sweeper, verdicts, observer),
            observer,
            time,
            Runnable::run);
    ServerCalls calls = doubts.calls();
    ends = new MeetingEnds(pool, calls, observer, LIST, ANSWER, (server, id) -> ended.add(id));
    drains =
        new DrainDeadlines(
            pool,
            calls,
            ends,
            new RoomMessages(calls, observer, LIST, ANSWER),
            reloads::edit,
            observer,
            () -> START.plusNanos(time.nanos() - origin));
    sweeper.start();
    reloads.start();
    drains.start();
  }

  private void stop() {
    drains.close();
    reloads.close();
    sweeper.close();
  }

  private void drain(Drain drain) {
    edit(ServerFields.NONE.state(AdminState.CORDONED).drain(drain));
  }

  private void edit(ServerFields fields) {
    CompletableFuture<PoolEdited> edited =
        reloads.edit(new PoolEdit.Change("bbb1", fields)).toCompletableFuture();
    assertThat(edited).isCompletedWithValueMatching(PoolEdited.Done.class::isInstance);
  }

  private static Drain until(Duration time, boolean end, Then then, String message) {
    return new Drain(START.plus(time), end, then, message);
  }

  private String text() throws IOException {
    return Files.readString(file);
  }

  private Server server() {
    return pool.status("bbb1").orElseThrow().server();
  }

  @Test
  void keepsMeetingsUntilTheDeadlineAndThenEndsThem() throws IOException {
    IntStream.range(0, 20).forEach(i -> bbb1.holds("math-" + i));
    String before = text();
    drain(until(Duration.ofMinutes(30), true, Then.CORDONED, ""));

    time.advance(Duration.ofMinutes(30).minusSeconds(2));
    assertThat(bbb1.meetings()).hasSize(20);
    assertThat(events).isEmpty();

    time.advance(Duration.ofSeconds(4));
    assertThat(bbb1.meetings()).isEmpty();
    assertThat(events).containsExactly("bbb1 ends 20", "bbb1 ended 20 failed 0");

    time.advance(SWEEP);
    assertThat(server().state()).isEqualTo(AdminState.CORDONED);
    assertThat(server().drain()).isNull();
    assertThat(text()).isEqualTo(before.replace(NOTE, NOTE + ", \"state\": \"cordoned\""));
  }

  @Test
  void onlySaysThatADrainIsOverdueIfItShallNotEndMeetings() {
    bbb1.holds("math");
    drain(until(Duration.ofMinutes(5), false, Then.DISABLED, ""));

    time.advance(Duration.ofHours(1));

    assertThat(bbb1.meetings()).hasSize(1);
    assertThat(bbb1.count("end")).isZero();
    assertThat(events).containsExactly("bbb1 overdue 1");
  }

  @ParameterizedTest
  @EnumSource(Then.class)
  void writesWhatBecomesOfAnEmptyServer(Then then) throws IOException {
    bbb1.holds("math");
    drain(new Drain(null, false, then, ""));
    time.advance(SWEEP);
    assertThat(server().drain()).isNotNull();

    bbb1.ends("math");
    time.advance(SWEEP.multipliedBy(2));

    assertThat(text()).doesNotContain("drain");
    if (then == Then.REMOVED) {
      assertThat(pool.status("bbb1")).isEmpty();
      assertThat(text()).doesNotContain("bbb1").contains("bbb2");
    } else {
      assertThat(server().state().toString()).isEqualTo(then.toString());
      assertThat(text()).contains(NOTE, "\"state\": \"" + then + "\"");
    }
  }

  @Test
  void isNotEmptyWhileAMeetingIsOnItsWay() {
    expected = 1;
    drain(new Drain(null, false, Then.DISABLED, ""));
    time.advance(SWEEP.multipliedBy(4));
    assertThat(server().state()).isEqualTo(AdminState.CORDONED);

    expected = 0;
    time.advance(SWEEP);

    assertThat(server().state()).isEqualTo(AdminState.DISABLED);
  }

  @Test
  void aSweepThatBeganBeforeTheDrainProvesNothing() {
    drain(new Drain(null, false, Then.DISABLED, ""));
    long before = time.nanos() - 1;
    time.advance(Duration.ofSeconds(2));

    drains.swept(server(), 0, 0, before);

    assertThat(server().state()).isEqualTo(AdminState.CORDONED);
  }

  @Test
  void tellsTheRoomsAtOnceAndBeforeTheirEnd() {
    bbb1.holds("math");
    bbb1.holds("art");
    drain(until(Duration.ofHours(1), true, Then.CORDONED, "Closing at 21:00 & back at 22:00"));

    Duration aLook = Duration.ofSeconds(2);
    time.advance(aLook);
    assertThat(events).containsExactly("bbb1 told 2 of 2");
    assertThat(bbb1.lastRequest().target())
        .contains("sendChatMessage?meetingID=")
        .contains("&message=Closing+at+21%3A00+%26+back+at+22%3A00");

    time.advance(Duration.ofMinutes(60).minus(aLook).minusSeconds(2));
    assertThat(bbb1.count("sendChatMessage")).isEqualTo(2 * 4);
    assertThat(bbb1.meetings()).hasSize(2);

    time.advance(Duration.ofMinutes(2));
    assertThat(bbb1.count("sendChatMessage")).isEqualTo(2 * 4);
    assertThat(bbb1.meetings()).isEmpty();
  }

  @Test
  void tellsTheRoomsLaterIfTheServerDoesNotListThem() {
    bbb1.holds("math");
    bbb1.is(Fault.LOSES_ANSWERS, "getMeetings");
    drain(new Drain(null, false, Then.CORDONED, "Please end soon."));
    time.advance(Duration.ofSeconds(10));
    assertThat(bbb1.count("sendChatMessage")).isZero();
    int asked = bbb1.count("getMeetings");
    time.advance(Duration.ofSeconds(8));
    assertThat(bbb1.count("getMeetings")).isLessThan(asked + 3);

    bbb1.is(Fault.NONE, "getMeetings");
    time.advance(SWEEP.multipliedBy(3));

    assertThat(bbb1.count("sendChatMessage")).isEqualTo(1);
    assertThat(events).containsExactly("bbb1 told 1 of 1");
  }

  @Test
  void tellsTheDirectoryWhichMeetingsItEnds() {
    bbb1.holds("math");
    drain(until(Duration.ofMinutes(1), true, Then.CORDONED, ""));

    time.advance(Duration.ofMinutes(1).plusSeconds(1));

    assertThat(ended).containsExactly(new MeetingId("math"));
  }

  @Test
  void tellsTheRoomsOnceIfTheirMeetingsMayGoOn() {
    bbb1.holds("math");
    drain(until(Duration.ofHours(1), false, Then.CORDONED, "Please end soon."));

    time.advance(Duration.ofHours(2));

    assertThat(bbb1.count("sendChatMessage")).isEqualTo(1);
  }

  @Test
  void leavesServersAloneThatCannotTellTheirRooms() {
    bbb1.answersPage("sendChatMessage", 404);
    IntStream.range(0, 40).forEach(i -> bbb1.holds("math-" + i));
    drain(until(Duration.ofMinutes(2), true, Then.CORDONED, "Bye."));

    time.advance(SWEEP);
    assertThat(events).containsExactly("bbb1 told 0 of 40");
    assertThat(bbb1.count("sendChatMessage")).isLessThanOrEqualTo(8);

    time.advance(Duration.ofMinutes(3));
    assertThat(bbb1.meetings()).isEmpty();
  }

  @Test
  void aRestartForgetsNeitherTheDeadlineNorWhatComesThen() throws IOException {
    bbb1.holds("math");
    drain(until(Duration.ofMinutes(30), true, Then.DISABLED, "Bye."));
    time.advance(SWEEP);
    assertThat(bbb1.count("sendChatMessage")).isEqualTo(1);
    stop();
    time.advance(Duration.ofMinutes(12));

    run();
    time.advance(Duration.ofMinutes(2));

    // The first message was sent, and the warning of 15 minutes is still to come.
    assertThat(bbb1.count("sendChatMessage")).isEqualTo(1);
    time.advance(Duration.ofMinutes(2));
    assertThat(bbb1.count("sendChatMessage")).isEqualTo(2);
    assertThat(bbb1.meetings()).hasSize(1);

    time.advance(Duration.ofMinutes(16));
    assertThat(bbb1.meetings()).isEmpty();
    assertThat(text()).contains("disabled").doesNotContain("drain");
  }

  @Test
  void aDeadlineThatPassedWhileTheBalancerWasDownIsKept() {
    bbb1.holds("math");
    drain(until(Duration.ofMinutes(30), true, Then.CORDONED, "Bye."));
    stop();
    time.advance(Duration.ofHours(2));

    run();
    time.advance(SWEEP);

    assertThat(bbb1.meetings()).isEmpty();
    assertThat(bbb1.count("sendChatMessage")).isZero();
  }

  @Test
  void whatTheOperatorEndsDoesNotStopWithTheDrain() {
    for (int i = 0; i < 20; i++) {
      bbb1.holds("math-" + i);
    }
    bbb1.is(Fault.HOLDS, "end");
    drain(until(Duration.ofMinutes(30), true, Then.CORDONED, ""));
    time.advance(Duration.ofMinutes(30).plusSeconds(2));
    EndingMeetings ofDrain = ends.last("bbb1").orElseThrow();
    assertThat(ofDrain.isDone()).isFalse();

    edit(ServerFields.NONE.state(AdminState.DISABLED));
    EndingMeetings ofOperator = ends.endAll(server());
    while (!ofDrain.isDone() || !ofOperator.isDone()) {
      bbb1.release();
    }

    assertThat(ofDrain.failures())
        .hasSize(12)
        .allMatch(failure -> failure.cause().equals("it was called off"));
    assertThat(ofOperator.ended()).isEqualTo(20);
    assertThat(bbb1.meetings()).isEmpty();
  }

  @Test
  void endsNothingAfterTheOperatorHasEndedTheDrain() {
    bbb1.holds("math");
    drain(until(Duration.ofMinutes(30), true, Then.REMOVED, ""));
    time.advance(Duration.ofMinutes(29));

    edit(ServerFields.NONE.state(AdminState.ENABLED));
    time.advance(Duration.ofHours(1));

    assertThat(bbb1.meetings()).hasSize(1);
    assertThat(server().state()).isEqualTo(AdminState.ENABLED);
    assertThat(events).isEmpty();
  }

  @Test
  void endsWhatALaterSweepFinds() {
    bbb1.holds("math");
    bbb1.is(Fault.REFUSES, "end");
    drain(until(Duration.ofMinutes(5), true, Then.DISABLED, ""));
    time.advance(Duration.ofMinutes(5).plusSeconds(1));
    // A sweep may have come in that second, and with it the next try.
    assertThat(events).startsWith("bbb1 ends 1", "bbb1 ended 0 failed 1");

    bbb1.is(Fault.NONE, "end");
    time.advance(SWEEP.multipliedBy(2));

    assertThat(bbb1.meetings()).isEmpty();
    assertThat(server().state()).isEqualTo(AdminState.DISABLED);
    assertThat(events).last().isEqualTo("bbb1 ended 1 failed 0");
  }

  @Test
  void whatASweepFindsWhileMeetingsEndIsNotEndedAgain() {
    bbb1.holds("math");
    bbb1.is(Fault.HOLDS, "end");
    drain(until(Duration.ofMinutes(5), true, Then.CORDONED, ""));
    time.advance(Duration.ofMinutes(5).plusSeconds(1));
    assertThat(bbb1.held()).isOne();

    drains.swept(server(), 1, 1, time.nanos());
    bbb1.release();
    time.advance(Duration.ofSeconds(2));

    assertThat(ends.last("bbb1").map(EndingMeetings::ended)).contains(1);
    assertThat(events).containsExactly("bbb1 ends 1", "bbb1 ended 1 failed 0");
  }

  @Test
  void aServerThatDiesAndComesBackIsDrainedThen() {
    bbb1.holds("math");
    drain(until(Duration.ofMinutes(5), true, Then.DISABLED, ""));
    time.advance(Duration.ofMinutes(4));
    bbb1.is(Fault.REFUSES);
    time.advance(Duration.ofMinutes(10));
    assertThat(server().state()).isEqualTo(AdminState.CORDONED);

    bbb1.is(Fault.NONE);
    time.advance(SWEEP.multipliedBy(3));

    assertThat(bbb1.meetings()).isEmpty();
    assertThat(server().state()).isEqualTo(AdminState.DISABLED);
  }

  @Test
  void saysIfWhatComesThenCannotBeWritten() {
    edit(ServerFields.NONE.state(AdminState.CORDONED));
    reloads.edit(new PoolEdit.Change("bbb2", ServerFields.NONE.state(AdminState.DISABLED)));
    drain(new Drain(null, false, Then.DISABLED, ""));

    time.advance(Duration.ofSeconds(50));

    assertThat(server().state()).isEqualTo(AdminState.CORDONED);
    assertThat(events)
        .singleElement()
        .asString()
        .startsWith("bbb1 not disabled [servers: the last");

    reloads.edit(new PoolEdit.Change("bbb2", ServerFields.NONE.state(AdminState.ENABLED)));
    time.advance(Duration.ofMinutes(2));
    assertThat(server().state()).isEqualTo(AdminState.DISABLED);
  }

  @Test
  void doesNothingOnceClosed() {
    bbb1.holds("math");
    drain(until(Duration.ofMinutes(5), true, Then.DISABLED, "Bye."));
    stop();

    time.advance(Duration.ofHours(1));

    assertThat(bbb1.meetings()).hasSize(1);
    assertThat(bbb1.count("sendChatMessage")).isZero();
    assertThat(time.alarms()).isZero();
  }
}
