package io.tinyscale.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tinyscale.balancer.Balancer;
import io.tinyscale.balancer.TinyscaleConfig;
import io.tinyscale.config.ConfigSource;
import io.tinyscale.httpcore.HttpCoreUpstream;
import io.tinyscale.observe.ClaimResult;
import io.tinyscale.observe.Confirmed;
import io.tinyscale.observe.GatewayObserver;
import io.tinyscale.server.Server;
import io.tinyscale.simulator.SimulatedPool;
import io.tinyscale.simulator.SimulatedServer;
import io.tinyscale.simulator.fault.Fault;
import io.tinyscale.tenant.MeetingId;
import io.tinyscale.valkey.RedisServer;
import io.tinyscale.valkey.TcpRelay;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
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
  private static final String PASSWORD = "kT5rW8sN3v";

  @TempDir private Path folder;

  private final SimulatedPool pool = SimulatedPool.start(3);
  private final RedisServer redis = RedisServer.start("--requirepass", PASSWORD);
  private final List<Node> nodes = new ArrayList<>();

  /** One balancer, and what it has told. */
  private final class Node implements GatewayObserver {

    private final TcpRelay network = TcpRelay.to(redis.port());
    private final List<ClaimResult> claims = new CopyOnWriteArrayList<>();
    private final List<Confirmed> confirmed = new CopyOnWriteArrayList<>();
    private final List<String> events = new CopyOnWriteArrayList<>();
    private final Balancer balancer;
    private final TestContainer container;
    private final FrontEnd frontEnd;

    Node(String id, Path poolFile, Map<String, String> more) throws Exception {
      Map<String, String> settings = new HashMap<>();
      settings.put("tinyscale.secret", RunningFilter.SECRET);
      settings.put("tinyscale.servers", poolFile.toString());
      settings.put("tinyscale.balancers.id", id);
      settings.put(
          "tinyscale.balancers.store", "redis://:" + PASSWORD + "@127.0.0.1:" + network.port());
      settings.put("tinyscale.health.interval", "1s");
      settings.put("tinyscale.health.timeout", "500ms");
      settings.put("tinyscale.cache.ttl", "0");
      settings.putAll(more);
      TinyscaleConfig config =
          TinyscaleConfig.read(List.of(ConfigSource.properties("the test", settings)));
      balancer = Balancer.of(config).upstream(HttpCoreUpstream.of(config)).observer(this).start();
      container = TestContainer.Jetty.of(balancer.routesWithHealth(), config, balancer::close);
      frontEnd = new FrontEnd(container.port(), RunningFilter.SECRET);
    }

    @Override
    public void claimed(ClaimResult result) {
      claims.add(result);
    }

    @Override
    public void createConfirmed(MeetingId meetingId, Server made, Server kept, Confirmed result) {
      confirmed.add(result);
    }

    @Override
    public void storeDown(String address, String cause) {
      events.add("store down: " + address + " " + cause);
    }

    @Override
    public void storeUp(String address) {
      events.add("store up");
    }

    @Override
    public void serverDown(Server server, String cause) {
      events.add(server.name() + " down");
    }

    private void close() throws Exception {
      container.close();
      network.close();
    }
  }

  @BeforeEach
  void slowDown() {
    for (SimulatedServer server : pool.servers()) {
      server.fault("create", Fault.delay(Duration.ofMillis(20)));
    }
  }

  @AfterEach
  void stop() throws Exception {
    for (Node node : nodes) {
      node.close();
    }
    redis.close();
    pool.close();
  }

  private Node start(String id, String poolText, String placement) throws Exception {
    Path own = Files.createDirectories(folder.resolve(id));
    Node node =
        new Node(
            id,
            PoolFiles.write(own, poolText),
            placement.isEmpty() ? Map.of() : Map.of("tinyscale.placement", placement));
    nodes.add(node);
    return node;
  }

  private String poolText() throws Exception {
    return Files.readString(PoolFiles.write(folder, pool));
  }

  /** Two balancers that see each other in a store that has lost nothing lately. */
  private void startBoth(String placement) throws Exception {
    start("a", poolText(), placement);
    start("b", poolText(), placement);
    settle();
  }

  private void settle() {
    await()
        .until(
            () ->
                nodes.stream()
                    .allMatch(node -> node.balancer.status().shared().others().size() == 1));
    try (Jedis client = client()) {
      // The store is as old as a claim gets.
      client.del("tinyscale:young");
    }
    await().until(() -> nodes.stream().noneMatch(node -> node.balancer.status().shared().young()));
  }

  private Jedis client() {
    Jedis client = redis.client();
    client.auth(PASSWORD);
    return client;
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
    try (Jedis client = client()) {
      assertThat(client.keys("tinyscale:c:*")).hasSizeGreaterThanOrEqualTo(ROOMS);
      for (String key : client.keys("*")) {
        assertThat(key + new String(client.dump(key), StandardCharsets.ISO_8859_1))
            .startsWith("tinyscale:")
            .doesNotContain("room-", "Person", RunningFilter.SECRET, PASSWORD)
            .doesNotContain(pool.servers().get(0).secret());
      }
    }
  }

  @Test
  void roomsGoToOneServerEachIfOneBalancerHasAServerCordoned() throws Exception {
    start("a", poolText().replaceFirst("\"name\"", "\"state\": \"cordoned\", \"name\""), "");
    start("b", poolText(), "");
    settle();
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
          it.redis.kill();
          it.redis.restart();
        }),
    FROZEN(it -> it.redis.pause());

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
    await().until(() -> nodes.stream().mapToInt(node -> node.claims.size()).sum() > ROOMS);
    trouble.cause.accept(this);
    opening.join();

    if (trouble == Trouble.FROZEN) {
      redis.resume();
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
        .allSatisfy(node -> assertThat(node.events.toString()).doesNotContain(PASSWORD));
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

  /** The first balancer loses sight of a server that people and the second one reach. */
  @Test
  void aServerThatOneBalancerReachesIsNotGivenUp() throws Exception {
    SimulatedServer server = pool.servers().get(0);
    try (TcpRelay cable = TcpRelay.to(server.uri().getPort())) {
      String over = Integer.toString(cable.port());
      start(
          "a",
          poolText().replace(":" + server.uri().getPort() + "/", ":" + over + "/"),
          "round-robin");
      start("b", poolText(), "round-robin");
      settle();
      FrontEnd first = nodes.get(0).frontEnd;
      FrontEnd second = nodes.get(1).frontEnd;
      String room = roomOn(server, second);
      server.meetings().get(room).orElseThrow();
      ManyRooms.internalId(ManyRooms.create(first, room).join());

      cable.cut();
      await().until(() -> nodes.get(0).events.contains(server.name() + " down"));
      // Longer than a server that refuses connections is waited for.
      await()
          .pollDelay(Duration.ofSeconds(6))
          .atMost(Duration.ofSeconds(30))
          .untilAsserted(
              () -> assertThat(ManyRooms.create(first, room).join()).contains("internalError"));
      assertThat(ManyRooms.create(second, room).join()).contains("duplicateWarning");
      assertThat(copies(room)).isEqualTo(1);

      server.close();
      await()
          .atMost(Duration.ofMinutes(1))
          .untilAsserted(
              () -> assertThat(ManyRooms.create(first, room).join()).contains("SUCCESS"));
      await()
          .atMost(Duration.ofMinutes(1))
          .untilAsserted(
              () -> assertThat(ManyRooms.create(second, room).join()).contains("SUCCESS"));
      assertThat(copies(room)).isEqualTo(2);
    }
  }

  /** How many servers have a copy, the one that was stopped included. */
  private long copies(String room) {
    return pool.servers().stream()
        .filter(server -> server.meetings().get(room).isPresent())
        .count();
  }

  /** A room that was made on this server. */
  private String roomOn(SimulatedServer server, FrontEnd frontEnd) {
    return IntStream.range(0, 10)
        .mapToObj(number -> "seen-" + number)
        .filter(
            room -> {
              ManyRooms.internalId(ManyRooms.create(frontEnd, room).join());
              return server.meetings().get(room).isPresent();
            })
        .findFirst()
        .orElseThrow();
  }
}
