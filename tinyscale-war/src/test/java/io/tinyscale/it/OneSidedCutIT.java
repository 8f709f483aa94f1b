package io.tinyscale.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tinyscale.it.SharingBalancers.Node;
import io.tinyscale.observe.ClaimResult;
import io.tinyscale.simulator.SimulatedPool;
import io.tinyscale.simulator.SimulatedServer;
import io.tinyscale.simulator.fault.Fault;
import io.tinyscale.valkey.TcpRelay;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;

/** Two balancers that share a store, of which the first has cables of its own to the servers. */
@Tag("parts")
class OneSidedCutIT {

  /** In that time a balancer notices that connections which it keeps are closed. */
  private static final Duration NOTICING = Duration.ofSeconds(1);

  private static final Duration PATIENCE = Duration.ofMinutes(1);

  @TempDir private Path folder;

  private final SimulatedPool pool = SimulatedPool.start(3);
  private final Map<String, TcpRelay> cables = new HashMap<>();
  private SharingBalancers balancers;
  private Node first;
  private Node second;

  /**
   * Starts both.
   *
   * @param interval from one sweep of the first balancer to the next
   */
  private void start(String interval) throws Exception {
    balancers = new SharingBalancers(folder);
    String text = Files.readString(PoolFiles.write(folder, pool));
    String over = text;
    for (SimulatedServer server : pool.servers()) {
      int port = server.uri().getPort();
      TcpRelay cable = TcpRelay.to(port);
      cables.put(server.name(), cable);
      over = over.replace(":" + port + "/", ":" + cable.port() + "/");
    }
    first =
        balancers.start(
            "a",
            over,
            Map.of(
                "tinyscale.placement", "round-robin",
                "tinyscale.health.interval", interval,
                "tinyscale.balancers.store.timeout", "10s"));
    second =
        balancers.start(
            "b",
            text,
            Map.of("tinyscale.placement", "round-robin", "tinyscale.timeout.create", "8s"));
    balancers.settle();
    forgetTheFirstClaim();
  }

  /** A first claim takes longer: the store does not have the script yet. */
  private void forgetTheFirstClaim() {
    ManyRooms.internalId(ManyRooms.create(second.frontEnd, "another").join());
    try (Jedis client = balancers.client()) {
      client.keys("tinyscale:c:*").forEach(client::del);
    }
  }

  @AfterEach
  void stop() throws Exception {
    balancers.close();
    cables.values().forEach(TcpRelay::close);
    pool.close();
  }

  @Test
  void aClaimMovesIfItsServerCannotBeReachedAndNobodyElseHasUsedIt() throws Exception {
    start("30s");

    AtomicReference<String> claimed = cutOffAfterTheClaim();
    String made = ManyRooms.internalId(ManyRooms.create(first.frontEnd, "math").join());

    assertThat(first.claims).containsExactly(ClaimResult.NEW, ClaimResult.MOVED);
    assertThat(first.events).isEmpty();
    assertThat(server(claimed.get()).meetings().get("math")).isEmpty();
    assertThat(ManyRooms.internalId(ManyRooms.create(second.frontEnd, "math").join()))
        .isEqualTo(made);
    assertThat(copies("math")).isEqualTo(1);
  }

  @Test
  void aClaimThatAnotherBalancerHasUsedDoesNotMove() throws Exception {
    start("30s");
    pool.servers().forEach(server -> server.fault("create", Fault.stall()));
    CompletableFuture<String> others = ManyRooms.create(second.frontEnd, "math");
    await().atMost(PATIENCE).until(() -> claim(1).isPresent());

    cutOffAfterTheClaim();

    assertThat(ManyRooms.create(first.frontEnd, "math").join())
        .contains("<messageKey>internalError</messageKey>");
    assertThat(first.claims).containsExactly(ClaimResult.SHARED, ClaimResult.REFUSED);
    assertThat(first.events).isEmpty();
    assertThat(others.join()).contains("<messageKey>internalError</messageKey>");
    pool.servers().forEach(SimulatedServer::clearFaults);
    ManyRooms.internalId(ManyRooms.create(second.frontEnd, "math").join());
    assertThat(copies("math")).isEqualTo(1);
  }

  /** Cuts the first balancer off from the server of its next claim, before it sends the create. */
  private AtomicReference<String> cutOffAfterTheClaim() {
    AtomicReference<String> claimed = new AtomicReference<>();
    first.afterClaim.set(
        () -> {
          claimed.set(claim(1).or(() -> claim(2)).orElseThrow());
          cables.get(claimed.get()).close();
          await().pollDelay(NOTICING).until(() -> true);
        });
    return claimed;
  }

  /** The server of the only claim, if the claim was used so often. */
  private Optional<String> claim(int uses) {
    try (Jedis client = balancers.client()) {
      return client.keys("tinyscale:c:*").stream()
          .map(client::get)
          .filter(claim -> claim.endsWith(" " + uses))
          .map(claim -> claim.split(" ")[0])
          .findFirst();
    }
  }

  private SimulatedServer server(String name) {
    return pool.servers().stream()
        .filter(server -> server.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  /** The first balancer loses sight of a server that people and the second one reach. */
  @Test
  void aServerThatOneBalancerReachesIsNotGivenUp() throws Exception {
    start("1s");
    SimulatedServer server = pool.servers().get(0);
    String room = roomOn(server);
    server.meetings().get(room).orElseThrow();
    ManyRooms.internalId(ManyRooms.create(first.frontEnd, room).join());

    cables.get(server.name()).cut();
    await().until(() -> first.events.contains(server.name() + " down"));
    // Longer than a server that refuses connections is waited for.
    await()
        .pollDelay(Duration.ofSeconds(6))
        .untilAsserted(
            () ->
                assertThat(ManyRooms.create(first.frontEnd, room).join())
                    .contains("internalError"));
    assertThat(ManyRooms.create(second.frontEnd, room).join()).contains("duplicateWarning");
    assertThat(copies(room)).isEqualTo(1);

    server.close();
    await()
        .atMost(Duration.ofMinutes(1))
        .untilAsserted(
            () -> assertThat(ManyRooms.create(first.frontEnd, room).join()).contains("SUCCESS"));
    await()
        .atMost(Duration.ofMinutes(1))
        .untilAsserted(
            () -> assertThat(ManyRooms.create(second.frontEnd, room).join()).contains("SUCCESS"));
    assertThat(copies(room)).isEqualTo(2);
  }

  /** How many servers have a copy, the one that was stopped included. */
  private long copies(String room) {
    return pool.servers().stream()
        .filter(server -> server.meetings().get(room).isPresent())
        .count();
  }

  /** A room that was made on this server. */
  private String roomOn(SimulatedServer server) {
    return IntStream.range(0, 10)
        .mapToObj(number -> "seen-" + number)
        .filter(
            room -> {
              ManyRooms.internalId(ManyRooms.create(second.frontEnd, room).join());
              return server.meetings().get(room).isPresent();
            })
        .findFirst()
        .orElseThrow();
  }
}
