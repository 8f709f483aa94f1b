package io.tinyscale.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tinyscale.bbb.ApiCall;
import io.tinyscale.bbb.ApiReply;
import io.tinyscale.bbb.HeldMeeting;
import io.tinyscale.bbb.ListDamage;
import io.tinyscale.bbb.ListedItem;
import io.tinyscale.bbb.Secret;
import io.tinyscale.body.Cancellation;
import io.tinyscale.observe.GatewayObserver;
import io.tinyscale.observe.SweepObserver;
import io.tinyscale.observe.SweepOutcome;
import io.tinyscale.server.AdminState;
import io.tinyscale.server.Contacts;
import io.tinyscale.server.Origin;
import io.tinyscale.server.PoolChange;
import io.tinyscale.server.Server;
import io.tinyscale.server.ServerLoad;
import io.tinyscale.server.ServerPool;
import io.tinyscale.server.ServerStatus;
import io.tinyscale.tenant.MeetingId;
import io.tinyscale.trace.RequestTrace;
import io.tinyscale.upstream.FakeServers;
import io.tinyscale.upstream.FakeServers.FakeServer;
import io.tinyscale.upstream.FakeServers.Fault;
import io.tinyscale.upstream.ManualTime;
import io.tinyscale.upstream.Outcome;
import io.tinyscale.upstream.ServerCalls;
import io.tinyscale.upstream.Upstream;
import io.tinyscale.upstream.UpstreamRequest;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SweeperTest {

  private static final Duration INTERVAL = Duration.ofSeconds(10);
  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  /** Longer than an interval with its jitter, shorter than two. */
  private static final Duration A_ROUND = Duration.ofSeconds(12);

  private final ManualTime time = new ManualTime();
  private final FakeServers servers = new FakeServers();
  private final FakeServer one = servers.add("bbb1");
  private final FakeServer two = servers.add("bbb2");
  private final ServerPool pool = new ServerPool(servers.all(), 2, 2);
  private int underWay;
  private final List<String> swept = new ArrayList<>();
  private final List<String> events = new ArrayList<>();
  private final AtomicInteger cancelled = new AtomicInteger();

  /** The notifications of a policy while the lists are read. */
  private final List<String> heard = new ArrayList<>();

  private final List<String> outcomes = new ArrayList<>();
  private final List<String> unknown = new ArrayList<>();
  private final SweepListener listener =
      new SweepListener() {
        @Override
        public SweepObserver asked(Server server, long asked) {
          heard.add(server.name() + " asked at " + Duration.ofNanos(asked).toSeconds());
          return new SweepObserver() {
            @Override
            public void meeting(MeetingId meetingId, HeldMeeting meeting) {
              heard.add(server.name() + " has " + meetingId.text() + " with " + meeting.users());
            }

            @Override
            public void ended(boolean complete) {
              heard.add(server.name() + (complete ? " told all" : " told not all"));
            }
          };
        }

        @Override
        public int swept(Server server, Map<MeetingId, HeldMeeting> meetings, long begun) {
          swept.add(server.name() + " " + meetings.keySet());
          return meetings.size() + underWay;
        }

        @Override
        public void sweptInPart(Server server, Map<MeetingId, HeldMeeting> meetings, long begun) {
          swept.add(server.name() + " perhaps not only " + meetings.keySet());
        }
      };
  private final GatewayObserver observer =
      new GatewayObserver() {
        @Override
        public void swept(Server server, SweepOutcome outcome, Duration time) {
          outcomes.add(server.name() + " " + outcome.word() + " " + time.toMillis());
        }

        @Override
        public void serverUp(Server server, int meetings) {
          events.add(server.name() + " up with " + meetings);
        }

        @Override
        public void serverDown(Server server, String cause) {
          events.add(server.name() + " down: " + cause);
        }

        @Override
        public void serverRefusesSecret(Server server) {
          events.add(server.name() + " refuses our secret");
        }

        @Override
        public void serverUnknown(Server server) {
          unknown.add(server.name());
        }

        @Override
        public void serverAcceptsSecret(Server server) {
          events.add(server.name() + " accepts our secret");
        }

        @Override
        public void listUnknown(Server server, String cause) {
          events.add(server.name() + " tells no list: " + cause);
        }

        @Override
        public void listDamaged(Server server, ApiCall call, ListDamage damage) {
          events.add(server.name() + " has a list with damaged " + damage.kind());
        }

        @Override
        public void poolChanged(PoolChange change) {
          events.add("+" + change.added() + " -" + change.removed() + " ~" + change.changed());
        }

        @Override
        public void serverDraining(Server server, int meetings, long users) {
          events.add(server.name() + " has " + meetings + " with " + users);
        }

        @Override
        public void serverDrained(Server server) {
          events.add(server.name() + " is empty");
        }
      };
  private final Contacts contacts = new Contacts();
  private final Verdicts verdicts = verdicts(listener, observer);
  private final Doubts doubts = doubts(this::send, verdicts);
  private final Sweeper sweeper =
      new Sweeper(pool, doubts, listener, verdicts, observer, INTERVAL, TIMEOUT, () -> 0.5);
  private final PoolReplacement replacement =
      new PoolReplacement(pool, sweeper, verdicts, observer);

  private Sweeper sweeper(SweepListener other, GatewayObserver watching) {
    Verdicts judge = verdicts(other, watching);
    return new Sweeper(
        pool, doubts(servers, judge), other, judge, watching, INTERVAL, TIMEOUT, () -> 0.5);
  }

  private Verdicts verdicts(SweepListener other, GatewayObserver watching) {
    return new Verdicts(pool, contacts, time::nanos, other, watching);
  }

  private Doubts doubts(Upstream upstream, Verdicts judge) {
    return new Doubts(
        pool,
        contacts,
        told -> new ServerCalls(upstream, time, Runnable::run, time::nanos, told),
        judge);
  }

  @Test
  void noListIsWorkedThroughOnTheThreadThatWatchesDeadlines() {
    AtomicInteger working = new AtomicInteger();
    List<String> elsewhere = new ArrayList<>();
    Executor work =
        task -> {
          working.incrementAndGet();
          task.run();
          working.decrementAndGet();
        };
    SweepListener watched =
        new SweepListener() {
          @Override
          public SweepObserver asked(Server server, long asked) {
            return new SweepObserver() {
              @Override
              public void meeting(MeetingId meetingId, HeldMeeting meeting) {}

              @Override
              public void ended(boolean complete) {
                note("ended");
              }
            };
          }

          @Override
          public int swept(Server server, Map<MeetingId, HeldMeeting> meetings, long begun) {
            note("swept");
            return meetings.size();
          }

          @Override
          public void sweptInPart(Server server, Map<MeetingId, HeldMeeting> meetings, long begun) {
            note("swept in part");
            swept.add(server.name());
          }

          private void note(String what) {
            if (working.get() == 0) {
              elsewhere.add(what);
            }
          }
        };
    Verdicts judge = verdicts(watched, observer);
    Upstream withoutLists =
        (request, cancellation) ->
            request.target().contains("getMeetings")
                ? new CompletableFuture<>()
                : servers.send(request, cancellation);
    Doubts through =
        new Doubts(
            pool,
            contacts,
            told -> new ServerCalls(withoutLists, time, work, time::nanos, told),
            judge);
    new Sweeper(pool, through, watched, judge, observer, INTERVAL, TIMEOUT, () -> 0.5).start();
    time.advance(A_ROUND.multipliedBy(2));

    assertThat(swept).as("lists that were late").isNotEmpty();
    assertThat(elsewhere).isEmpty();
  }

  private CompletionStage<Outcome> send(UpstreamRequest request, Cancellation cancellation) {
    cancellation.onCancel(cancelled::incrementAndGet);
    return servers.send(request, cancellation);
  }

  private List<Sweep> firstSweep() {
    CompletableFuture<List<Sweep>> sweeps = sweeper.firstSweep().toCompletableFuture();
    // For the list, for the root, and for both once more.
    for (int i = 0; i < 10 && !sweeps.isDone(); i++) {
      time.advance(TIMEOUT);
    }
    assertThat(sweeps).isDone();
    return sweeps.join();
  }

  /** Lets time pass until a server is asked for its meetings once more. */
  private void awaitSweepOf(FakeServer server) {
    int before = server.count("getMeetings");
    while (server.count("getMeetings") == before) {
      time.advance(Duration.ofMillis(10));
    }
  }

  private boolean isUp(FakeServer server) {
    return pool.status(server.server().name()).orElseThrow().health().isUp();
  }

  @Test
  void theFirstSweepTellsMeetingsAndVerdicts() {
    one.holds("math");
    two.is(Fault.REFUSES);

    List<Sweep> sweeps = firstSweep();

    assertThat(sweeps).hasSize(2);
    assertThat(sweeps.get(0)).isInstanceOf(Sweep.Passed.class);
    assertThat(sweeps.get(1)).isEqualTo(Sweep.Failed.of(two.server(), "Connection refused"));
    assertThat(swept).containsExactly("bbb1 [math]");
    assertThat(isUp(two)).isFalse();
    assertThat(events).containsExactly("bbb1 up with 1", "bbb2 down: Connection refused");
  }

  @Test
  void theFirstSweepEndsAlthoughAServerHangs() {
    two.is(Fault.SILENT);

    List<Sweep> sweeps = firstSweep();

    assertThat(sweeps.get(1)).isInstanceOf(Sweep.Failed.class);
    assertThat(pool.servers(ServerStatus::takesNewMeetings)).containsExactly(one.server());
  }

  @Test
  void aRefusedChecksumIsAWrongSecret() {
    two.answers(
        "*",
        "<response><returncode>FAILED</returncode><messageKey>checksumError</messageKey>"
            + "</response>");

    assertThat(firstSweep().get(1)).isEqualTo(new Sweep.WrongSecret(two.server()));
    assertThat(events).containsExactly("bbb1 up with 0", "bbb2 refuses our secret");
    assertThat(isUp(two)).isTrue();
    assertThat(pool.servers(ServerStatus::takesNewMeetings)).containsExactly(one.server());
  }

  @Test
  void aServerThatHangsAtTheStartIsUpOnceItAnswers() {
    two.is(Fault.SILENT);
    CompletableFuture<List<Sweep>> sweeps = sweeper.firstSweep().toCompletableFuture();
    time.advance(Duration.ofMillis(4500));
    two.is(Fault.NONE);

    time.advance(TIMEOUT);

    assertThat(sweeps).isCompleted();
    assertThat(isUp(two)).isTrue();
    assertThat(pool.servers(ServerStatus::takesNewMeetings)).contains(two.server());
    assertThat(events)
        .containsExactly(
            "bbb1 up with 0", "bbb2 up with 0", "bbb2 tells no list: no answer in time");
  }

  @Test
  void aServerThatFailsItsFirstCheckTwiceIsToldDownOnce() {
    two.is(Fault.SILENT);

    firstSweep();
    time.advance(A_ROUND);

    assertThat(isUp(two)).isFalse();
    assertThat(events).containsExactly("bbb1 up with 0", "bbb2 down: no answer in time");
  }

  @Test
  void aServerThatWeCouldNotAskAtTheStartIsNotDown() {
    two.answers("*", outcome -> new Outcome.Overloaded());

    assertThat(firstSweep().get(1)).isEqualTo(new Sweep.Unasked(two.server()));

    assertThat(isUp(two)).isTrue();
    assertThat(status(two).swept()).isFalse();
    assertThat(events)
        .containsExactly(
            "bbb1 up with 0",
            "bbb2 tells no list: no connection could be opened: no file descriptor or port is"
                + " left. Let tinyscale open more files (ulimit -n).");
  }

  @Test
  void aServerWhoseApiAnswersFailedAtTheStartIsInDoubt() {
    two.answers(
        "*",
        "<response><returncode>FAILED</returncode><messageKey>apiNotEnabled</messageKey>"
            + "</response>");

    firstSweep();

    assertThat(isUp(two)).isTrue();
    assertThat(status(two).takesNewMeetings()).isFalse();
    assertThat(events).last().isEqualTo("bbb2 tells no list: it answered FAILED apiNotEnabled");
  }

  @Test
  void aRefusedChecksumCanBringAServerUp() {
    sweeper.start();
    time.advance(A_ROUND);
    two.is(Fault.REFUSES);
    time.advance(A_ROUND.multipliedBy(2));
    assertThat(isUp(two)).isFalse();
    doubts.close();
    two.is(Fault.NONE).answers("*", REFUSAL);

    time.advance(A_ROUND.multipliedBy(3));

    assertThat(isUp(two)).isTrue();
    assertThat(events)
        .containsExactly(
            "bbb2 down: Connection refused", "bbb2 refuses our secret", "bbb2 up with 0");
  }

  @Test
  void aFailedAnswerIsAFailedSweep() {
    two.answers(
        "*",
        "<response><returncode>FAILED</returncode><messageKey>apiNotEnabled</messageKey>"
            + "</response>");

    assertThat(firstSweep().get(1))
        .isEqualTo(Sweep.Failed.of(two.server(), "it answered FAILED apiNotEnabled"));
    assertThat(swept).containsExactly("bbb1 []");
  }

  @Test
  void aFailedAnswerWithoutAKeyIsNotOfBbb() {
    two.answers("*", "<response><returncode>FAILED</returncode></response>");

    assertThat(firstSweep().get(1))
        .isInstanceOfSatisfying(
            Sweep.Failed.class,
            failed -> assertThat(failed.fix()).startsWith("There is no BigBlueButton at "));
  }

  @Test
  void aServerThatCannotBeAskedIsUnasked() {
    two.answers("*", outcome -> new Outcome.Overloaded());

    assertThat(firstSweep().get(1)).isEqualTo(new Sweep.Unasked(two.server()));
  }

  @Test
  void aServerThatRestartsDuringTheFirstSweepIsSweptOnceMore() {
    two.is(Fault.REFUSES);
    CompletableFuture<List<Sweep>> sweeps = sweeper.firstSweep().toCompletableFuture();
    two.is(Fault.NONE);
    time.advance(Duration.ofSeconds(2));
    assertThat(sweeps).isNotDone();

    time.advance(Duration.ofSeconds(1));

    assertThat(sweeps).isDone();
    assertThat(isUp(two)).isTrue();
    assertThat(one.count("getMeetings")).isOne();
  }

  @Test
  void aServerThatAnswersTheFirstSweepIsNotSweptOnceMore() {
    two.answers(
        "*",
        "<response><returncode>FAILED</returncode><messageKey>apiNotEnabled</messageKey>"
            + "</response>");

    assertThat(sweeper.firstSweep().toCompletableFuture()).isDone();
    assertThat(two.count("getMeetings")).isOne();
  }

  @Test
  void theSecondQuestionMayTakeNoLongerThanASweep() {
    Sweeper hasty =
        new Sweeper(
            pool,
            doubts,
            listener,
            verdicts,
            observer,
            INTERVAL,
            Duration.ofMillis(400),
            () -> 0.5);
    two.is(Fault.SILENT);

    hasty.firstSweep();
    time.advance(Duration.ofSeconds(1));

    assertThat(outcomes).contains("bbb2 silent 800");
  }

  @Test
  void aListThatBreaksOffFromTheStartOnLeavesItsServerUp() {
    two.answers(
        "getMeetings",
        "<response><returncode>SUCCESS</returncode><meetings>"
            + "<meeting><meetingID>math</meetingID></meeting><meeting><parentMeetingID>");

    assertThat(firstSweep().get(1)).isInstanceOf(Sweep.Partial.class);
    assertThat(isUp(two)).isTrue();
    assertThat(status(two).swept()).as("it proves no absence").isFalse();
    assertThat(swept).contains("bbb2 perhaps not only [math]");
  }

  @Test
  void sweepsAgainAndAgain() {
    sweeper.start();

    time.advance(A_ROUND);
    assertThat(swept).containsExactlyInAnyOrder("bbb1 []", "bbb2 []");
    time.advance(A_ROUND);
    assertThat(swept).hasSize(4);
  }

  @Test
  void failuresInARowMakeAServerDownAndPassesInARowMakeItUp() {
    sweeper.start();
    two.is(Fault.REFUSES);

    awaitSweepOf(two);
    time.advance(Duration.ofMillis(2900));
    assertThat(isUp(two)).isTrue();
    time.advance(Duration.ofMillis(200));
    assertThat(isUp(two)).isFalse();

    two.is(Fault.NONE);
    awaitSweepOf(two);
    time.advance(Duration.ofMillis(900));
    assertThat(isUp(two)).isFalse();
    time.advance(Duration.ofMillis(200));
    assertThat(isUp(two)).isTrue();
    assertThat(events).containsExactly("bbb2 down: Connection refused", "bbb2 up with 0");
  }

  @Test
  void aServerThatHangsDelaysNoOther() {
    sweeper.start();
    two.is(Fault.SILENT);

    time.advance(A_ROUND.multipliedBy(3));

    assertThat(one.count("getMeetings")).isEqualTo(3);
    assertThat(swept).containsOnly("bbb1 []");
    assertThat(isUp(two)).isFalse();
  }

  // Lists that cannot be read, of servers that are well.

  private static final String REFUSAL =
      "<response><returncode>FAILED</returncode><messageKey>checksumError</messageKey></response>";

  private static String listOf(String items) {
    return "<response><returncode>SUCCESS</returncode><meetings>"
        + items
        + "</meetings></response>";
  }

  private ServerStatus status(FakeServer server) {
    return pool.status(server.server().name()).orElseThrow();
  }

  private void sweepAFewTimes() {
    sweeper.start();
    time.advance(A_ROUND.multipliedBy(4));
  }

  @Test
  void anUnreadableMeetingCountsAsHeldLikeTheOthers() {
    two.answers(
        "getMeetings",
        listOf(
            "<meeting><meetingID>a</meetingID></meeting>"
                + "<meeting><meetingID>odd</meetingID><metadata><1a>x</1a></metadata></meeting>"
                + "<meeting><meetingName><1a></meetingName><meetingID>late</meetingID></meeting>"
                + "<meeting><meetingID>b</meetingID></meeting>"));

    sweepAFewTimes();

    assertThat(isUp(two)).isTrue();
    assertThat(status(two).swept()).isTrue();
    assertThat(swept.stream().filter(sweep -> sweep.startsWith("bbb2")).distinct().toList())
        .singleElement()
        .satisfies(sweep -> assertThat(sweep).startsWith("bbb2 [").contains("a", "odd", "late"));
    assertThat(events).containsExactly("bbb2 has a list with damaged items");
  }

  @Test
  void aListWithAnUnreadableIdProvesNoAbsence() {
    two.answers(
        "getMeetings",
        listOf("<meeting><1a/></meeting><meeting><meetingID>a</meetingID></meeting>"));

    sweepAFewTimes();

    assertThat(isUp(two)).isTrue();
    assertThat(swept).contains("bbb2 perhaps not only [a]").doesNotContain("bbb2 [a]");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\uFFFDth", "m\uFFFDth"})
  void anIdWithAReplacedCharacterProvesNoAbsence(String id) {
    two.answers("getMeetings", listOf("<meeting><meetingID>" + id + "</meetingID></meeting>"));

    firstSweep();

    assertThat(swept).contains("bbb2 perhaps not only [" + id + "]");
  }

  @Test
  void aListWithADamagedStructureMayLackMeetings() {
    SweptList list = new SweptList(1, SweepObserver.NONE, observer);

    list.damaged(ListDamage.ITEMS);
    assertThat(list.lacksSome()).isFalse();
    list.damaged(ListDamage.STRUCTURE);
    assertThat(list.lacksSome()).isTrue();
  }

  @Test
  void aServerWithAnUnreadableIdPassesItsFirstCheck() {
    two.answers("getMeetings", listOf("<meeting><1a/></meeting>"));

    assertThatNoException().isThrownBy(() -> StartupCheck.ABORT.require(firstSweep()));

    assertThat(status(two)).matches(ServerStatus::reachable).matches(status -> !status.swept());
    assertThat(pool.servers(ServerStatus::takesNewMeetings)).contains(two.server());
  }

  @Test
  void aCutListIsNoFailedSweepAndItsBeginningCounts() {
    two.answers(
        "getMeetings",
        "<response><returncode>SUCCESS</returncode><meetings>"
            + "<meeting><meetingID>a</meetingID></meeting><meeting><meetingID>b");

    sweepAFewTimes();

    assertThat(isUp(two)).isTrue();
    assertThat(pool.servers(ServerStatus::takesNewMeetings)).contains(two.server());
    assertThat(swept).contains("bbb2 perhaps not only [a]");
    assertThat(events).containsExactly("bbb2 tells no list: the document ends in the middle");

    two.answers("getMeetings", list(1));
    time.advance(A_ROUND);
    two.answersPage("getMeetings", 500);
    time.advance(A_ROUND);
    assertThat(events).as("told again").hasSize(2);
  }

  @Test
  void aLateListIsNoFailedSweepIfTheRootAnswers() {
    two.is(Fault.SILENT, "getMeetings");

    sweepAFewTimes();

    assertThat(isUp(two)).isTrue();
    assertThat(two.count("")).as("more questions").isGreaterThanOrEqualTo(two.count("getMeetings"));
    assertThat(events).containsExactly("bbb2 tells no list: no answer in time");
  }

  @Test
  void anErrorInsteadOfAListIsNoFailedSweepIfTheRootAnswers() {
    two.answersPage("getMeetings", 503);

    sweepAFewTimes();

    assertThat(isUp(two)).isTrue();
    assertThat(events).containsExactly("bbb2 tells no list: HTTP 503");
  }

  @Test
  void anHtmlPageForEveryCallIsAFailedSweep() {
    two.answersPage("*", 502);

    sweepAFewTimes();

    assertThat(isUp(two)).isFalse();
    assertThat(events).containsExactly("bbb2 down: HTTP 502");
  }

  @Test
  void aServerWithAnUnknownListKeepsItsLastList() {
    two.holds("math");
    sweeper.start();
    time.advance(A_ROUND);

    two.answersPage("getMeetings", 500);
    time.advance(A_ROUND.multipliedBy(3));

    assertThat(status(two).swept()).isTrue();
  }

  @Test
  void aServerThatRefusesOurSecretIsUpWithoutNewMeetings() {
    sweeper.start();
    time.advance(A_ROUND);
    two.answers("getMeetings", REFUSAL);

    time.advance(A_ROUND.multipliedBy(3));
    assertThat(status(two)).matches(ServerStatus::reachable).matches(ServerStatus::refusesSecret);
    assertThat(pool.servers(ServerStatus::takesNewMeetings)).containsExactly(one.server());
    assertThat(events).containsExactly("bbb2 refuses our secret");

    two.answers("getMeetings", outcome -> outcome);
    time.advance(A_ROUND);
    assertThat(pool.servers(ServerStatus::takesNewMeetings)).contains(two.server());
    assertThat(events).containsExactly("bbb2 refuses our secret", "bbb2 accepts our secret");
  }

  @Test
  void closingCancelsARunningProbe() {
    two.is(Fault.REFUSES, "getMeetings").is(Fault.SILENT, "");
    sweeper.start();
    awaitSweepOf(two);

    sweeper.close();
    doubts.close();
    int questions = two.count("");

    assertThat(questions).isPositive();
    time.advance(A_ROUND.multipliedBy(3));
    assertThat(isUp(two)).isTrue();
    assertThat(two.count("getMeetings")).isEqualTo(1);
    assertThat(two.count("")).isEqualTo(questions);
    assertThat(time.alarms()).isZero();
  }

  @Test
  void forgetsSweepsThatAreOver() {
    sweeper.start();
    time.advance(A_ROUND.multipliedBy(5));

    sweeper.close();

    assertThat(cancelled).hasValue(0);
  }

  @Test
  void closingCancelsARunningSweep() {
    two.is(Fault.SILENT);
    sweeper.start();
    awaitSweepOf(two);

    sweeper.close();
    doubts.close();

    assertThat(cancelled).hasValue(1);
    assertThat(isUp(two)).isTrue();
    time.advance(A_ROUND.multipliedBy(3));
    assertThat(two.count("getMeetings")).isEqualTo(1);
    assertThat(time.alarms()).isZero();
  }

  @Test
  void startsNothingOnceClosed() {
    sweeper.close();
    sweeper.start();

    assertThat(time.alarms()).isZero();
    time.advance(A_ROUND);

    assertThat(servers.count()).isZero();
  }

  @Test
  void asksNoServerOnceClosed() {
    sweeper.start();
    sweeper.close();

    time.advance(A_ROUND);

    assertThat(heard).isEmpty();
    assertThat(servers.count()).isZero();
  }

  @Test
  void aSweepThatBeginsWhenItIsClosedIsGivenUp() {
    two.is(Fault.SILENT);
    sweeper.close();

    assertThat(sweeper.firstSweep().toCompletableFuture()).isDone();
  }

  @Test
  void aBugInASweepIsReportedAndSweepsGoOn() {
    List<String> bugs = new ArrayList<>();
    Sweeper watched =
        sweeper(
            new SweepListener() {
              @Override
              public SweepObserver asked(Server server, long asked) {
                throw new IllegalStateException("a mistake");
              }

              @Override
              public int swept(Server server, Map<MeetingId, HeldMeeting> meetings, long begun) {
                return 0;
              }
            },
            new GatewayObserver() {
              @Override
              public void bug(ApiCall call, Throwable bug, RequestTrace trace) {
                bugs.add(call.name() + ": " + bug.getMessage());
              }
            });
    watched.start();

    time.advance(A_ROUND.multipliedBy(2));

    assertThat(bugs).hasSizeGreaterThanOrEqualTo(4).containsOnly("getMeetings: a mistake");
  }

  @Test
  void ignoresAListOfTooManyMeetings() {
    List<String> told = new ArrayList<>();
    List<Server> tooMany = new ArrayList<>();
    Sweeper watched =
        sweeper(
            (server, meetings, begun) -> {
              told.add(server.name() + " " + meetings.size());
              return meetings.size();
            },
            new GatewayObserver() {
              @Override
              public void serverHasTooManyMeetings(Server server) {
                tooMany.add(server);
              }
            });
    two.holds("x".repeat(257));
    two.holds("y".repeat(256));
    two.answers("getMeetings", list(Sweeper.MOST_MEETINGS + 1));

    watched.firstSweep();
    assertThat(told).noneMatch(sweep -> sweep.startsWith(two.server().name()));
    assertThat(pool.status(two.server().name()).orElseThrow())
        .matches(status -> status.health().isUp())
        .matches(status -> !status.swept());
    watched.start();
    time.advance(A_ROUND.multipliedBy(3));
    assertThat(tooMany).containsExactly(two.server());

    two.answers("getMeetings", list(Sweeper.MOST_MEETINGS));
    time.advance(A_ROUND);
    assertThat(told).contains(two.server().name() + " " + Sweeper.MOST_MEETINGS);
    assertThat(pool.status(two.server().name()).orElseThrow().swept()).isTrue();
    two.answers("getMeetings", outcome -> outcome);
    time.advance(A_ROUND);
    assertThat(told).as("ids that nobody can ask for").contains(two.server().name() + " 1");
    watched.close();
  }

  private static String list(int meetings) {
    StringBuilder list = new StringBuilder("<response><returncode>SUCCESS</returncode><meetings>");
    for (int i = 0; i < meetings; i++) {
      list.append("<meeting><meetingID>m").append(i).append("</meetingID></meeting>");
    }
    return list.append("</meetings></response>").toString();
  }

  @Test
  void goesOnAlthoughAnObserverThrows() {
    AtomicInteger thrown = new AtomicInteger();
    List<Throwable> bugs = new ArrayList<>();
    Sweeper watched =
        sweeper(
            (server, meetings, begun) -> 0,
            new GatewayObserver() {
              @Override
              public void bug(ApiCall call, Throwable bug, RequestTrace trace) {
                bugs.add(bug);
              }

              @Override
              public void serverDown(Server server, String cause) {
                thrown.incrementAndGet();
                throw new IllegalStateException();
              }
            });
    two.is(Fault.REFUSES);
    watched.start();

    time.advance(A_ROUND.multipliedBy(4));

    assertThat(thrown).hasValue(1);
    assertThat(bugs).singleElement().isInstanceOf(IllegalStateException.class);
    // Rounds are jittered.
    assertThat(two.count("getMeetings")).isGreaterThanOrEqualTo(4);
  }

  // Notifications.

  private List<String> heardOf(FakeServer server) {
    return heard.stream()
        .filter(event -> event.startsWith(server.server().name()))
        .filter(event -> !event.contains("asked"))
        .distinct()
        .toList();
  }

  @Test
  void tellsThePolicyEachMeetingAndWhetherTheListIsComplete() {
    long start = Duration.ofNanos(time.nanos()).toSeconds();
    two.answers(
        "getMeetings",
        listOf(
            "<meeting><meetingID>a</meetingID><participantCount>3</participantCount></meeting>"
                + "<meeting><meetingID>b</meetingID></meeting>"));

    firstSweep();

    assertThat(heard)
        .containsExactly(
            "bbb1 asked at " + start,
            "bbb1 told all",
            "bbb2 asked at " + start,
            "bbb2 has a with 3",
            "bbb2 has b with -1",
            "bbb2 told all");
  }

  @Test
  void tellsThePolicyTheBeginningOfACutList() {
    two.answers(
        "getMeetings",
        "<response><returncode>SUCCESS</returncode><meetings>"
            + "<meeting><meetingID>a</meetingID></meeting>");
    sweepAFewTimes();
    assertThat(heardOf(two)).containsExactly("bbb2 has a with -1", "bbb2 told not all");

    SweptList late = new SweptList(1, listener.asked(two.server(), 0), observer);
    late.end(false);
    late.item(new ListedItem("", new ApiReply(Map.of("meetingID", "late"))));

    assertThat(heard).last().isEqualTo("bbb2 told not all");
    assertThat(late.meetings()).isEmpty();
  }

  @Test
  void tellsThePolicyMoreMeetingsThanAreRemembered() {
    two.answers("getMeetings", list(Sweeper.MOST_MEETINGS + 50));

    firstSweep();

    assertThat(heardOf(two)).hasSize(Sweeper.MOST_MEETINGS + 51).endsWith("bbb2 told all");
    assertThat(status(two).load().meetings()).isEqualTo(Sweeper.MOST_MEETINGS + 50);
  }

  @Test
  void aThrowingPolicyIsReportedAndFailsNoSweep() {
    List<String> failures = new ArrayList<>();
    SweepListener broken =
        new SweepListener() {
          @Override
          public SweepObserver asked(Server server, long asked) {
            if (server.equals(one.server())) {
              return SweepObserver.NONE;
            }
            return new SweepObserver() {
              @Override
              public void meeting(MeetingId meetingId, HeldMeeting meeting) {
                throw new IllegalStateException("a mistake");
              }

              @Override
              public void ended(boolean complete) {
                failures.add("told more");
              }
            };
          }

          @Override
          public int swept(Server server, Map<MeetingId, HeldMeeting> meetings, long begun) {
            return meetings.size();
          }
        };
    two.holds("a");
    two.holds("b");

    sweeper(
            broken,
            new GatewayObserver() {
              @Override
              public void observerFailed(Class<?> observer, Throwable bug) {
                failures.add(bug.getMessage());
              }
            })
        .firstSweep();

    assertThat(failures).containsExactly("a mistake");
    assertThat(isUp(two)).isTrue();
  }

  @Test
  void tellsTheOutcomeAndDurationOfEachSweep() {
    two.is(Fault.SILENT, "getMeetings");
    sweepAFewTimes();
    assertThat(outcomes).contains("bbb1 complete 0", "bbb2 unknown 5000");

    two.is(Fault.SILENT).is(Fault.SILENT, "getMeetings");
    time.advance(A_ROUND.multipliedBy(2));
    assertThat(outcomes).contains("bbb2 silent 6000");
  }

  @Test
  void tellsOfDamageAndOfRefusal() {
    one.answers("getMeetings", listOf("<meeting><meetingID>a&b</meetingID></meeting>"));
    two.answers("getMeetings", REFUSAL);

    firstSweep();
    assertThat(outcomes).containsExactly("bbb1 damaged 0", "bbb2 refused 0");

    one.answers("getMeetings", listOf("<meeting><1a/></meeting>"));
    sweeper.start();
    time.advance(A_ROUND);
    assertThat(outcomes.subList(2, outcomes.size())).contains("bbb1 damaged 0");
  }

  @Test
  void theStatusHasTheLoadOfTheLastSweep() {
    assertThat(status(two).load().isKnown()).isFalse();
    two.answers(
        "getMeetings",
        listOf(
            "<meeting><meetingID>a</meetingID><participantCount>3</participantCount>"
                + "<listenerCount>1</listenerCount><isBreakout>true</isBreakout>"
                + "<videoCount>2</videoCount></meeting><meeting><meetingID>b</meetingID></meeting>"
                + "<meeting><meetingID>c</meetingID><participantCount>40</participantCount>"
                + "<voiceParticipantCount>6</voiceParticipantCount>"
                + "<metadata><bbb-origin>Moodle</bbb-origin><x>1</x><bbb-origin-server-name>"
                + "m.example.org</bbb-origin-server-name></metadata>"
                + "<videoCount>5</videoCount></meeting>"));

    sweepAFewTimes();
    ServerLoad load = status(two).load();
    assertThat(load)
        .extracting(ServerLoad::meetings, ServerLoad::users, ServerLoad::cameras)
        .containsExactly(3, 43L, 7L);
    assertThat(load.details().listeners().sum()).isOne();
    assertThat(load.details().voices().sum()).isEqualTo(6);
    assertThat(load.details().videos().sum()).isEqualTo(7);
    assertThat(load.details().people().rooms()).startsWith(1, 0, 1, 0, 0, 1);
    assertThat(load.details().breakouts()).isOne();
    assertThat(load.details().largest()).isEqualTo(40);
    assertThat(load.details().origins())
        .isEqualTo(Map.of(new Origin("m.example.org", "moodle"), 40, new Origin("", ""), 3));

    two.answersPage("getMeetings", 500);
    time.advance(A_ROUND);
    assertThat(status(two).load()).as("not known better").isEqualTo(load);
    changeTo(one.server(), two.server().with(AdminState.CORDONED));
    assertThat(status(two).load().users()).isEqualTo(43);
  }

  // Another pool file.

  private void changeTo(Server... pool) {
    CompletableFuture<Void> change = replacement.replace(List.of(pool)).toCompletableFuture();
    time.advance(TIMEOUT);
    assertThat(change).isCompleted();
  }

  @Test
  void aNewServerIsSweptBeforeItJoins() {
    FakeServer three = servers.add("bbb3").is(Fault.HOLDS);
    three.holds("math");
    CompletableFuture<Void> change =
        replacement
            .replace(List.of(one.server(), two.server(), three.server()))
            .toCompletableFuture();
    assertThat(pool.snapshot()).hasSize(2);

    three.release();

    assertThat(change).isCompleted();
    assertThat(pool.servers(ServerStatus::takesNewMeetings)).contains(three.server());
    assertThat(pool.status("bbb3").orElseThrow().swept()).isTrue();
    assertThat(swept).containsExactly("bbb3 [math]");
    assertThat(events).containsExactly("+[bbb3] -[] ~[]", "bbb3 up with 1");
    time.advance(A_ROUND);
    assertThat(three.count("getMeetings")).as("swept again").isEqualTo(2);
  }

  @Test
  void aNewServerThatDoesNotAnswerJoinsDown() {
    FakeServer three = servers.add("bbb3").is(Fault.REFUSES);

    changeTo(one.server(), two.server(), three.server());

    assertThat(isUp(three)).isFalse();
    assertThat(events).containsExactly("+[bbb3] -[] ~[]", "bbb3 down: Connection refused");
    three.is(Fault.NONE);
    time.advance(A_ROUND.multipliedBy(2));
    assertThat(isUp(three)).isTrue();
  }

  @Test
  void aNewServerThatDoesNotAnswerMayHoldAnyMeeting() {
    FakeServer three = servers.add("bbb3").is(Fault.REFUSES);

    changeTo(one.server(), two.server(), three.server());

    assertThat(unknown).containsExactly("bbb3");
  }

  @Test
  void aPoolThatChangesWhileItClosesStaysAsItIs() {
    FakeServer three = servers.add("bbb3").is(Fault.HOLDS);
    CompletableFuture<Void> change =
        replacement
            .replace(List.of(one.server(), two.server(), three.server()))
            .toCompletableFuture();

    sweeper.close();
    three.release();

    assertThat(change).isCompleted();
    assertThat(pool.snapshot()).hasSize(2);
    assertThat(events).isEmpty();
  }

  @Test
  void aListOfAnAddressThatLeftThePoolHasNoEffect() {
    two.holds("math");
    two.is(Fault.HOLDS, "getMeetings");
    sweeper.start();
    awaitSweepOf(two);
    Server moved =
        Server.of("bbb2", URI.create("https://other.example.org/api"), Secret.of("secret of bbb2"));
    pool.replace(List.of(one.server(), moved), Set.of());

    two.release();

    assertThat(swept).doesNotContain("bbb2 [math]");
    assertThat(isUp(two)).isFalse();
  }

  @Test
  void aCordonedServerThatWasDisabledReportsItsProgressAgain() {
    sweeper.start();
    changeTo(one.server(), two.server().with(AdminState.CORDONED));
    time.advance(A_ROUND);
    changeTo(one.server(), two.server().with(AdminState.DISABLED));
    time.advance(A_ROUND.multipliedBy(2));

    changeTo(one.server(), two.server().with(AdminState.CORDONED));

    assertThat(events).filteredOn("bbb2 is empty"::equals).hasSize(2);
  }

  @Test
  void aNewServerIsDownOnlyAfterThreeSecondsWithoutAnAnswer() {
    FakeServer three = servers.add("bbb3").is(Fault.REFUSES);
    CompletableFuture<Void> change =
        replacement
            .replace(List.of(one.server(), two.server(), three.server()))
            .toCompletableFuture();
    time.advance(Duration.ofMillis(2900));
    assertThat(change).isNotDone();

    three.is(Fault.NONE);
    time.advance(Duration.ofMillis(200));

    assertThat(change).isCompleted();
    assertThat(pool.servers(ServerStatus::takesNewMeetings)).contains(three.server());
    assertThat(events).containsExactly("+[bbb3] -[] ~[]", "bbb3 up with 0");
  }

  @Test
  void aNewServerThatRefusesOurSecretIsUpWithoutNewMeetings() {
    FakeServer three = servers.add("bbb3").answers("*", REFUSAL);

    changeTo(one.server(), two.server(), three.server());

    assertThat(status(three)).matches(ServerStatus::reachable);
    assertThat(pool.servers(ServerStatus::takesNewMeetings)).doesNotContain(three.server());
    assertThat(events).containsExactly("+[bbb3] -[] ~[]", "bbb3 refuses our secret");
  }

  @Test
  void aNewServerThatWeCouldNotAskIsNotDown() {
    FakeServer three = servers.add("bbb3").answers("*", outcome -> new Outcome.Overloaded());

    changeTo(one.server(), two.server(), three.server());

    assertThat(isUp(three)).isTrue();
    assertThat(status(three).swept()).isFalse();
  }

  @Test
  void theSamePoolIsNoChange() {
    changeTo(one.server(), two.server());

    assertThat(events).isEmpty();
    assertThat(servers.count()).isZero();
  }

  @Test
  void aRemovedServerStaysUntilItsLastMeetingIsOver() {
    sweeper.start();
    two.holds("math");

    changeTo(one.server());
    time.advance(A_ROUND);
    assertThat(pool.servers(ServerStatus::takesNewMeetings)).containsExactly(one.server());
    assertThat(pool.status("bbb2")).get().matches(ServerStatus::reachable);

    two.ends("math");
    underWay = 1;
    time.advance(A_ROUND);
    assertThat(pool.status("bbb2")).as("a create is on its way").isPresent();
    underWay = 0;
    time.advance(A_ROUND);
    assertThat(pool.status("bbb2")).isEmpty();
    assertThat(events).containsExactly("+[] -[bbb2] ~[]", "bbb2 has 1 with 0", "bbb2 is empty");

    int asked = two.count("getMeetings");
    time.advance(A_ROUND.multipliedBy(3));
    assertThat(two.count("getMeetings")).isEqualTo(asked);
  }

  @Test
  void aRemovedServerStaysForAnyMeetingInItsList() {
    sweeper.start();
    two.holds("math");
    underWay = -1;

    changeTo(one.server());
    time.advance(A_ROUND.multipliedBy(2));

    assertThat(pool.status("bbb2")).isPresent();
  }

  @Test
  void aRemovedServerThatGoesDownIsGone() {
    sweeper.start();
    two.holds("math");
    changeTo(one.server());

    two.is(Fault.REFUSES);
    time.advance(A_ROUND.multipliedBy(2));

    assertThat(pool.status("bbb2")).isEmpty();
  }

  @Test
  void aRemovedServerMayComeBackBeforeItIsEmpty() {
    sweeper.start();
    two.holds("math");
    changeTo(one.server());

    changeTo(one.server(), two.server());
    two.ends("math");
    time.advance(A_ROUND.multipliedBy(3));

    assertThat(pool.servers(ServerStatus::takesNewMeetings)).contains(two.server());
    assertThat(events).startsWith("+[] -[bbb2] ~[]").contains("+[bbb2] -[] ~[]");
    assertThat(two.count("getMeetings")).as("one schedule").isLessThanOrEqualTo(5);
  }

  @Test
  void sweepsWithTheSecretOfTheNewPoolFile() {
    sweeper.start();
    Server renewed = Server.of("bbb2", two.server().api(), Secret.of("another"));

    changeTo(one.server(), renewed);
    assertThat(events).containsExactly("+[] -[] ~[bbb2]");
    time.advance(A_ROUND.multipliedBy(2));

    assertThat(events).contains("bbb2 refuses our secret");
  }

  @Test
  void aDisabledServerIsNotSweptUntilItIsEnabled() {
    sweeper.start();

    changeTo(one.server(), two.server().with(AdminState.DISABLED));
    time.advance(A_ROUND.multipliedBy(2));
    assertThat(two.count("getMeetings")).isZero();

    changeTo(one.server(), two.server());
    assertThat(two.count("getMeetings")).isEqualTo(1);
    time.advance(A_ROUND);
    assertThat(two.count("getMeetings")).isEqualTo(2);
  }

  // Draining.

  @Test
  void aCordonedServerReportsItsProgressWhenItChanges() {
    sweeper.start();
    changeTo(one.server(), two.server().with(AdminState.CORDONED));
    String meeting = "<meeting><meetingID>%s</meetingID><participantCount>%d</participantCount>";
    String list = "<response><returncode>SUCCESS</returncode><meetings>%s</meetings></response>";
    events.clear();

    two.answers(
        "*",
        String.format(
            list,
            String.format(meeting, "a", 3)
                + "</meeting>"
                + String.format(meeting, "b", 2)
                + "</meeting>"));
    time.advance(A_ROUND.multipliedBy(3));
    two.answers("*", String.format(list, String.format(meeting, "a", 3) + "</meeting>"));
    time.advance(A_ROUND);
    two.answers("*", String.format(list, ""));
    time.advance(A_ROUND.multipliedBy(3));

    assertThat(events).containsExactly("bbb2 has 2 with 5", "bbb2 has 1 with 3", "bbb2 is empty");
    assertThat(pool.status("bbb2")).as("cordoned, not removed").isPresent();
  }

  // The start.

  @Test
  void startsWhenAllServersAnswer() {
    assertThatNoException().isThrownBy(() -> StartupCheck.ABORT.require(firstSweep()));
  }

  @Test
  void refusesToStartNamingEveryHostAndTheFix() {
    one.is(Fault.REFUSES);
    two.answers(
        "*",
        "<response><returncode>FAILED</returncode><messageKey>checksumError</messageKey>"
            + "</response>");
    List<Sweep> sweeps = firstSweep();

    assertThatThrownBy(() -> StartupCheck.ABORT.require(sweeps))
        .isInstanceOf(StartupException.class)
        .hasMessageContainingAll(
            "bbb1.example.org", "Connection refused", "bbb2.example.org", "bbb-conf --secret")
        .hasMessageNotContaining("secret of");
    assertThatThrownBy(() -> StartupCheck.WARN.require(sweeps))
        .isInstanceOf(StartupException.class);
  }

  @Test
  void startsWithTheRestIfTheCheckOnlyWarns() {
    one.is(Fault.REFUSES);
    List<Sweep> sweeps = firstSweep();

    assertThatNoException().isThrownBy(() -> StartupCheck.WARN.require(sweeps));
    assertThatThrownBy(() -> StartupCheck.ABORT.require(sweeps))
        .isInstanceOf(StartupException.class);
  }
}
