package io.tinyscale.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tinyscale.it.SharingBalancers.Node;
import io.tinyscale.observe.ClaimResult;
import io.tinyscale.simulator.SimulatedPool;
import io.tinyscale.simulator.SimulatedServer;
import io.tinyscale.simulator.fault.Fault;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import redis.clients.jedis.Jedis;

/** Two balancers that share a real store, each over a network of its own. */
@Tag("parts")
class SharedStoreIT {

  private static final int ROOMS = 150;

  @TempDir private Path folder;

  private final SimulatedPool pool = SimulatedPool.start(3);
  private SharingBalancers balancers;
  private List<Node> nodes;

  @BeforeEach
  void begin() {
    balancers = new SharingBalancers(folder);
    nodes = balancers.nodes();
    for (SimulatedServer server : pool.servers()) {
      server.fault("create", Fault.delay(Duration.ofMillis(20)));
    }
  }

  @AfterEach
  void stop() throws Exception {
    balancers.close();
    pool.close();
  }

  private void start(String id, String poolText, String placement) throws Exception {
    balancers.start(
        id, poolText, placement.isEmpty() ? Map.of() : Map.of("tinyscale.placement", placement));
  }

  private String poolText() throws Exception {
    return Files.readString(PoolFiles.write(folder, pool));
  }

  /** Two balancers that see each other in a store that has lost nothing lately. */
  private void startBoth(String placement) throws Exception {
    start("a", poolText(), placement);
    start("b", poolText(), placement);
    balancers.settle();
  }

  private ManyRooms rooms(int number) {
    return new ManyRooms(pool, nodes.stream().map(node -> node.frontEnd).toList(), number);
  }

  private void assertNobodyWasAsked() {
    assertThat(nodes).allSatisfy(node -> assertThat(node.confirmed).isEmpty());
  }

  @Test
  void roomsGoToOneServerEachAlthoughTheBalancersNeverAgree() throws Exception {
    startBoth("round-robin");
    ManyRooms rooms = rooms(ROOMS);

    rooms.open();
    rooms.joinEach();

    assertThat(rooms.onSeveralServers()).isZero();
    assertNobodyWasAsked();
    rooms.assertEachIsOne();
    rooms.assertEverybodyIsThere();
    assertThatTheStoreKnowsNoNames();
  }

  private void assertThatTheStoreKnowsNoNames() {
    try (Jedis client = balancers.client()) {
      assertThat(client.keys("tinyscale:c:*")).hasSizeGreaterThanOrEqualTo(ROOMS);
      for (String key : client.keys("*")) {
        assertThat(key + new String(client.dump(key), StandardCharsets.ISO_8859_1))
            .startsWith("tinyscale:")
            .doesNotContain("room-", "Person", RunningFilter.SECRET, SharingBalancers.PASSWORD)
            .doesNotContain(pool.servers().get(0).secret());
      }
    }
  }

  @Test
  void roomsGoToOneServerEachIfOneBalancerHasAServerCordoned() throws Exception {
    start("a", poolText().replaceFirst("\"name\"", "\"state\": \"cordoned\", \"name\""), "");
    start("b", poolText(), "");
    balancers.settle();
    ManyRooms rooms = rooms(ROOMS);

    rooms.open();

    assertThat(rooms.onSeveralServers()).isZero();
    assertNobodyWasAsked();
    rooms.assertEachIsOne();
  }

  @Test
  void aRoomThatWasEndedAndOpenedAgainIsOneMeeting() throws Exception {
    startBoth("round-robin");
    FrontEnd first = nodes.get(0).frontEnd;
    FrontEnd second = nodes.get(1).frontEnd;

    IntStream.range(0, 100)
        .mapToObj(number -> "again-" + number)
        .forEach(
            room -> {
              ManyRooms.internalId(ManyRooms.create(second, room).join());
              assertThat(first.call("end", "password=mp&meetingID=" + room)).contains("SUCCESS");
              String made = ManyRooms.internalId(ManyRooms.create(first, room).join());
              assertThat(ManyRooms.internalId(ManyRooms.create(second, room).join()))
                  .as(room)
                  .isEqualTo(made);
            });
    assertNobodyWasAsked();
  }

  /** What can become of the store while rooms are opened. */
  private enum Trouble {
    CUT_FOR_ONE(it -> it.nodes.get(0).network.cut()),
    CUT_FOR_BOTH(it -> it.nodes.forEach(node -> node.network.cut())),
    SILENT_FOR_ONE(it -> it.nodes.get(0).network.drop()),
    SLOW(it -> it.nodes.forEach(node -> node.network.delay(Duration.ofMillis(300)))),
    EMPTY_RESTART(
        it -> {
          it.balancers.redis().kill();
          it.balancers.redis().restart();
        }),
    FROZEN(it -> it.balancers.redis().pause());

    /** Whether one balancer alone loses the store, which the other one hears of later. */
    private boolean isOfOne() {
      return this == CUT_FOR_ONE || this == SILENT_FOR_ONE;
    }

    private final Consumer<SharedStoreIT> cause;

    Trouble(Consumer<SharedStoreIT> cause) {
      this.cause = cause;
    }
  }

  @ParameterizedTest
  @EnumSource(Trouble.class)
  void roomsAreOneMeetingEachWhateverBecomesOfTheStore(Trouble trouble) throws Exception {
    startBoth("");
    ManyRooms rooms = rooms(ROOMS);

    CompletableFuture<Void> opening = CompletableFuture.runAsync(rooms::open);
    await()
        .atMost(Duration.ofMinutes(1))
        .until(() -> nodes.stream().mapToInt(node -> node.claims.size()).sum() > ROOMS);
    trouble.cause.accept(this);
    opening.join();

    if (trouble == Trouble.FROZEN) {
      balancers.redis().resume();
    }
    // Balancers that choose by the same formula rarely choose differently.
    rooms.assertEachIsOneInTheEnd(trouble.isOfOne() ? ROOMS * 6 / 100 : 0);
    assertThat(nodes)
        .as("creates that were decided without the store, or by one that was emptied")
        .anySatisfy(
            node ->
                assertThat(
                        node.claims.contains(ClaimResult.UNAVAILABLE) || !node.confirmed.isEmpty())
                    .isTrue());
    assertThat(nodes)
        .allSatisfy(
            node -> assertThat(node.events.toString()).doesNotContain(SharingBalancers.PASSWORD));
  }

  @Test
  void balancersFindTheStoreAgainAndAreSureOfIt() throws Exception {
    startBoth("");
    nodes.forEach(node -> node.network.cut());
    await().until(() -> nodes.stream().noneMatch(node -> node.balancer.status().shared().up()));
    ManyRooms.internalId(ManyRooms.create(nodes.get(0).frontEnd, "without").join());
    assertThat(nodes.get(0).confirmed).hasSize(1);

    nodes.forEach(node -> node.network.mend());
    await().until(() -> nodes.stream().allMatch(node -> node.events.contains("store up")));
    ManyRooms.internalId(ManyRooms.create(nodes.get(0).frontEnd, "with").join());

    assertThat(nodes.get(0).confirmed).hasSize(1);
  }
}
