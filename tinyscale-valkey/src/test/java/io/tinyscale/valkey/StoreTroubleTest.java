package io.tinyscale.valkey;

import static io.tinyscale.valkey.TestStores.PATIENT;
import static io.tinyscale.valkey.TestStores.ROOM;
import static io.tinyscale.valkey.TestStores.failure;
import static io.tinyscale.valkey.TestStores.get;
import static io.tinyscale.valkey.TestStores.peer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tinyscale.store.Claim;
import io.tinyscale.store.Notice;
import io.tinyscale.store.SharedState;
import io.tinyscale.store.SharedStore;
import io.tinyscale.store.StoreKey;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Jedis;

/** A store that fails, is slow, or is not there. */
@Tag("parts")
class StoreTroubleTest {

  /** Short enough to be waited for, long enough for a busy machine to answer once in a while. */
  private static final String IMPATIENT = "300ms";

  private final Queue<Notice> heard = new ConcurrentLinkedQueue<>();
  private RedisServer server;
  private TcpRelay relay;

  @BeforeEach
  void start() {
    server = RedisServer.start();
    relay = TcpRelay.to(server.port());
  }

  @AfterEach
  void stop() {
    relay.close();
    server.close();
    await().untilAsserted(() -> assertThat(threads()).isEmpty());
  }

  private SharedStore open(String timeout) {
    return TestStores.open("redis://127.0.0.1:" + relay.port(), timeout, heard::add);
  }

  private static CompletionStage<Claim> claim(SharedStore store) {
    return store.claim(ROOM, "bbb1", List.of());
  }

  private static void awaitClaim(SharedStore store) {
    await()
        .atMost(Duration.ofMinutes(1))
        .ignoreExceptionsMatching(AssertionError.class::isInstance)
        .until(() -> !get(claim(store)).server().isEmpty());
  }

  private static List<String> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith("tinyscale-store"))
        .toList();
  }

  private void awaitSubscribers(long number) {
    try (Jedis client = server.client()) {
      await()
          .atMost(Duration.ofMinutes(1))
          .until(() -> client.pubsubNumSub(Keys.NOTICES).get(Keys.NOTICES) == number);
    }
  }

  @Test
  void aStoreThatIsNotThereFailsActionsAndNotTheStart() {
    server.kill();
    try (SharedStore store = TestStores.open(server)) {
      assertThat(failure(claim(store))).contains("refused");

      server.restart();

      assertThat(get(claim(store)).server()).isEqualTo("bbb1");
    }
  }

  @Test
  void aStoreThatIsCutOffComesBack() {
    try (SharedStore store = open(PATIENT)) {
      get(claim(store));

      relay.cut();
      assertThat(failure(claim(store))).isNotEmpty();
      relay.mend();

      awaitClaim(store);
    }
  }

  @Test
  void noticesComeBackWithTheStore() {
    try (SharedStore store = open(PATIENT)) {
      awaitSubscribers(1);

      relay.cut();
      awaitSubscribers(0);
      relay.mend();
      awaitSubscribers(1);

      store.tell(new Notice.Ending(ROOM));
      await().untilAsserted(() -> assertThat(heard).contains(new Notice.Ending(ROOM)));
    }
  }

  /** The server has a connection that nobody reads any more, and the balancer one that is dead. */
  @Test
  @Tag("slow")
  void aSilentConnectionForNoticesIsMadeAnewUnlessBeatsKeepIt() {
    try (SharedStore store = open(PATIENT);
        Jedis client = server.client()) {
      awaitSubscribers(1);
      String before = subscriber(client);
      long begin = System.nanoTime();
      await()
          .pollInterval(Duration.ofSeconds(1))
          .atMost(Duration.ofMinutes(2))
          .until(
              () -> {
                get(store.beat(peer("a")));
                return System.nanoTime() - begin > Duration.ofSeconds(20).toNanos();
              });
      assertThat(subscriber(client)).isEqualTo(before);

      relay.drop();
      awaitSubscribers(0);
      relay.pass();
      awaitSubscribers(1);
    }
  }

  /** The number that the server has given to the connection. */
  private static String subscriber(Jedis client) {
    return client
        .clientList()
        .lines()
        .filter(line -> line.contains(" sub=1 "))
        .map(line -> line.substring(0, line.indexOf(' ')))
        .collect(Collectors.joining());
  }

  @Test
  void aStoreThatStandsStillHoldsNobodyUp() {
    try (SharedStore store = open(IMPATIENT)) {
      awaitClaim(store);
      int before = threads().size();

      server.pause();
      List<CompletionStage<Claim>> claims =
          IntStream.range(0, 200)
              .mapToObj(i -> store.claim(StoreKey.of("late " + i), "bbb1", List.of()))
              .toList();

      assertThat(claims).extracting(TestStores::failure).allMatch(text -> text.contains("timeout"));
      assertThat(threads()).hasSize(before);

      server.resume();
      awaitClaim(store);
      try (Jedis client = server.client()) {
        assertThat(client.keys("tinyscale:c:*"))
            .as("one that each thread had sent, and the one that was awaited")
            .hasSizeLessThanOrEqualTo(3);
      }
    }
  }

  @Test
  void aNetworkThatSwallowsEverythingIsNoticed() {
    try (SharedStore store = open(IMPATIENT)) {
      awaitClaim(store);

      relay.drop();
      assertThat(failure(claim(store))).contains("timeout");
      relay.pass();

      awaitClaim(store);
    }
  }

  @Test
  void aSlowStoreAnswersThoseWhoWait() {
    try (SharedStore store = open(PATIENT)) {
      relay.delay(Duration.ofMillis(100));

      assertThat(get(claim(store)).server()).isEqualTo("bbb1");
      assertThat(get(store.beat(peer("a"))).others()).isEmpty();
    }
  }

  @Test
  void scriptsAreSentAnewAfterARestart() {
    try (SharedStore store = TestStores.open(server)) {
      get(claim(store));
      get(store.move(ROOM, "bbb1", "bbb2"));

      server.restart();
      awaitClaim(store);

      try (Jedis client = server.client()) {
        client.scriptFlush();
      }
      assertThat(get(store.move(ROOM, "bbb3", "bbb2"))).isFalse();
      assertThat(get(claim(store)).server()).isEqualTo("bbb1");
    }
  }

  /** One connection that fails, or is new, puts the others to the test. */
  @Test
  void afterARestartOnlyOneConnectionIsFoundDeadByAnAction() {
    try (SharedStore store = TestStores.open(server)) {
      server.pause();
      CompletionStage<Claim> one = claim(store);
      CompletionStage<Claim> other = claim(store);
      server.resume();
      get(one);
      get(other);

      server.restart();
      awaitClaim(store);

      for (int i = 0; i < 20; i++) {
        get(claim(store));
      }
    }
  }

  @Test
  void whatFindsNoRoomFailsAtOnce() {
    SharedStore store = open(PATIENT);
    get(claim(store));
    server.pause();

    List<CompletionStage<Claim>> claims =
        IntStream.range(0, StoreThreads.MOST_WAITING + 3)
            .mapToObj(i -> store.claim(StoreKey.of("room " + i), "bbb1", List.of()))
            .toList();

    assertThat(failure(claims.get(claims.size() - 1))).contains("too many");
    assertThat(claims.get(0).toCompletableFuture()).isNotDone();

    store.close();

    assertThat(claims.subList(0, StoreThreads.MOST_WAITING))
        .extracting(TestStores::failure)
        .containsOnly("closed");
  }

  /** With a timeout of a minute somebody who waits for an answer would wait long. */
  @Test
  void closingDoesNotWaitForAStoreThatStandsStill() {
    SharedStore store = open(PATIENT);
    get(claim(store));
    awaitSubscribers(1);
    server.pause();
    CompletionStage<Claim> first = claim(store);
    CompletionStage<Claim> second = claim(store);

    long begin = System.nanoTime();
    store.close();

    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(20));
    assertThat(failure(first)).isEqualTo("closed");
    assertThat(failure(second)).isEqualTo("closed");
    assertThat(failure(claim(store))).isEqualTo("closed");
    store.close();
  }

  @Test
  void aWrongPasswordIsToldWithoutIt() {
    try (Jedis client = server.client()) {
      client.aclSetUser("ann", "on", ">right", "~*", "&*", "+@all");
    }
    String host = "@127.0.0.1:" + server.port();
    try (SharedStore wrong = TestStores.open("redis://ann:sesame" + host);
        SharedStore right = TestStores.open("redis://ann:right" + host)) {
      assertThat(failure(claim(wrong))).isEqualTo("the store says WRONGPASS");
      assertThat(get(claim(right)).server()).isEqualTo("bbb1");
    }
  }

  @Test
  void aPasswordWithoutAUserIsThatOfTheDefaultUser() {
    try (RedisServer locked = RedisServer.start("--requirepass", "a p@ss/word");
        SharedStore without = TestStores.open(locked);
        SharedStore with =
            TestStores.open("redis://:a%20p%40ss%2Fword@127.0.0.1:" + locked.port())) {
      assertThat(failure(claim(without))).isEqualTo("the store says NOAUTH");
      assertThat(get(claim(with)).server()).isEqualTo("bbb1");
    }
  }

  /** Servers repeat the words of a command that they do not know. */
  @Test
  void aStoreThatRepeatsThePasswordIsNotRepeated() {
    try (RedisServer odd = RedisServer.start("--rename-command", "AUTH", "");
        SharedStore store = TestStores.open("redis://:sesame@127.0.0.1:" + odd.port())) {
      assertThat(failure(claim(store))).isEqualTo("the store says ERR");
    }
  }

  @Test
  void aDatabaseHasItsOwnClaims() {
    try (SharedStore zero = TestStores.open(server);
        SharedStore five = TestStores.open(server.address() + "/5")) {
      get(claim(zero));

      assertThat(get(claim(five)).uses()).isEqualTo(1);
    }
  }

  @Test
  void aStoreThatRefusesWritesFailsActions() {
    try (SharedStore store = TestStores.open(server);
        Jedis client = server.client()) {
      get(claim(store));
      client.configSet("maxmemory", "1");

      assertThat(failure(claim(store))).isEqualTo("the store says OOM");
      assertThat(failure(store.decide("bbb1", new SharedState("cordoned", "gw1", Instant.EPOCH))))
          .startsWith("the store says ");

      client.configSet("maxmemory", "0");
      assertThat(get(claim(store)).uses()).isEqualTo(2);
    }
  }

  @Test
  void aHalfOfADecisionThatFailsIsAFailure() {
    try (SharedStore store = TestStores.open(server);
        Jedis client = server.client()) {
      client.set(Keys.DECISIONS_COUNT, "many");

      assertThat(failure(store.decide("bbb1", new SharedState("cordoned", "gw1", Instant.EPOCH))))
          .isEqualTo("the store says ERR");
    }
  }
}
