package io.tinyscale.meeting;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.bbb.HeldMeeting;
import io.tinyscale.observe.GatewayObserver;
import io.tinyscale.server.Contacts;
import io.tinyscale.server.Server;
import io.tinyscale.server.ServerPool;
import io.tinyscale.tenant.MeetingId;
import io.tinyscale.upstream.Deadline;
import io.tinyscale.upstream.FakeServers;
import io.tinyscale.upstream.FakeServers.FakeServer;
import io.tinyscale.upstream.FakeServers.Fault;
import io.tinyscale.upstream.ManualTime;
import io.tinyscale.upstream.ServerCalls;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A full directory forgets nothing that it needs, and gives no wrong answer. */
class CrowdedDirectoryTest {

  private static final int MOST_MEETINGS = DirectorySettings.DEFAULT.meetings().most();

  private final ManualTime time = new ManualTime();
  private final FakeServers servers = new FakeServers();
  private final FakeServer crowded = servers.add("bbb1");
  private final FakeServer quiet = servers.add("bbb2");
  private final Server bbb1 = crowded.server();
  private final Server bbb2 = quiet.server();
  private final ServerPool pool = new ServerPool(servers.all(), 1, 1);
  private final ProbedDirectory directory =
      new ProbedDirectory(
          pool,
          new ServerCalls(servers, time, Runnable::run, time::nanos),
          new Patience(new Contacts(), time::nanos, Patience.USUAL),
          GatewayObserver.NONE,
          DirectorySettings.DEFAULT.withAbsence(Duration.ZERO));

  private int sweep(Server server, Map<MeetingId, HeldMeeting> meetings) {
    int held = directory.swept(server, meetings, time.nanos());
    pool.passed(server, held >= 0);
    return held;
  }

  private static Map<MeetingId, HeldMeeting> meetings(int from, int to) {
    Map<MeetingId, HeldMeeting> meetings = new HashMap<>();
    for (int i = from; i < to; i++) {
      meetings.put(new MeetingId("m" + i), HeldMeeting.of("internal-" + i));
    }
    return meetings;
  }

  private Location locate(String meetingId) {
    return directory.locate(new MeetingId(meetingId)).toCompletableFuture().join();
  }

  private Location locateForCreate(String meetingId) {
    return directory
        .locateForCreate(new MeetingId(meetingId), Deadline.in(Duration.ofSeconds(30), time::nanos))
        .toCompletableFuture()
        .join();
  }

  @BeforeEach
  void fill() {
    assertThat(sweep(bbb1, meetings(0, MOST_MEETINGS))).isEqualTo(MOST_MEETINGS);
    sweep(bbb2, Map.of());
  }

  @Test
  void remembersNoMoreThanItSays() {
    assertThat(sweep(bbb2, meetings(100_000, 1_000_000))).isEqualTo(-1);
    directory.held(new MeetingId("created"), bbb2).made("internal");

    assertThat(directory.size()).isEqualTo(MOST_MEETINGS);
    assertThat(directory.remembered(new MeetingId("m0"))).contains(bbb1);
    assertThat(pool.status("bbb2").orElseThrow().swept()).isFalse();
  }

  @Test
  void findsMeetingsBeyondItsBoundByAskingEachTime() {
    quiet.holds("math");

    assertThat(locate("math")).isEqualTo(new Location.Found(bbb2));
    assertThat(locate("math")).isEqualTo(new Location.Found(bbb2));

    assertThat(quiet.count("getMeetingInfo")).isEqualTo(2);
    assertThat(locate("none")).isEqualTo(new Location.Absent());
  }

  @Test
  void sendsAllCallsToOneOfTwoCopiesBeyondItsBound() {
    quiet.startsAt(1000).holds("math");
    crowded.startsAt(2000).holds("math");

    for (int i = 0; i < 3; i++) {
      assertThat(locate("math")).isEqualTo(new Location.Found(bbb2));
    }
  }

  @Test
  void concludesNoAbsenceFromSweepsBeyondItsBound() {
    quiet.holds("math");
    quiet.is(Fault.SILENT);
    crowded.is(Fault.SILENT);
    for (int i = 0; i < 200; i++) {
      directory.locate(new MeetingId("made-up-" + i));
    }
    assertThat(locate("math"))
        .as("in a flood")
        .isEqualTo(new Location.Unknown(List.of(bbb1, bbb2)));

    time.advance(Duration.ofSeconds(6));
    crowded.is(Fault.NONE);
    pool.startsDown(bbb2);
    assertThat(locate("math"))
        .as("of a server that went down")
        .isEqualTo(new Location.Unknown(List.of(bbb2)));
  }

  @Test
  void hasRoomForTheMeetingsItKnowsAndAgainWhenSomeHaveEnded() {
    assertThat(locateForCreate("m7")).isEqualTo(new Location.Found(bbb1));
    assertThat(locateForCreate("math")).isEqualTo(new Location.Unknown(List.of(), true));

    time.advance(Duration.ofSeconds(1));
    sweep(bbb1, meetings(0, 10));

    assertThat(directory.size()).isEqualTo(10);
    assertThat(locateForCreate("math")).isEqualTo(new Location.Absent());
  }
}
