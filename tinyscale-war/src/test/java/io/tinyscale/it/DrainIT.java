package io.tinyscale.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tinyscale.balancer.Balancer;
import io.tinyscale.balancer.TinyscaleConfig;
import io.tinyscale.config.ConfigSource;
import io.tinyscale.config.PoolEdit;
import io.tinyscale.config.PoolEdited;
import io.tinyscale.config.ServerFields;
import io.tinyscale.health.EndingMeetings;
import io.tinyscale.httpcore.HttpCoreUpstream;
import io.tinyscale.observe.RecentEvents;
import io.tinyscale.server.AdminState;
import io.tinyscale.server.Drain;
import io.tinyscale.server.Drain.Then;
import io.tinyscale.simulator.SimulatedServer;
import io.tinyscale.simulator.api.Profile;
import io.tinyscale.simulator.api.SimulatedMeeting;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.stream.IntStream;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A server is taken out of service over real sockets while front ends work. */
class DrainIT {

  private static final int ROOMS = 12;

  @RegisterExtension
  private final SimulatedPoolExtension pool =
      SimulatedPoolExtension.of("one", "two").with("old", builder -> builder.profile(Profile.V2_7));

  private final SimulatedServer one = pool.server("one");

  /** Held for writing while the balancer is started again. */
  private final ReadWriteLock restarts = new ReentrantReadWriteLock();

  private final List<String> surprises = new CopyOnWriteArrayList<>();
  private final List<Thread> people = new ArrayList<>();
  private final AtomicInteger calls = new AtomicInteger();
  private volatile boolean over;

  private Balancer balancer;
  private TestContainer container;
  private volatile FrontEnd moodle;

  @BeforeEach
  void start() throws Exception {
    pool.writePoolFile(pool.servers());
    startBalancer();
  }

  private void startBalancer() throws Exception {
    TinyscaleConfig config =
        TinyscaleConfig.read(
            List.of(
                ConfigSource.properties(
                    "the test",
                    Map.of(
                        "tinyscale.secret",
                        RunningFilter.SECRET,
                        "tinyscale.servers",
                        pool.poolFile().toString(),
                        "tinyscale.health.interval",
                        "1100ms",
                        "tinyscale.health.timeout",
                        "1s",
                        "tinyscale.startup.check",
                        "warn",
                        "tinyscale.cache.ttl",
                        "0"))));
    balancer = Balancer.of(config).upstream(HttpCoreUpstream.of(config)).start();
    container = TestContainer.Jetty.of(balancer.routesWithHealth(), config, balancer::close);
    moodle = new FrontEnd(container.port(), RunningFilter.SECRET);
  }

  private void restart() throws Exception {
    restarts.writeLock().lock();
    try {
      container.close();
      startBalancer();
    } finally {
      restarts.writeLock().unlock();
    }
  }

  @AfterEach
  void stop() throws Exception {
    stopPeople();
    container.close();
  }

  private static ConditionFactory soon() {
    return await().pollInterval(Duration.ofMillis(50));
  }

  private void create(String room) {
    assertThat(moodle.call("create", "name=Room&meetingID=" + room)).contains("SUCCESS");
  }

  private void edit(String server, ServerFields fields) {
    assertThat(balancer.edit(new PoolEdit.Change(server, fields)).toCompletableFuture())
        .succeedsWithin(Duration.ofSeconds(20))
        .isInstanceOf(PoolEdited.Done.class);
  }

  private void drain(String server, Drain drain) {
    edit(server, ServerFields.NONE.state(AdminState.CORDONED).drain(drain));
  }

  private String poolFile() throws IOException {
    return Files.readString(pool.poolFile());
  }

  private AdminState state(String server) {
    return balancer.status().servers().stream()
        .map(status -> status.status().server())
        .filter(known -> known.name().equals(server))
        .findFirst()
        .orElseThrow()
        .state();
  }

  private List<String> events() {
    return balancer.recentEvents().newest(RecentEvents.MOST).stream()
        .map(RecentEvents.Event::name)
        .toList();
  }

  /** Lets front ends ask and join all rooms until the test is over. */
  private void startPeople() {
    for (int i = 0; i < 4; i++) {
      int first = i;
      Thread person =
          new Thread(
              () -> {
                for (int turn = first; !over; turn++) {
                  ask("room-" + turn % ROOMS, turn);
                }
              },
              "front-end-" + i);
      people.add(person);
      person.start();
    }
  }

  private void ask(String room, int turn) {
    restarts.readLock().lock();
    try {
      String call = List.of("getMeetingInfo", "isMeetingRunning", "join").get(turn % 3);
      String more = call.equals("join") ? "&fullName=Ann&role=VIEWER" : "";
      HttpResponse<String> answer = moodle.get(moodle.signed(call, "meetingID=" + room + more));
      calls.incrementAndGet();
      // Of a room that was ended a server says that it does not know it.
      boolean isExpected =
          answer.statusCode() == 302
              || answer.statusCode() == 200
                  && (answer.body().contains("SUCCESS")
                      || answer.body().contains("<messageKey>notFound</messageKey>"));
      if (!isExpected) {
        surprises.add(call + ": " + answer.statusCode() + " " + answer.body());
      }
    } catch (RuntimeException | AssertionError failed) {
      surprises.add(failed.toString());
    } finally {
      restarts.readLock().unlock();
    }
  }

  private void stopPeople() throws InterruptedException {
    over = true;
    for (Thread person : people) {
      person.join(TimeUnit.SECONDS.toMillis(30));
    }
  }

  @Test
  void emptiesAServerByItsDeadlineWhateverFrontEndsDoAndDespiteARestart() throws Exception {
    IntStream.range(0, ROOMS).forEach(i -> create("room-" + i));
    List<SimulatedMeeting> rooms = one.meetings().all();
    assertThat(rooms).isNotEmpty();
    rooms.forEach(room -> one.meetings().join(room.meetingId(), "Ann", "VIEWER"));
    startPeople();
    Instant deadline = Instant.now().plusSeconds(8);

    drain("one", new Drain(deadline, true, Then.DISABLED, "This room closes soon."));
    final long creates = one.received("create");
    final int before = calls.get();

    IntStream.range(0, 10).forEach(i -> create("later-" + i));
    soon()
        .untilAsserted(
            () ->
                assertThat(rooms)
                    .allSatisfy(
                        room ->
                            assertThat(room.chatMessages())
                                .containsExactly("System: This room closes soon.")));
    restart();
    assertThat(Instant.now()).as("the test is too slow").isBefore(deadline);
    assertThat(one.meetings().all()).hasSameSizeAs(rooms);
    IntStream.range(10, 20).forEach(i -> create("later-" + i));

    soon().until(() -> state("one") == AdminState.DISABLED);

    assertThat(Instant.now()).isBetween(deadline, deadline.plusSeconds(15));
    assertThat(one.meetings().all()).isEmpty();
    assertThat(one.received("create")).isEqualTo(creates);
    assertThat(poolFile()).contains("disabled").doesNotContain("drain");
    assertThat(events()).contains("server.drain-deadline", "server.drain-ended", "server.drained");
    // What was ended is made again elsewhere.
    rooms.forEach(room -> create(room.meetingId()));
    assertThat(one.received("create")).isEqualTo(creates);
    stopPeople();
    assertThat(surprises).isEmpty();
    assertThat(calls.get()).isGreaterThan(before + 100);
  }

  @Test
  void drainsAServerThatCannotTellItsRooms() throws Exception {
    SimulatedServer old = pool.server("old");
    old.meetings().create("math");
    old.meetings().join("math", "Ann", "VIEWER");

    drain("old", new Drain(Instant.now().plusSeconds(3), true, Then.REMOVED, "Bye."));

    soon().until(() -> !poolFile().contains("\"old\""));
    assertThat(old.meetings().all()).isEmpty();
    assertThat(poolFile()).contains("\"one\"", "\"two\"");
    assertThat(old.received("sendChatMessage")).isOne();
  }

  @Test
  void drainsAServerThatDiesMeanwhile() throws Exception {
    one.meetings().create("math");
    drain("one", new Drain(Instant.now().plusSeconds(2), true, Then.DISABLED, ""));
    one.close();
    soon().until(() -> events().contains("server.down"));
    assertThat(state("one")).isEqualTo(AdminState.CORDONED);

    pool.startAgain(one).meetings().create("art");

    soon().until(() -> state("one") == AdminState.DISABLED);
    assertThat(pool.server("one").meetings().all()).isEmpty();
  }

  @Test
  void endsAllMeetingsOfADisabledServerAtOnce() throws Exception {
    IntStream.range(0, 50).forEach(i -> one.meetings().create("room-" + i));
    long revision = balancer.poolRevision();
    edit("one", ServerFields.NONE.state(AdminState.DISABLED));
    assertThat(balancer.poolRevision()).isGreaterThan(revision);

    EndingMeetings ending = balancer.meetings().endAll("one").orElseThrow();

    assertThat(ending.result().toCompletableFuture()).succeedsWithin(Duration.ofSeconds(20));
    assertThat(ending.total()).isEqualTo(50);
    assertThat(ending.ended()).isEqualTo(50);
    assertThat(one.meetings().all()).isEmpty();
  }

  @Test
  void keepsEveryOtherByteOfThePoolFile() throws Exception {
    String text =
        poolFile().replace("{\"host\"", "{ \"_note\": \"rack 7\",\n\n   \"host\"") + "\n\n";
    Files.writeString(pool.poolFile(), text);
    String before = text;
    for (AdminState state : List.of(AdminState.CORDONED, AdminState.DISABLED, AdminState.ENABLED)) {
      edit("two", ServerFields.NONE.state(state));
      String after = poolFile();
      assertThat(after.replaceFirst(", \"state\": \"" + state + "\"", "")).isEqualTo(text);
      assertThat(after).isNotEqualTo(before);
      assertThat(state("two")).isEqualTo(state);
      before = after;
    }
  }
}
