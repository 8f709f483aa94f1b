package io.tinyscale.it;

import io.tinyscale.process.ChildProcess;
import io.tinyscale.simulator.SimulatedPool;
import io.tinyscale.simulator.SimulatedServer;
import io.tinyscale.simulator.fault.Fault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two balancers in processes of their own, which can be stopped in the middle of a call. */
@Tag("slow")
class SeveralProcessesIT {

  private static final String SECRET = "uR7kM2pQ9x4711";
  private static final int ROOMS = 100;
  private static final int FEW_ROOMS = 20;

  @TempDir private Path folder;

  private final List<Pair> pairs = new ArrayList<>();

  /** Two balancers with servers of their own. */
  private final class Pair {

    private final SimulatedPool pool = SimulatedPool.start(3);
    private final List<ChildProcess> processes;
    private final List<FrontEnd> frontEnds = new ArrayList<>();

    Pair(String placement) throws IOException {
      pairs.add(this);
      Path own = Files.createDirectories(folder.resolve(placement));
      Path poolFile = PoolFiles.write(own, pool);
      processes =
          Stream.of("first", "second")
              .map(name -> start(name + "-" + placement, poolFile, placement))
              .toList();
    }

    private ChildProcess start(String name, Path poolFile, String placement) {
      return ExecutableWar.start(
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
          "0");
    }

    private void awaitReady() {
      processes.forEach(
          process ->
              frontEnds.add(new FrontEnd(ExecutableWar.awaitReady(process).toString(), SECRET)));
    }

    private FrozenCreate freeze() {
      return new FrozenCreate(pool, processes.get(0), frontEnds.get(0), frontEnds.get(1));
    }

    private void assertThatTheSecondGoesOn() {
      ManyRooms rooms = new ManyRooms(pool, frontEnds.subList(1, 2), FEW_ROOMS);
      rooms.open();
      rooms.assertEachIsOne();
    }
  }

  @AfterEach
  void stop() {
    for (Pair pair : pairs) {
      pair.processes.forEach(ChildProcess::close);
      pair.pool.close();
    }
  }

  /** All begin to start before one is waited for. */
  private void start(String... placements) throws IOException {
    for (String placement : placements) {
      new Pair(placement);
    }
    pairs.forEach(Pair::awaitReady);
  }

  @Test
  void roomsThatManyOpenAtOnceAreOneMeetingEach() throws IOException {
    start("expected-load");
    Pair pair = pairs.get(0);
    for (SimulatedServer server : pair.pool.servers()) {
      server.fault("create", Fault.delay(Duration.ofMillis(30)));
    }
    ManyRooms rooms = new ManyRooms(pair.pool, pair.frontEnds, ROOMS);

    rooms.open();

    rooms.assertEachIsOne();
  }

  /**
   * With round robin the two balancers of a pair choose different servers. Both pairs stand still
   * in the same time.
   */
  @Test
  void aBalancerThatIsFrozenBetweenItsQuestionsAndItsCreateMakesNoSecondMeeting()
      throws IOException {
    start("expected-load", "round-robin");

    List<FrozenCreate> frozen = pairs.stream().map(Pair::freeze).toList();
    frozen.forEach(FrozenCreate::openElsewhere);
    pairs.forEach(Pair::assertThatTheSecondGoesOn);
    frozen.forEach(FrozenCreate::goOn);

    frozen.forEach(FrozenCreate::assertOneMeeting);
  }
}
