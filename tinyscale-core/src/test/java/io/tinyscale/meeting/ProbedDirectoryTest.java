package io.tinyscale.meeting;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.bbb.ApiCall;
import io.tinyscale.bbb.ChecksumAlgorithm;
import io.tinyscale.bbb.HeldMeeting;
import io.tinyscale.observe.GatewayObserver;
import io.tinyscale.server.AdminState;
import io.tinyscale.server.Contacts;
import io.tinyscale.server.Server;
import io.tinyscale.server.ServerPool;
import io.tinyscale.tenant.MeetingId;
import io.tinyscale.trace.RequestTrace;
import io.tinyscale.upstream.Deadline;
import io.tinyscale.upstream.FakeServers;
import io.tinyscale.upstream.FakeServers.FakeMeeting;
import io.tinyscale.upstream.FakeServers.FakeServer;
import io.tinyscale.upstream.FakeServers.Fault;
import io.tinyscale.upstream.ManualTime;
import io.tinyscale.upstream.Outcome;
import io.tinyscale.upstream.ServerCalls;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ProbedDirectoryTest {

  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final Duration CREATE_PATIENCE = Duration.ofSeconds(30);
  private static final Duration ABSENCE_LIFE = Duration.ofSeconds(1);
  private static final Duration SHORTLY = Duration.ofMillis(1);

  private final ManualTime time = new ManualTime();
  private final FakeServers servers = new FakeServers();
  private final FakeServer one = servers.add("bbb1");
  private final FakeServer two = servers.add("bbb2");
  private final FakeServer three = servers.add("bbb3");
  private final Server bbb1 = one.server();
  private final Server bbb2 = two.server();
  private final Map<String, Placement> placements = new HashMap<>();
  private final List<String> splits = new ArrayList<>();
  private final List<String> ended = new ArrayList<>();
  private final List<String> failed = new ArrayList<>();
  private final List<String> listedTwice = new ArrayList<>();

  /** How many people are in each meeting of a server. */
  private final Map<String, Integer> users = new HashMap<>();

  private final GatewayObserver observer =
      new GatewayObserver() {
        @Override
        public void meetingSplit(
            MeetingId meetingId, Server kept, int keptUsers, Server other, int otherUsers) {
          splits.add(meetingId + " kept on " + kept.name() + " also on " + other.name());
        }

        @Override
        public void meetingLeftoverEnded(MeetingId meetingId, Server server, Server live) {
          ended.add(meetingId + " on " + server.name() + " lives on " + live.name());
        }

        @Override
        public void serverListedTwice(Server server, Server other) {
          listedTwice.add(server.name() + " is " + other.name());
        }

        @Override
        public void callFailed(ApiCall call, Server server, String cause, RequestTrace trace) {
          failed.add(call.name() + " on " + server.name() + ": " + cause);
        }
      };
  private final Contacts contacts = new Contacts();
  private ServerPool pool = new ServerPool(servers.all(), 2, 2);
  private ProbedDirectory directory = directory();

  private ProbedDirectory directory() {
    return directory(Balancers.AUTO);
  }

  /** A directory that takes itself for the only one that makes meetings. */
  private void isAlone() {
    directory = directory(Balancers.ONE);
  }

  private ProbedDirectory directory(Balancers balancers) {
    return new ProbedDirectory(
        pool,
        new ServerCalls(servers, time, Runnable::run, time::nanos),
        new Patience(contacts, time::nanos, Patience.USUAL),
        observer,
        DirectorySettings.DEFAULT
            .withQuestion(PATIENCE)
            .withCreate(CREATE_PATIENCE)
            .withAbsence(ABSENCE_LIFE)
            .withMeetings(MeetingSettings.defaults().withBalancers(balancers)));
  }

  /** A create is about to be sent to a server; tells where it goes. */
  private Server place(String meetingId, Server chosen) {
    Placement placement =
        directory.place(new MeetingId(meetingId), chosen).toCompletableFuture().join();
    placements.put(meetingId, placement);
    return placement.server();
  }

  /** A server has said that it holds a meeting. */
  private void holds(String meetingId, String internalId, Server server) {
    sentTo(meetingId, server).made(internalId);
  }

  /** The answer to a create was lost. */
  private void perhapsMade(String meetingId, Server server) {
    sentTo(meetingId, server).unknown();
  }

  /** The create that was placed last, if it was placed there. */
  private Placement sentTo(String meetingId, Server server) {
    Placement placed = placements.get(meetingId);
    return placements.remove(meetingId, placed) && placed.server().equals(server)
        ? placed
        : directory.held(new MeetingId(meetingId), server);
  }

  /** The create that was placed last made nothing. */
  private void notMade(String meetingId) {
    placements.remove(meetingId).failed();
  }

  private CompletableFuture<Location> locating(String meetingId) {
    return directory.locate(new MeetingId(meetingId)).toCompletableFuture();
  }

  private Location locate(String meetingId) {
    CompletableFuture<Location> location = locating(meetingId);
    assertThat(location).isDone();
    return location.join();
  }

  private static Location on(Server server) {
    return new Location.Found(server);
  }

  /** A complete sweep of a server that begins and ends now. */
  private void sweep(FakeServer fake) {
    sweep(fake, time.nanos());
  }

  /** Two complete sweeps of a server in a row. */
  private void sweepTwice(FakeServer fake) {
    sweep(fake);
    later();
    sweep(fake);
  }

  private void sweep(FakeServer fake, long begun) {
    Map<String, FakeMeeting> meetings = fake.meetings();
    Map<MeetingId, HeldMeeting> held = new HashMap<>();
    meetings.forEach((id, meeting) -> held.put(new MeetingId(id), held(fake, meeting)));
    pool.passed(fake.server());
    pool.passed(fake.server());
    directory.swept(fake.server(), held, begun);
  }

  /** A sweep of a server that says nothing of other meetings. */
  private void sweepPart(FakeServer fake) {
    Map<MeetingId, HeldMeeting> held = new HashMap<>();
    fake.meetings().forEach((id, meeting) -> held.put(new MeetingId(id), held(fake, meeting)));
    directory.sweptInPart(fake.server(), held, time.nanos());
  }

  private HeldMeeting held(FakeServer fake, FakeMeeting meeting) {
    return new HeldMeeting(
        meeting.internalId(), users.getOrDefault(fake.server().name(), 0), meeting.moderatorPw());
  }

  private long later() {
    time.advance(SHORTLY);
    return time.nanos();
  }

  /** A server is asked now, and says that it does not know the meeting. */
  private CompletableFuture<Location> denied(String meetingId, Server denier) {
    return directory
        .locateAfterDenial(new MeetingId(meetingId), denier, later())
        .toCompletableFuture();
  }

  @Test
  void findsAMeetingThatItDidNotPlace() {
    two.holds("math");

    assertThat(locate("math")).isEqualTo(on(bbb2));
  }

  @Test
  void remembersAFoundMeeting() {
    two.holds("math");
    locate("math");
    int asked = servers.count();

    assertThat(locate("math")).isEqualTo(on(bbb2));
    assertThat(directory.remembered(new MeetingId("math"))).contains(bbb2);
    assertThat(servers.count()).isEqualTo(asked);
  }

  @Test
  void asksEveryServerOnceForEqualQuestions() {
    for (FakeServer server : List.of(one, two, three)) {
      server.is(Fault.HOLDS);
    }
    two.holds("math");

    List<CompletableFuture<Location>> locations =
        Stream.generate(() -> locating("math")).limit(50).toList();
    List.of(one, two, three).forEach(FakeServer::release);

    assertThat(servers.count()).isEqualTo(3);
    assertThat(locations)
        .allSatisfy(location -> assertThat(location).isCompletedWithValue(on(bbb2)));
  }

  @Test
  void findsAMeetingByItsInternalId() {
    FakeMeeting meeting = two.holds("math");

    assertThat(locate(meeting.internalId())).isEqualTo(on(bbb2));
    assertThat(directory.remembered(new MeetingId("math"))).contains(bbb2);
    assertThat(directory.remembered(new MeetingId(meeting.internalId()))).contains(bbb2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"math-2", "mat", "Math", "math ", " math", "th"})
  void comparesIdsExactly(String other) {
    two.holds("math");
    locate("math");

    assertThat(locate(other)).isEqualTo(new Location.Absent());
  }

  @Test
  void theBeginningOfAnInternalIdFindsNothing() {
    FakeMeeting foreign = two.holds("math");
    String prefix = foreign.internalId().substring(0, 6);

    assertThat(locate(prefix)).isEqualTo(new Location.Absent());
    assertThat(locate(foreign.internalId().substring(0, 40))).isEqualTo(new Location.Absent());
    assertThat(directory.size()).isZero();
  }

  @Test
  void anAbsenceIsProvenByAllServers() {
    assertThat(locate("math")).isEqualTo(new Location.Absent());
    assertThat(servers.count()).isEqualTo(3);
  }

  @Test
  void anAbsenceIsNotProvenAgainWithinItsLife() {
    locate("math");
    time.advance(ABSENCE_LIFE.minus(SHORTLY));
    two.holds("math");

    assertThat(locate("math")).isEqualTo(new Location.Absent());
    assertThat(servers.count()).isEqualTo(3);

    time.advance(SHORTLY);
    assertThat(locate("math")).isEqualTo(on(bbb2));
  }

  @Test
  void aCreateEndsAnAbsence() {
    locate("math");

    place("math", bbb1);

    assertThat(locate("math")).isEqualTo(on(bbb1));
  }

  @Test
  void aSilentServerMakesTheLocationUnknown() {
    two.is(Fault.SILENT);
    CompletableFuture<Location> location = locating("math");

    assertThat(location).isNotDone();
    time.advance(PATIENCE);

    assertThat(location).isCompletedWithValue(new Location.Unknown(List.of(bbb2)));
    assertThat(locating("math")).isNotDone();
  }

  @Test
  void findsAMeetingBesideASilentServer() {
    one.is(Fault.REFUSES);
    two.holds("math");

    assertThat(locate("math")).isEqualTo(on(bbb2));
  }

  @ParameterizedTest
  @ValueSource(strings = {"internalError", "somethingNew", ""})
  void aFailureThatIsNoDenialProvesNothing(String key) {
    one.answers(
        "getMeetingInfo",
        "<response><returncode>FAILED</returncode><messageKey>" + key + "</messageKey></response>");

    assertThat(locate("math")).isEqualTo(new Location.Unknown(List.of(bbb1)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"notFound", "validationError", "sizeError"})
  void aServerThatRefusesTheIdDoesNotHoldIt(String key) {
    one.answers(
        "getMeetingInfo",
        "<response><returncode>FAILED</returncode><messageKey>" + key + "</messageKey></response>");

    assertThat(locate("math")).isEqualTo(new Location.Absent());
  }

  @Test
  void garbageProvesNothing() {
    one.answersPage("getMeetingInfo", 200);

    assertThat(locate("math")).isEqualTo(new Location.Unknown(List.of(bbb1)));
  }

  @Test
  void aServerThatIsDownAndUnsweptMakesTheLocationUnknown() {
    pool.startsDown(bbb1);

    assertThat(locate("math")).isEqualTo(new Location.Unknown(List.of(bbb1)));
    assertThat(one.requests()).isEmpty();
  }

  @Test
  void usesTheLastSweepOfAServerThatIsDown() {
    one.holds("art");
    pool.passed(bbb1);
    sweep(one);
    pool.failed(bbb1, true);
    pool.failed(bbb1, true);

    assertThat(locate("math")).isEqualTo(new Location.Absent());
    assertThat(locate("art")).isEqualTo(on(bbb1));
  }

  @Test
  void aDisabledServerHoldsNothing() {
    Server disabled =
        new Server(
            "bbb1",
            bbb1.api(),
            bbb1.secret(),
            ChecksumAlgorithm.SHA256,
            1,
            Set.of(),
            AdminState.DISABLED);
    pool = new ServerPool(List.of(disabled, bbb2), 2, 2);
    directory = directory();
    one.holds("math");
    sweep(one);

    assertThat(directory.remembered(new MeetingId("math"))).isEmpty();
    assertThat(locate("math")).isEqualTo(new Location.Absent());
    assertThat(one.requests()).isEmpty();
  }

  // Sweeps.

  @Test
  void learnsFromASweep() {
    one.holds("math");
    one.holds("art");

    sweep(one);

    assertThat(directory.remembered(new MeetingId("math"))).contains(bbb1);
    assertThat(directory.remembered(new MeetingId("art"))).contains(bbb1);
    assertThat(directory.size()).isEqualTo(2);
    assertThat(servers.count()).isZero();
  }

  @Test
  void forgetsMeetingsMissingFromASweep() {
    FakeMeeting meeting = one.holds("math");
    sweep(one);
    one.ends("math");
    later();

    sweep(one);

    assertThat(directory.remembered(new MeetingId("math"))).isEmpty();
    assertThat(directory.remembered(new MeetingId(meeting.internalId()))).isEmpty();
    assertThat(directory.size()).isZero();
  }

  // Denials and ends.

  @Test
  void believesADenialOfAMeetingItKnew() {
    holds("math", "x-1", bbb1);

    denied("math", bbb2);
    assertThat(directory.remembered(new MeetingId("math"))).contains(bbb1);

    denied("math", bbb1);
    assertThat(directory.remembered(new MeetingId("math"))).isEmpty();
  }

  @Test
  void believesADenialByInternalId() {
    holds("math", "x-1", bbb1);

    denied("x-1", bbb1);

    assertThat(directory.remembered(new MeetingId("math"))).isEmpty();
  }

  @Test
  void believesNoDenialThatIsOlderThanTheMeeting() {
    long asked = time.nanos();
    later();
    holds("math", "x-2", bbb1);

    assertThat(
            directory.locateAfterDenial(new MeetingId("math"), bbb1, asked).toCompletableFuture())
        .isCompletedWithValue(on(bbb1));
    assertThat(directory.remembered(new MeetingId("math"))).contains(bbb1);
  }

  @Test
  void anotherCallAsksTheServerThatDenied() {
    holds("math", "x-1", bbb1);
    two.is(Fault.HOLDS, "getMeetingInfo");
    denied("math", bbb1);
    one.holds("math");

    CompletableFuture<Location> other = locating("math");
    two.release();

    assertThat(other).isCompletedWithValue(on(bbb1));
  }

  /** Where a create would go. */
  private Location locateForCreate(String meetingId) {
    return directory
        .locateForCreate(new MeetingId(meetingId), Deadline.in(CREATE_PATIENCE, time::nanos))
        .toCompletableFuture()
        .join();
  }

  /** Whether a create for a meeting on the first server asks that server before. */
  private boolean isConfirmedBeforeACreate(String meetingId) {
    int asked = one.count("getMeetingInfo");
    assertThat(locateForCreate(meetingId)).isEqualTo(on(bbb1));
    return one.count("getMeetingInfo") > asked;
  }

  @Test
  void aCreateAsksTheServerOfAnEndingMeeting() {
    FakeMeeting meeting = one.holds("math");
    sweep(one);

    directory.ending(new MeetingId(meeting.internalId()), bbb1);

    assertThat(isConfirmedBeforeACreate("math")).isTrue();
    assertThat(directory.remembered(new MeetingId("math"))).contains(bbb1);
    sweep(one);
    assertThat(isConfirmedBeforeACreate("math")).as("still listed for a moment").isTrue();
    one.holds("math");
    sweep(one);
    assertThat(isConfirmedBeforeACreate("math")).as("made anew").isFalse();
  }

  // Placing.

  @Test
  void aMeetingSeenElsewhereIsNotPlacedAgain() {
    holds("math", "x-1", bbb2);

    assertThat(place("math", bbb1)).isEqualTo(bbb2);
  }

  @Test
  void aMeetingOnAServerThatIsDownIsPlacedAgain() {
    holds("math", "x-1", bbb2);
    pool.startsDown(bbb2);

    assertThat(place("math", bbb1)).isEqualTo(bbb1);
    assertThat(directory.remembered(new MeetingId("math"))).contains(bbb1);
    assertThat(directory.remembered(new MeetingId("x-1"))).isEmpty();
  }

  @Test
  void findsAMeetingPlacedDuringTheSearch() {
    for (FakeServer server : List.of(one, two, three)) {
      server.is(Fault.HOLDS);
    }
    CompletableFuture<Location> location = locating("math");

    place("math", bbb2);
    List.of(one, two, three).forEach(FakeServer::release);

    assertThat(location).isCompletedWithValue(on(bbb2));
  }

  // Splits.

  @Test
  void keepsTheOlderOfTwoCopiesInAnyOrder() {
    two.startsAt(1_600_000_000_000L).holds("math");
    one.holds("math");

    sweep(one);
    assertThat(directory.remembered(new MeetingId("math"))).contains(bbb1);
    sweep(two);
    assertThat(directory.remembered(new MeetingId("math"))).contains(bbb2);
    sweep(one);
    assertThat(directory.remembered(new MeetingId("math"))).contains(bbb2);

    assertThat(splits).containsExactly("math kept on bbb2 also on bbb1");
  }

  @Test
  void aSearchThatFindsTwoCopiesTakesTheOlder() {
    two.startsAt(1_600_000_000_000L).holds("math");
    one.holds("math");

    assertThat(locate("math")).isEqualTo(on(bbb2));
    assertThat(splits).containsExactly("math kept on bbb2 also on bbb1");
  }

  @Test
  void aSplitIsReportedOncePerChange() {
    FakeMeeting older = two.startsAt(1_600_000_000_000L).holds("math");
    one.holds("math");

    for (int round = 0; round < 3; round++) {
      sweep(one);
      sweep(two);
    }
    assertThat(splits).containsExactly("math kept on bbb2 also on bbb1");

    one.ends("math");
    sweep(one);
    one.holds("math");
    sweep(one);
    assertThat(splits).as("begun again").hasSize(2);
    assertThat(directory.remembered(new MeetingId(older.internalId()))).contains(bbb2);
  }

  @Test
  void theKeptCopyChangesOnlyIfItIsEmptyAndTheOtherIsNot() {
    isAlone();
    two.startsAt(1_600_000_000_000L).holds("math");
    one.holds("math");
    users.put("bbb1", 3);
    users.put("bbb2", 0);
    sweep(two);
    sweep(one);

    users.put("bbb2", 5);
    sweep(two);
    sweep(one);
    assertThat(directory.remembered(new MeetingId("math")))
        .as("users come to the older one")
        .contains(bbb1);

    users.put("bbb1", 0);
    sweep(one);
    sweep(two);
    assertThat(directory.remembered(new MeetingId("math"))).as("ours is empty").contains(bbb2);

    users.put("bbb2", 0);
    sweep(two);
    sweep(one);
    assertThat(directory.remembered(new MeetingId("math"))).as("both are").contains(bbb2);
    assertThat(splits)
        .containsExactly("math kept on bbb1 also on bbb2", "math kept on bbb2 also on bbb1");
  }

  @Test
  void aloneCallsGoToTheCopyThatHasMorePeopleInTwoSweepsInARow() {
    isAlone();
    users.put("bbb1", 3);
    users.put("bbb2", 2);
    one.holds("math");
    two.startsAt(1_800_000_000_000L).holds("math");
    sweep(one);
    sweep(two);
    assertThat(directory.remembered(new MeetingId("math"))).contains(bbb1);

    users.put("bbb2", 4);
    sweep(two);
    assertThat(directory.remembered(new MeetingId("math"))).as("once").contains(bbb1);
    sweep(two);

    assertThat(directory.remembered(new MeetingId("math"))).contains(bbb2);
    assertThat(splits)
        .containsExactly("math kept on bbb1 also on bbb2", "math kept on bbb2 also on bbb1");
  }

  @Test
  void carefulCallsGoToTheOldestCopyWithPeopleAtEachSweep() {
    two.startsAt(1_600_000_000_000L).holds("math");
    one.holds("math");
    users.put("bbb1", 3);
    sweep(two);
    sweep(one);
    assertThat(directory.remembered(new MeetingId("math"))).contains(bbb1);

    users.put("bbb2", 1);
    sweep(two);
    assertThat(directory.remembered(new MeetingId("math"))).as("the older").contains(bbb2);

    users.put("bbb2", 0);
    sweep(two);
    sweep(one);
    assertThat(directory.remembered(new MeetingId("math"))).as("with people").contains(bbb1);
  }

  @Test
  void anEmptyCopyOnACordonedServerIsNotKept() {
    isAlone();
    one.holds("math");
    two.startsAt(1_800_000_000_000L).holds("math");
    pool.replace(List.of(bbb1.with(AdminState.CORDONED), bbb2, three.server()), Set.of());

    sweep(one);
    sweep(two);
    assertThat(directory.remembered(new MeetingId("math"))).contains(bbb2);

    users.put("bbb1", 1);
    sweep(one);
    assertThat(directory.meetingsByServer()).as("with people").containsOnlyKeys("bbb1");
  }

  @Test
  void aCopyOnAServerThatIsNotUpIsNotKept() {
    two.startsAt(1_800_000_000_000L).holds("math");
    sweep(two);
    pool.startsDown(bbb1);
    one.holds("math");

    directory.swept(
        bbb1, Map.of(new MeetingId("math"), held(one, one.meetings().get("math"))), time.nanos());

    assertThat(directory.remembered(new MeetingId("math"))).contains(bbb2);
    assertThat(splits).isEmpty();
    sweep(one);
    assertThat(directory.remembered(new MeetingId("math")))
        .as("the older one, now that it is up")
        .contains(bbb1);
    assertThat(splits).containsExactly("math kept on bbb1 also on bbb2");
  }

  @Test
  void placesOnAKnownSecondCopyInsteadOfMakingAThird() {
    one.holds("math");
    two.startsAt(1_800_000_000_000L).holds("math");
    sweep(one);
    sweep(two);
    pool.startsDown(bbb1);

    assertThat(place("math", three.server())).isEqualTo(bbb2);
    assertThat(directory.remembered(new MeetingId("math"))).contains(bbb2);
  }

  // Leftovers.

  /** Makes a meeting on one server and again on another, because the first goes down. */
  private FakeMeeting detach(FakeServer from, FakeServer to) {
    isAlone();
    FakeMeeting leftover = from.holds("math");
    sweep(from);
    pool.startsDown(from.server());
    assertThat(place("math", to.server())).isEqualTo(to.server());
    FakeMeeting anew = to.startsAt(1_800_000_000_000L).holds("math");
    holds("math", anew.internalId(), to.server());
    return leftover;
  }

  @Test
  void anEmptyLeftoverIsEndedEvenIfItIsOlder() {
    FakeMeeting leftover = detach(one, two);

    sweep(one);
    assertThat(one.count("getMeetingInfo") + one.count("end")).as("one look").isZero();
    later();
    sweep(one);

    assertThat(directory.remembered(new MeetingId("math"))).contains(bbb2);
    assertThat(one.count("getMeetingInfo")).as("asked for its people once more").isEqualTo(1);
    assertThat(one.count("end")).isEqualTo(1);
    assertThat(one.lastRequest().target())
        .as("that very copy")
        .contains("meetingID=" + leftover.internalId() + "&password=mp");
    assertThat(one.meetings()).isEmpty();
    assertThat(two.meetings()).containsKey("math");
    assertThat(two.count("end")).isZero();
    assertThat(ended).containsExactly("math on bbb1 lives on bbb2");
    assertThat(splits).isEmpty();
  }

  @Test
  void aLeftoverWithPeopleIsLeftAloneAndReportedOnce() {
    FakeMeeting leftover = detach(one, two);
    one.people("math", 7);

    sweepTwice(one);
    users.put("bbb1", 7);
    sweepTwice(one);

    assertThat(directory.remembered(new MeetingId("math"))).contains(bbb2);
    assertThat(one.meetings()).containsValue(leftover);
    assertThat(one.count("end")).isZero();
    assertThat(splits).containsExactly("math kept on bbb2 also on bbb1");
    assertThat(ended).isEmpty();
  }

  @Test
  void aLeftoverIsEndedOnceItsPeopleHaveLeft() {
    detach(one, two);
    users.put("bbb1", 7);
    sweepTwice(one);
    users.put("bbb1", 0);

    sweep(one);
    assertThat(one.count("end")).as("the sweep before still showed people").isZero();

    later();
    sweep(one);
    assertThat(one.meetings()).isEmpty();
    assertThat(ended).containsExactly("math on bbb1 lives on bbb2");
  }

  @Test
  void aLeftoverThatFillsBetweenTheLooksIsNotEnded() {
    FakeMeeting leftover = detach(one, two);
    sweep(one);

    users.put("bbb1", 1);
    sweepPart(one);
    users.put("bbb1", 0);
    later();
    sweep(one);

    assertThat(one.meetings()).containsValue(leftover);
    assertThat(one.count("getMeetingInfo")).isZero();
    later();
    sweep(one);
    assertThat(one.meetings()).as("empty in two complete sweeps").isEmpty();
  }

  @Test
  void aSweepInPartIsNoLookAtALeftover() {
    FakeMeeting leftover = detach(one, two);

    sweepPart(one);
    sweep(one);
    later();
    sweepPart(one);
    assertThat(one.meetings()).containsValue(leftover);
    assertThat(one.count("end")).isZero();

    sweep(one);
    assertThat(one.meetings()).as("the sweep in part broke no row").isEmpty();
  }

  @Test
  void aJoinBetweenTheLooksKeepsALeftover() {
    FakeMeeting leftover = detach(one, two);
    sweep(one);
    later();

    directory.joining(new MeetingId(leftover.internalId()), bbb1);
    directory.joining(new MeetingId("math"), bbb1);
    later();
    sweep(one);

    assertThat(one.meetings()).containsValue(leftover);
    assertThat(one.count("end")).isZero();
    later();
    sweep(one);
    assertThat(one.meetings()).as("two looks since the join").isEmpty();
  }

  @Test
  void aJoinAfterTheQuestionKeepsALeftover() {
    FakeMeeting leftover = detach(one, two);
    one.is(Fault.HOLDS, "getMeetingInfo");
    sweepTwice(one);

    directory.joining(new MeetingId("math"), bbb1);
    one.release();

    assertThat(one.meetings()).containsValue(leftover);
    assertThat(one.count("end")).isZero();
  }

  @Test
  void aLeftoverThatFillsAfterTheSweepsIsNotEnded() {
    FakeMeeting leftover = detach(one, two);
    one.people("math", 1);

    sweepTwice(one);

    assertThat(one.count("getMeetingInfo")).isEqualTo(1);
    assertThat(one.meetings()).containsValue(leftover);
    assertThat(splits).containsExactly("math kept on bbb2 also on bbb1");
    one.people("math", 0);
    later();
    sweep(one);
    assertThat(one.meetings()).as("only one look since there were people").isNotEmpty();
  }

  @Test
  void aLeftoverWithoutAPeopleCountIsNotEnded() {
    FakeMeeting leftover = detach(one, two);
    users.put("bbb1", HeldMeeting.UNKNOWN);

    sweepTwice(one);

    assertThat(one.meetings()).containsValue(leftover);
    assertThat(one.count("getMeetingInfo")).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<participantCount></participantCount>",
        "<participantCount>none</participantCount>",
        "",
      })
  void aLeftoverIsNotEndedIfItsServerReportsNoPeopleCount(String count) {
    FakeMeeting leftover = detach(one, two);
    one.answers("getMeetingInfo", info("math", leftover.internalId(), count));

    sweepTwice(one);

    assertThat(one.count("getMeetingInfo")).isEqualTo(1);
    assertThat(one.meetings()).containsValue(leftover);
  }

  @Test
  void aLeftoverIsNotEndedIfTheAnswerIsAboutAnotherMeeting() {
    FakeMeeting leftover = detach(one, two);
    String empty = "<participantCount>0</participantCount>";

    one.answers("getMeetingInfo", info("math", leftover.internalId() + "1", empty));
    sweepTwice(one);
    one.answers("getMeetingInfo", info("art", leftover.internalId(), empty));
    sweep(one);
    one.answers("getMeetingInfo", info("math", "", empty));
    sweep(one);

    assertThat(one.count("getMeetingInfo")).isEqualTo(3);
    assertThat(one.meetings()).containsValue(leftover);
  }

  private static String info(String meetingId, String internalId, String count) {
    return "<response><returncode>SUCCESS</returncode><meetingID>"
        + meetingId
        + "</meetingID><internalMeetingID>"
        + internalId
        + "</internalMeetingID>"
        + count
        + "</response>";
  }

  @Test
  void aLeftoverIsNotEndedIfItsServerDoesNotAnswer() {
    detach(one, two);

    one.is(Fault.SILENT, "getMeetingInfo");
    sweepTwice(one);
    time.advance(PATIENCE);
    one.is(Fault.REFUSES, "getMeetingInfo");
    sweep(one);
    one.is(Fault.NONE, "getMeetingInfo");
    one.answersPage("getMeetingInfo", 200);
    sweep(one);

    assertThat(one.count("end")).isZero();
    assertThat(failed)
        .containsExactly(
            "getMeetingInfo on bbb1: no answer in time",
            "getMeetingInfo on bbb1: Connection refused",
            "getMeetingInfo on bbb1: an HTML page");
  }

  @Test
  void aLeftoverIsNotEndedIfTheNewServerFailsMeanwhile() {
    FakeMeeting leftover = detach(one, two);
    one.is(Fault.HOLDS, "getMeetingInfo");
    sweepTwice(one);
    assertThat(one.count("getMeetingInfo")).isEqualTo(1);
    pool.startsDown(bbb2);
    sweep(one);
    assertThat(directory.remembered(new MeetingId("math"))).contains(bbb1);
    pool.passed(bbb2);
    pool.passed(bbb2);

    one.release();

    assertThat(one.meetings()).containsValue(leftover);
    assertThat(one.count("end")).isZero();
  }

  @Test
  void callsGoToALeftoverWithPeopleOnceTheNewMeetingEnds() {
    FakeMeeting leftover = detach(one, two);
    users.put("bbb1", 7);
    sweep(one);
    two.ends("math");
    later();

    sweep(two);

    assertThat(directory.remembered(new MeetingId("math"))).contains(bbb1);
    sweep(one);
    assertThat(directory.remembered(new MeetingId("math"))).contains(bbb1);
    assertThat(one.meetings()).containsValue(leftover);
    one.ends("math");
    later();
    sweep(one);
    assertThat(directory.size()).isZero();
  }

  @Test
  void endsALeftoverOncePerSweepUntilItIsGone() {
    FakeMeeting leftover = detach(one, two);
    one.is(Fault.SILENT, "end");

    sweepTwice(one);
    time.advance(PATIENCE);
    assertThat(failed).containsExactly("end on bbb1: no answer in time");

    one.is(Fault.NONE, "end");
    sweep(one);
    assertThat(one.startsAt(1_700_000_000_000L).holds("math"))
        .as("the same run, which is still shown for a while")
        .isEqualTo(leftover);
    later();
    sweep(one);
    assertThat(one.count("end")).isEqualTo(3);
    assertThat(ended).as("reported once").hasSize(1);

    one.ends("math");
    later();
    sweepTwice(one);
    assertThat(one.count("end")).isEqualTo(3);
    assertThat(directory.remembered(new MeetingId("math"))).contains(bbb2);
    assertThat(splits).isEmpty();
  }

  @Test
  void anotherRunOnTheOldServerIsReportedAndNotEnded() {
    detach(one, two);
    one.ends("math");
    FakeMeeting another = one.startsAt(1_900_000_000_000L).holds("math");

    sweepTwice(one);
    sweepTwice(one);

    assertThat(one.meetings()).containsValue(another);
    assertThat(splits).containsExactly("math kept on bbb2 also on bbb1");
  }

  // One server that is listed twice.

  @Test
  void twoEntriesThatShowTwoEqualRunsAreOneServer() {
    for (FakeServer entry : List.of(one, two)) {
      entry.holds("math");
      entry.holds("art");
    }

    sweep(one);
    sweep(two);
    sweepTwice(one);

    assertThat(listedTwice).as("told once").containsExactly("bbb2 is bbb1");
    assertThat(splits).isEmpty();
  }

  @Test
  void twoEntriesThatShowOneEqualRunTwiceInARowAreOneServer() {
    one.holds("math");
    two.holds("math");
    sweep(one);
    sweep(two);
    assertThat(listedTwice).as("one sweep").isEmpty();
    two.ends("math");
    sweep(two);
    two.startsAt(1_700_000_000_000L).holds("math");
    sweep(two);
    assertThat(listedTwice).as("not in a row").isEmpty();

    sweep(two);

    assertThat(listedTwice).containsExactly("bbb2 is bbb1");
  }

  @Test
  void twoServersMayMakeSomeMeetingsInTheSameMillisecond() {
    for (FakeServer entry : List.of(one, two)) {
      entry.holds("math");
      entry.holds("art");
    }
    one.startsAt(1_800_000_000_000L);
    for (int number = 0; number < 5; number++) {
      one.holds("one" + number);
      two.holds("two" + number);
    }

    sweepTwice(one);
    sweepTwice(two);

    assertThat(listedTwice).isEmpty();
  }

  @Test
  void twoServersThatLookedLikeOneAreTwoOnceTheyDiffer() {
    FakeMeeting leftover = detach(one, two);
    for (String meetingId : List.of("art", "biology")) {
      one.startsAt(1_750_000_000_000L).holds(meetingId);
      three.startsAt(1_750_000_000_000L).holds(meetingId);
    }
    sweep(three);
    sweepTwice(one);
    assertThat(listedTwice).containsExactly("bbb1 is bbb3");
    assertThat(one.meetings()).containsValue(leftover);

    for (int number = 0; number < 5; number++) {
      one.startsAt(1_810_000_000_000L + number).holds("one" + number);
      three.startsAt(1_820_000_000_000L + number).holds("three" + number);
    }
    sweep(three);
    sweepTwice(one);

    assertThat(one.meetings()).doesNotContainValue(leftover);
  }

  @Test
  void differentRunsOfTwoMeetingsAreOnTwoServers() {
    one.holds("math");
    one.holds("art");
    two.startsAt(1_800_000_000_000L).holds("math");
    two.holds("art");

    sweepTwice(one);
    sweepTwice(two);

    assertThat(listedTwice).isEmpty();
  }

  @Test
  void nothingIsEndedOnAServerThatIsListedTwice() {
    FakeMeeting leftover = detach(one, two);
    three.holds("gone");
    three.ends("gone");
    for (String meetingId : List.of("art", "biology")) {
      assertThat(three.holds(meetingId)).isEqualTo(one.holds(meetingId));
    }
    sweep(three);

    sweepTwice(one);
    sweep(one);

    assertThat(listedTwice).containsExactly("bbb1 is bbb3");
    assertThat(one.meetings()).containsValue(leftover);
    assertThat(one.count("end")).isZero();
    pool.replace(List.of(bbb1, bbb2), Set.of());
    sweepTwice(one);
    assertThat(one.meetings()).as("listed once").doesNotContainValue(leftover);
  }

  @Test
  void afterAFailedCreateTheMeetingIsOnTheServerThatIsDown() {
    isAlone();
    one.holds("math");
    sweep(one);
    pool.startsDown(bbb1);
    place("math", bbb2);

    notMade("math");

    assertThat(locate("math")).isEqualTo(on(bbb1));
    assertThat(place("math", three.server())).isEqualTo(three.server());
    holds("math", three.startsAt(1_800_000_000_000L).holds("math").internalId(), three.server());
    sweepTwice(one);
    assertThat(one.meetings()).isEmpty();
    assertThat(ended).containsExactly("math on bbb1 lives on bbb3");
  }

  @Test
  void anUnansweredCreateKeepsBothServersAsCandidates() {
    one.holds("math");
    sweep(one);
    pool.startsDown(bbb1);
    place("math", bbb2);
    assertThat(locate("math")).isEqualTo(new Location.Found(bbb2, List.of(bbb1)));

    perhapsMade("math", bbb2);
    denied("math", bbb2);
    assertThat(locate("math")).isEqualTo(new Location.Found(bbb2, List.of(bbb1)));

    holds("math", two.holds("math").internalId(), bbb2);
    assertThat(locate("math")).isEqualTo(on(bbb2));
  }

  @Test
  void afterAnUnansweredCreateTheMeetingReturnsToItsOldServer() {
    one.holds("math");
    sweep(one);
    pool.startsDown(bbb1);
    place("math", bbb2);
    perhapsMade("math", bbb2);

    time.advance(CREATE_PATIENCE);
    sweep(two);
    assertThat(directory.remembered(new MeetingId("math"))).contains(bbb2);
    later();
    sweep(two);
    assertThat(locate("math")).isEqualTo(on(bbb1));
  }

  @Test
  void callsGoToTheOldCopyIfTheNewMeetingDoesNotAppear() {
    isAlone();
    FakeMeeting meeting = one.holds("math");
    sweep(one);
    pool.startsDown(bbb1);
    place("math", bbb2);
    perhapsMade("math", bbb2);
    sweep(one);
    sweep(two, time.nanos());
    assertThat(directory.remembered(new MeetingId("math")))
        .as("that sweep may have been early")
        .contains(bbb2);

    later();
    sweep(two);
    assertThat(locate("math")).isEqualTo(on(bbb1));

    two.startsAt(1_900_000_000_000L).holds("math");
    sweepTwice(two);
    assertThat(one.meetings()).containsValue(meeting);
    assertThat(two.meetings()).as("the lost create took effect at last").isEmpty();
    assertThat(splits).isEmpty();
  }

  @Test
  void keepsTheOldCopyIfTheServerOfTheNewMeetingFails() {
    FakeMeeting meeting = detach(one, two);
    pool.startsDown(bbb2);
    sweep(one);

    sweepTwice(two);

    assertThat(directory.remembered(new MeetingId("math"))).contains(bbb1);
    assertThat(one.meetings()).containsValue(meeting);
    assertThat(two.meetings()).isEmpty();
    assertThat(splits).isEmpty();
  }

  @Test
  void endsALateNewMeetingIfTheOldCopyIsBackInUse() {
    isAlone();
    FakeMeeting meeting = one.holds("math");
    sweep(one);
    pool.startsDown(bbb1);
    place("math", bbb2);
    pool.startsDown(bbb2);
    sweep(one);

    holds("math", two.startsAt(1_800_000_000_000L).holds("math").internalId(), bbb2);
    sweepTwice(two);

    assertThat(directory.remembered(new MeetingId("math"))).contains(bbb1);
    assertThat(one.meetings()).containsValue(meeting);
    assertThat(two.meetings()).isEmpty();
    assertThat(splits).isEmpty();
  }

  /** The answer to a create is lost, its server goes down, and the meeting is made on another. */
  private FakeMeeting makeAnewAfterALostCreate(FakeServer lost, FakeServer to) {
    isAlone();
    place("math", lost.server());
    placements.remove("math").unknown();
    pool.startsDown(lost.server());
    place("math", to.server());
    holds("math", to.startsAt(1_800_000_000_000L).holds("math").internalId(), to.server());
    later();
    return lost.holds("math");
  }

  @Test
  void anEmptyCopyThatALostCreateMadeLateIsEnded() {
    makeAnewAfterALostCreate(one, two);

    sweep(one);
    assertThat(one.meetings()).as("one look").hasSize(1);
    later();
    sweep(one);

    assertThat(one.meetings()).isEmpty();
    assertThat(two.meetings()).containsKey("math");
    assertThat(ended).containsExactly("math on bbb1 lives on bbb2");
    assertThat(splits).isEmpty();
  }

  @Test
  void aCopyWithPeopleThatALostCreateMadeLateIsReportedOnce() {
    FakeMeeting late = makeAnewAfterALostCreate(one, two);
    users.put("bbb1", 1);
    users.put("bbb2", 1);
    sweep(two);

    sweepTwice(one);
    sweepTwice(one);

    assertThat(one.meetings()).containsValue(late);
    assertThat(two.meetings()).containsKey("math");
    assertThat(splits).hasSize(1);
  }

  @Test
  void endsALeftoverEvenIfTheNewMeetingWasMadeAgain() {
    detach(one, two);
    two.ends("math");
    later();
    sweep(two);
    place("math", three.server());
    holds("math", three.startsAt(1_900_000_000_000L).holds("math").internalId(), three.server());

    sweepTwice(one);

    assertThat(directory.remembered(new MeetingId("math"))).contains(three.server());
    assertThat(one.meetings()).isEmpty();
    assertThat(three.meetings()).containsKey("math");
    assertThat(ended).containsExactly("math on bbb1 lives on bbb3");
    assertThat(splits).isEmpty();
  }

  @Test
  void keepsTheOldCopyIfTheNewMeetingHasEnded() {
    FakeMeeting leftover = detach(one, two);
    two.ends("math");
    later();
    sweep(two);

    sweep(one);

    assertThat(one.meetings()).containsValue(leftover);
    assertThat(directory.remembered(new MeetingId("math"))).contains(bbb1);
  }

  @Test
  void forgetsTheMeetingsOfRemovedServers() {
    one.holds("math");
    sweep(one);
    pool.startsDown(bbb1);
    pool.replace(List.of(bbb2), Set.of());

    sweep(two);

    assertThat(directory.size()).isZero();
  }

  @Test
  void endsABoundedNumberOfLeftoversPerSweep() {
    isAlone();
    for (int i = 0; i < 250; i++) {
      one.holds("meeting " + i);
    }
    sweep(one);
    pool.startsDown(bbb1);
    two.startsAt(1_800_000_000_000L);
    for (int i = 0; i < 250; i++) {
      place("meeting " + i, bbb2);
      holds("meeting " + i, two.holds("meeting " + i).internalId(), bbb2);
    }

    sweepTwice(one);
    assertThat(one.meetings().size()).isEqualTo(150);
    sweep(one);
    sweep(one);
    assertThat(one.meetings().size()).isZero();
    assertThat(two.meetings().size()).isEqualTo(250);
  }

  @Test
  void nobodyJoinsAQuestionThatIsOlderThanAProof() {
    three.is(Fault.SILENT);
    CompletableFuture<Location> early = locating("math");
    time.advance(ABSENCE_LIFE);
    CompletableFuture<Location> joined = locating("math");
    assertThat(servers.count("getMeetingInfo")).isEqualTo(3);

    time.advance(SHORTLY);
    one.holds("math");
    three.is(Fault.NONE);

    assertThat(locate("math")).isEqualTo(on(bbb1));
    assertThat(early).isNotDone();
    assertThat(joined).isNotDone();
  }

  @Test
  void aProofOfAbsenceIsAsOldAsItsQuestion() {
    three.is(Fault.HOLDS);
    CompletableFuture<Location> slow = locating("math");
    time.advance(ABSENCE_LIFE.plus(SHORTLY));
    three.release();
    assertThat(slow).isCompletedWithValue(new Location.Absent());
    three.is(Fault.NONE);
    one.holds("math");

    assertThat(locate("math")).isEqualTo(on(bbb1));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "<meetingID></meetingID>",
        "<1a/><meetingID>math</meetingID>",
        "<meetingID>m\uFFFDth</meetingID>",
        "<meetingID>\uFFFDmath</meetingID>"
      })
  void aSuccessWhoseIdsCannotBeReadProvesNothing(String ids) {
    one.answers(
        "getMeetingInfo", "<response><returncode>SUCCESS</returncode>" + ids + "</response>");

    assertThat(locate("math")).isEqualTo(new Location.Unknown(List.of(bbb1)));
  }

  @Test
  void remembersTenThousandProvenAbsences() {
    Absences absences = new Absences(Duration.ofHours(1), time::nanos);

    for (int i = 0; i < 10_000; i++) {
      absences.add(new MeetingId("meeting " + i), time.nanos());
    }

    assertThat(absences.contains(new MeetingId("meeting 0"))).isTrue();
    absences.add(new MeetingId("one more"), time.nanos());
    assertThat(absences.contains(new MeetingId("meeting 0"))).isFalse();
  }

  @Test
  void provenAbsencesAreBounded() {
    Absences absences = new Absences(Duration.ofHours(1), time::nanos);

    for (int i = 0; i < 20_000; i++) {
      absences.add(new MeetingId("meeting " + i), time.nanos());
    }

    assertThat(absences.contains(new MeetingId("meeting 0"))).isFalse();
    assertThat(absences.contains(new MeetingId("meeting 19999"))).isTrue();
  }

  @Test
  void aFloodOfUnknownIdsAsksABoundedNumberOfQuestions() {
    Stream.of(one, two, three).forEach(this::sweep);
    Stream.of(one, two, three).forEach(server -> server.is(Fault.HOLDS));

    for (int i = 0; i < 100_000; i++) {
      directory.locate(new MeetingId("made-up-" + i));
    }

    assertThat(servers.count("getMeetingInfo")).isEqualTo(200 * 3);
    assertThat(locate("one-more")).isEqualTo(new Location.Absent());
    time.advance(PATIENCE);
    assertThat(locating("after-the-flood")).isNotDone();
  }

  @Test
  void aFloodOfJoinsForAServerThatIsDownAsksABoundedNumberOfQuestions() {
    directory = directory(Balancers.SEVERAL);
    Map<MeetingId, HeldMeeting> meetings = new HashMap<>();
    for (int i = 0; i < 1_000; i++) {
      meetings.put(new MeetingId("m" + i), HeldMeeting.of("internal-" + i));
    }
    directory.swept(bbb1, meetings, time.nanos());
    Stream.of(two, three).forEach(this::sweep);
    pool.startsDown(bbb1);
    Stream.of(two, three).forEach(server -> server.is(Fault.HOLDS));

    meetings.keySet().forEach(directory::locateForJoin);

    assertThat(servers.count("getMeetingInfo")).isEqualTo(2 * JoinLocator.MOST_QUESTIONS);
    time.advance(PATIENCE);
    MeetingId asked = new MeetingId("m0");
    assertThat(directory.locateForJoin(asked)).isNotDone();
  }

  @Test
  void inAFloodAnUnsweptServerMakesTheLocationUnknown() {
    Stream.of(one, two).forEach(this::sweep);
    Stream.of(one, two, three).forEach(server -> server.is(Fault.HOLDS));

    for (int i = 0; i < 200; i++) {
      directory.locate(new MeetingId("made-up-" + i));
    }

    assertThat(locate("one-more")).isEqualTo(new Location.Unknown(List.of(three.server())));
  }

  // Creates.

  private CompletableFuture<Location> locatingForCreate(String meetingId) {
    return directory
        .locateForCreate(new MeetingId(meetingId), Deadline.in(CREATE_PATIENCE, time::nanos))
        .toCompletableFuture();
  }

  @Test
  void aCreateLearnsTheRunThatAServerShowsAlthoughItIsDown() {
    holds("math", "x-1", bbb1);
    pool.startsDown(bbb1);
    FakeMeeting next = one.holds("math");

    assertThat(locateForCreate("math")).isEqualTo(on(bbb1));

    assertThat(directory.idOf(next.internalId())).isEqualTo(new MeetingId("math"));
  }

  @Test
  void remembersIdsUpToTheirBound() {
    String longest = "m".repeat(HeldMeeting.LONGEST_ID);
    two.holds(longest);
    two.holds(longest + "m");

    assertThat(locate(longest)).isEqualTo(on(bbb2));
    assertThat(locate(longest + "m")).isEqualTo(on(bbb2));

    assertThat(directory.meetingsByServer()).containsExactly(Map.entry("bbb2", 1));
    assertThat(directory.remembered(new MeetingId(longest))).contains(bbb2);
  }

  @Test
  void aCreateJoinsNoQuestionThatBeganBeforeIt() {
    three.is(Fault.HOLDS, "getMeetingInfo");
    CompletableFuture<Location> first = locatingForCreate("math");
    later();
    CompletableFuture<Location> second = locatingForCreate("math");

    assertThat(one.count("getMeetingInfo")).isEqualTo(2);
    three.release();
    assertThat(first).isCompletedWithValue(new Location.Absent());
    assertThat(second).isCompletedWithValue(new Location.Absent());
  }

  @Test
  void aCreateThatMadeNothingEndsAnAbsenceToo() {
    locate("math");
    place("math", bbb1);
    notMade("math");
    two.holds("math");

    assertThat(locate("math")).isEqualTo(on(bbb2));
  }

  @Test
  void aloneInAFloodACreateWaitsOnlyForServersThatWereNeverSwept() {
    isAlone();
    Stream.of(one, two).forEach(this::sweep);
    three.is(Fault.HOLDS);
    for (int i = 0; i < 400; i++) {
      locatingForCreate("made-up-" + i);
    }
    assertThat(three.count("getMeetingInfo")).isEqualTo(400);

    assertThat(locatingForCreate("one-more"))
        .isCompletedWithValue(new Location.Unknown(List.of(three.server())));
  }

  @Test
  void aServerThatIsDisabledMeanwhileHoldsNoMeetingForACreate() {
    three.is(Fault.SILENT);
    CompletableFuture<Location> create = locatingForCreate("math");
    pool.replace(List.of(bbb1, bbb2, three.server().with(AdminState.DISABLED)), Set.of());

    time.advance(PATIENCE);

    assertThat(create).isCompletedWithValue(new Location.Absent(List.of(three.server()), false));
  }

  @Test
  void aCreateAsksASilentServerAgainAndAgain() {
    holds("math", "x-1", bbb1);
    contacts.with(bbb1).unanswered(time.nanos(), false);
    one.is(Fault.SILENT);
    CompletableFuture<Location> create = locatingForCreate("math");
    assertThat(one.count("getMeetingInfo")).isOne();

    time.advance(Duration.ofMillis(1500));
    assertThat(one.count("getMeetingInfo")).isEqualTo(2);
    assertThat(create).isNotDone();
  }

  @Test
  void aCreateWhoseTimeIsOverNamesTheSilentServer() {
    holds("math", "x-1", bbb1);
    contacts.with(bbb1).unanswered(time.nanos(), true);
    one.is(Fault.REFUSES);
    CompletableFuture<Location> create =
        directory
            .locateForCreate(
                new MeetingId("math"), Deadline.in(CREATE_PATIENCE.plus(SHORTLY), time::nanos))
            .toCompletableFuture();

    time.advance(CREATE_PATIENCE.plus(SHORTLY));

    assertThat(create).isCompletedWithValue(new Location.Unknown(List.of(bbb1)));
  }

  @Test
  void aFailureThatIsNoDenialDoesNotMoveACreate() {
    holds("math", "x-1", bbb1);
    directory.ending(new MeetingId("math"), bbb1);
    one.answers(
        "getMeetingInfo",
        "<response><returncode>FAILED</returncode><messageKey>internalError</messageKey></response>");

    assertThat(locateForCreate("math")).isEqualTo(new Location.Unknown(List.of(bbb1)));
  }

  @Test
  void aMeetingWithoutPeopleIsAbsentOnceItsServerIsDown() {
    isAlone();
    one.holds("math");
    Stream.of(one, two, three).forEach(this::sweep);
    pool.startsDown(bbb1);
    one.is(Fault.REFUSES);

    assertThat(locateForCreate("math")).isEqualTo(new Location.Absent());
  }

  @Test
  void aLeftoverThatItsServerDeniesHoldsNoMeetingForACreate() {
    detach(one, two);
    sweep(two);
    pool.passed(bbb1);
    pool.passed(bbb1);
    sweep(three);
    one.ends("math");
    pool.startsDown(bbb2);
    two.is(Fault.REFUSES);

    assertThat(locateForCreate("math")).isEqualTo(new Location.Absent());
  }

  @Test
  void aCreateNamesAllServersThatMayHaveTheMeeting() {
    one.holds("math");
    users.put("bbb1", 3);
    sweep(one);
    pool.startsDown(bbb1);
    one.is(Fault.REFUSES);
    two.is(Fault.SILENT);
    CompletableFuture<Location> create = locatingForCreate("math");

    time.advance(PATIENCE);

    assertThat(create).isCompletedWithValue(new Location.Unknown(List.of(bbb1, bbb2)));
  }

  @Test
  void anEndOfAllCopiesDoesNotReachTheNextRun() {
    perhapsMade("math", bbb1);
    pool.startsDown(bbb1);
    place("math", bbb2);
    holds("math", "second-2", bbb2);
    one.is(Fault.HOLDS, "getMeetingInfo");
    later();
    directory.ending(new MeetingId("math"), bbb2);
    assertThat(one.held()).isOne();

    pool.passed(bbb1);
    pool.passed(bbb1);
    pool.startsDown(bbb2);
    assertThat(place("math", bbb1)).isEqualTo(bbb1);
    one.holds("math");
    holds("math", one.meetings().get("math").internalId(), bbb1);
    one.release();

    assertThat(one.count("end")).as("people may be in it").isZero();
    assertThat(one.meetings()).containsKey("math");
  }

  @Test
  void anEndOfAllCopiesReachesTheCopyThatASweepLeavesMeanwhile() {
    endWhileTheOtherCopyIsSilent();

    Stream.of(one, two).forEach(this::sweep);
    assertThat(locate("math")).isEqualTo(on(bbb2));
    two.release();

    assertThat(two.meetings()).isEmpty();
    assertThat(directory.remembered(new MeetingId("math"))).contains(bbb2);
    later();
    sweep(two);
    assertThat(directory.remembered(new MeetingId("math"))).isEmpty();
  }

  @Test
  void anEndOfAllCopiesDoesNotReachTheCopyThatACreateFindsAgain() {
    endWhileTheOtherCopyIsSilent();

    Stream.of(one, two).forEach(this::sweep);
    assertThat(locateForCreate("math")).isEqualTo(on(bbb2));
    directory.held(new MeetingId("math"), bbb2);
    two.release();

    assertThat(two.count("end")).as("people may be in it").isZero();
    assertThat(two.meetings()).containsKey("math");
  }

  /** A front end ends a meeting on the first server, and the second has not answered yet. */
  private void endWhileTheOtherCopyIsSilent() {
    one.holds("math");
    two.holds("math");
    users.putAll(Map.of("bbb1", 1, "bbb2", 1));
    Stream.of(one, two).forEach(this::sweep);
    assertThat(locate("math")).isEqualTo(on(bbb1));
    two.is(Fault.HOLDS, "getMeetingInfo");
    one.ends("math");
    later();
    directory.ending(new MeetingId("math"), bbb1);
    assertThat(two.held()).isOne();
    later();
  }

  @Test
  void aFrontEndThatEndsAMeetingEndsACopyOfALostCreate() {
    makeAnewAfterALostCreate(one, two);

    directory.ending(new MeetingId("math"), bbb2);

    assertThat(one.requests().get(0).target()).contains("getMeetingInfo?meetingID=math&");
    assertThat(one.meetings()).isEmpty();
  }

  @Test
  void aServerThatDoesNotEndALeftoverIsReported() {
    detach(one, two);
    one.answers(
        "end",
        "<response><returncode>FAILED</returncode><messageKey>permissionDenied</messageKey>"
            + "</response>");

    sweepTwice(one);

    assertThat(failed).containsExactly("end on bbb1: it answered FAILED permissionDenied");
    assertThat(ended).isEmpty();
  }

  @Test
  void aLeftoverThatIsGoneWhenItIsToEndIsNotReported() {
    detach(one, two);
    one.answers(
        "end",
        "<response><returncode>FAILED</returncode><messageKey>notFound</messageKey></response>");

    sweepTwice(one);

    assertThat(one.count("end")).isOne();
    assertThat(failed).isEmpty();
  }

  @Test
  void theSweepOfAServerThatIsDownIsGoodForTwoIntervals() {
    Stream.of(one, two, three).forEach(this::sweep);
    pool.startsDown(bbb1);

    time.advance(Duration.ofSeconds(20));
    assertThat(locate("math")).isEqualTo(new Location.Absent());

    later();
    assertThat(locate("art")).isEqualTo(new Location.Unknown(List.of(bbb1)));
  }

  @Test
  void anotherServerThatIsListedTwiceKeepsNoLeftover() {
    detach(two, one);
    three.startsAt(1_800_000_000_000L).holds("math");
    assertThat(three.holds("art")).isEqualTo(one.holds("art"));
    sweep(three);
    sweep(one);
    assertThat(listedTwice).containsExactly("bbb1 is bbb3");

    sweepTwice(two);

    assertThat(two.meetings()).isEmpty();
  }

  @Test
  void aServerThatLeftThePoolIsComparedAnewWhenItIsBack() {
    one.holds("math");
    two.holds("math");
    sweep(one);
    sweep(two);
    List<Server> all = servers.all();
    pool.replace(List.of(bbb1, three.server()), Set.of());
    sweep(three);
    pool.replace(all, Set.of());

    sweep(two);
    assertThat(listedTwice).isEmpty();
  }

  @Test
  void aSuccessWhoseIdsCannotBeReadMayBeAboutTheMeetingOfACreate() {
    Stream.of(one, two, three).forEach(this::sweep);
    one.answers("getMeetingInfo", "<response><returncode>SUCCESS</returncode></response>");
    contacts.with(bbb1).answered(time.nanos());

    assertThat(locateForCreate("math")).isEqualTo(new Location.Unknown(List.of(bbb1)));
  }

  @Test
  void aServerThatIsDownIsAFallbackOnlyIfItNeverToldItsMeetings() {
    sweep(two);
    pool.startsDown(bbb2);
    pool.startsDown(three.server());

    place("math", bbb1);

    assertThat(locate("math")).isEqualTo(new Location.Found(bbb1, List.of(three.server())));
  }

  @Test
  void aCreateTellsThatTooManyCallsKeptAServerFromBeingAsked() {
    one.holds("math");
    users.put("bbb1", 3);
    sweep(one);
    Stream.of(bbb1, bbb2).forEach(pool::startsDown);
    one.is(Fault.REFUSES);
    two.answers("*", outcome -> new Outcome.Overloaded());

    assertThat(locateForCreate("math")).isEqualTo(new Location.Unknown(List.of(bbb1, bbb2), true));
  }

  @Test
  void meetingsWithoutInternalIdsTellNothingOfTheirServers() {
    for (int i = 0; i < 2; i++) {
      directory.swept(bbb1, Map.of(new MeetingId("math"), HeldMeeting.of("")), later());
      directory.swept(bbb2, Map.of(new MeetingId("art"), HeldMeeting.of("")), later());
    }

    assertThat(listedTwice).isEmpty();
  }

  @Test
  void aServerThatCouldNotBeAskedMayHaveTheMeetingOfACreate() {
    Stream.of(one, two, three).forEach(this::sweep);
    one.answers("getMeetingInfo", outcome -> new Outcome.Overloaded());
    contacts.with(bbb1).answered(time.nanos());

    assertThat(locateForCreate("math")).isEqualTo(new Location.Unknown(List.of(bbb1), true));
  }

  @Test
  void aRepeatedCreateEndsAnAbsence() {
    locate("math");
    two.holds("math");
    holds("math", "x-1", bbb1);

    assertThat(denied("math", bbb1)).isCompletedWithValue(on(bbb2));
  }
}
