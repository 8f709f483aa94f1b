package io.tinyscale.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tinyscale.process.ChildProcess;
import io.tinyscale.simulator.SimulatedPool;
import io.tinyscale.simulator.SimulatedServer;
import io.tinyscale.simulator.api.SimulatedMeeting;
import io.tinyscale.simulator.fault.Fault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two balancers in processes of their own, which can be stopped in the middle of a call. */
class SeveralProcessesIT {

  private static final String SECRET = "uR7kM2pQ9x4711";
  private static final int ROOMS = 100;

  /** Longer than the servers need to answer, and shorter than any time limit of a create. */
  private static final Duration FROZEN = Duration.ofSeconds(4);

  @TempDir private Path folder;

  private final SimulatedPool pool = SimulatedPool.start(3);
  private final List<ChildProcess> processes = new ArrayList<>();
  private final List<FrontEnd> frontEnds = new ArrayList<>();
  private Path poolFile;

  @BeforeEach
  void writePool() {
    poolFile = PoolFiles.write(folder, pool);
  }

  @AfterEach
  void stop() {
    processes.forEach(ChildProcess::close);
    pool.close();
  }

  private void startBoth(String placement) {
    for (String name : List.of("first", "second")) {
      processes.add(
          ExecutableWar.start(
              name,
              folder,
              ExecutableWar.QUICK_JVM,
              Map.of(
                  "TINYSCALE_SECRET", SECRET,
                  "TINYSCALE_SERVERS", poolFile.toString(),
                  "TINYSCALE_BALANCERS", "several",
                  "TINYSCALE_PLACEMENT", placement,
                  "TINYSCALE_HEALTH_INTERVAL", "1s",
                  "TINYSCALE_HEALTH_TIMEOUT", "500ms",
                  "TINYSCALE_ADMIN_LISTEN", "off"),
              "--port",
              "0"));
    }
    processes.forEach(
        process ->
            frontEnds.add(new FrontEnd(ExecutableWar.awaitReady(process).toString(), SECRET)));
  }

  private long questionsFor(String room) {
    return pool.servers().stream()
        .filter(
            server ->
                server.requests().stream()
                    .filter(request -> request.call().equals("getMeetingInfo"))
                    .anyMatch(
                        request -> request.parameter("meetingID").filter(room::equals).isPresent()))
        .count();
  }

  private List<String> copies(String room) {
    return pool.servers().stream()
        .flatMap(server -> server.meetings().get(room).stream())
        .map(SimulatedMeeting::internalId)
        .toList();
  }

  @Test
  void roomsThatManyOpenAtOnceAreOneMeetingEach() {
    for (SimulatedServer server : pool.servers()) {
      server.fault("create", Fault.delay(Duration.ofMillis(30)));
    }
    startBoth("expected-load");
    ManyRooms rooms = new ManyRooms(pool, frontEnds, ROOMS);

    rooms.open();

    rooms.assertEachIsOne();
  }

  /**
   * The servers have denied the meeting when the first balancer is stopped, and their answers wait
   * in its sockets. With round robin the two balancers choose different servers.
   */
  @ParameterizedTest
  @ValueSource(strings = {"expected-load", "round-robin"})
  void aBalancerThatIsFrozenBetweenItsQuestionsAndItsCreateMakesNoSecondMeeting(String placement) {
    startBoth(placement);
    FrontEnd first = frontEnds.get(0);
    FrontEnd second = frontEnds.get(1);
    ManyRooms.create(second, "another").join();
    for (SimulatedServer server : pool.servers()) {
      server.fault("getMeetingInfo", Fault.delay(Duration.ofSeconds(2)));
    }

    CompletableFuture<String> late = ManyRooms.create(first, "math");
    await().until(() -> questionsFor("math") == pool.servers().size());
    processes.get(0).signal("STOP");
    String made;
    try {
      pool.servers().forEach(SimulatedServer::clearFaults);
      made = ManyRooms.internalId(ManyRooms.create(second, "math").join());
      assertThat(late).isNotDone();
      await().pollDelay(FROZEN).until(() -> true);
    } finally {
      processes.get(0).signal("CONT");
    }

    assertThat(ManyRooms.internalId(late.join())).isEqualTo(made);
    for (FrontEnd balancer : List.of(first, second)) {
      assertThat(ManyRooms.internalId(balancer.call("getMeetingInfo", "meetingID=math")))
          .isEqualTo(made);
      assertThat(ManyRooms.internalId(ManyRooms.create(balancer, "math").join())).isEqualTo(made);
    }
    await().atMost(Duration.ofMinutes(1)).until(() -> copies("math").equals(List.of(made)));
  }
}
