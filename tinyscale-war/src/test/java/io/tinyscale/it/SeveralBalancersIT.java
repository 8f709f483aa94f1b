package io.tinyscale.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.simulator.SimulatedPool;
import io.tinyscale.simulator.SimulatedServer;
import io.tinyscale.simulator.fault.Fault;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two balancers that share nothing but their servers, and front ends that call either. */
@Tag("slow")
class SeveralBalancersIT {

  /** How long each server takes to answer a create. */
  private static final List<Integer> CREATE_MILLIS = List.of(30, 120, 300);

  private static final int FEW_ROOMS = 200;
  private static final int MANY_ROOMS = 500;

  @TempDir private Path folder;

  private final SimulatedPool pool = SimulatedPool.start(CREATE_MILLIS.size());
  private final List<RunningFilter> balancers = new ArrayList<>();
  private final List<FrontEnd> frontEnds = new ArrayList<>();

  @BeforeEach
  void slowDown() {
    for (SimulatedServer server : pool.servers()) {
      Duration time = Duration.ofMillis(CREATE_MILLIS.get(pool.servers().indexOf(server)));
      server.fault("create", Fault.delay(time));
    }
  }

  @AfterEach
  void stop() throws Exception {
    for (RunningFilter balancer : balancers) {
      balancer.close();
    }
    pool.close();
  }

  private void startBoth(String placement) throws Exception {
    for (String name : List.of("a", "b")) {
      Path own = Files.createDirectories(folder.resolve(name));
      start(PoolFiles.write(own, pool), placement);
    }
  }

  private void start(Path poolFile, String placement) throws Exception {
    RunningFilter balancer =
        RunningFilter.start(
            TestContainer.Kind.JETTY,
            poolFile,
            "balancers",
            "several",
            "placement",
            placement,
            "health.interval",
            "1s",
            "health.timeout",
            "500ms");
    balancers.add(balancer);
    frontEnds.add(balancer.frontEnd());
  }

  private ManyRooms rooms(int number) {
    return new ManyRooms(pool, frontEnds, number);
  }

  @Test
  void roomsThatManyOpenAtOnceAreOneMeetingEach() throws Exception {
    startBoth("expected-load");
    ManyRooms rooms = rooms(MANY_ROOMS);

    rooms.open();

    // By the same rendezvous both balancers nearly always choose the same server.
    assertThat(rooms.onSeveralServers())
        .as("rooms that were created on two servers")
        .isLessThanOrEqualTo(MANY_ROOMS * 6 / 100);
    rooms.assertEachIsOne();
  }

  @Test
  void roomsAreOneMeetingEachEvenIfTheBalancersNeverAgree() throws Exception {
    startBoth("round-robin");
    ManyRooms rooms = rooms(FEW_ROOMS);

    rooms.open();
    rooms.joinEach();

    assertThat(rooms.onSeveralServers())
        .as("the balancers did not agree")
        .isGreaterThan(FEW_ROOMS / 4);
    rooms.assertEachIsOne();
    rooms.assertEverybodyIsThere();
  }

  @Test
  void roomsAreOneMeetingEachIfOneBalancerHasAServerCordoned() throws Exception {
    String all = Files.readString(PoolFiles.write(folder, pool));
    String cordoned = all.replaceFirst("\"name\"", "\"state\": \"cordoned\", \"name\"");
    start(PoolFiles.write(Files.createDirectories(folder.resolve("a")), cordoned), "expected-load");
    start(PoolFiles.write(Files.createDirectories(folder.resolve("b")), all), "expected-load");
    ManyRooms rooms = rooms(FEW_ROOMS);

    rooms.open();

    assertThat(rooms.onSeveralServers())
        .as("the balancers did not agree")
        .isGreaterThan(FEW_ROOMS / 10);
    rooms.assertEachIsOne();
  }

  @Test
  void aRoomThatWasEndedAndOpenedAgainIsOneMeeting() throws Exception {
    startBoth("expected-load");

    List<CompletableFuture<Void>> rooms =
        IntStream.range(0, 100)
            .mapToObj(
                number -> CompletableFuture.runAsync(() -> endAndOpenAgain("again-" + number)))
            .toList();

    assertThat(rooms).allSatisfy(CompletableFuture::join);
  }

  /** Until its next sweep the second balancer takes the meeting to be where it was. */
  private void endAndOpenAgain(String room) {
    FrontEnd first = frontEnds.get(0);
    FrontEnd second = frontEnds.get(1);
    String ended = ManyRooms.internalId(ManyRooms.create(second, room).join());
    assertThat(first.call("end", "password=mp&meetingID=" + room)).contains("SUCCESS");
    String made = ManyRooms.internalId(ManyRooms.create(first, room).join());

    assertThat(ManyRooms.internalId(ManyRooms.create(second, room).join()))
        .as(room)
        .isEqualTo(made)
        .isNotEqualTo(ended);
  }
}
