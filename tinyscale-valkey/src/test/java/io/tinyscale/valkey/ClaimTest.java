package io.tinyscale.valkey;

import static io.tinyscale.valkey.TestStores.OTHER_ROOM;
import static io.tinyscale.valkey.TestStores.ROOM;
import static io.tinyscale.valkey.TestStores.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tinyscale.store.Claim;
import io.tinyscale.store.SharedStore;
import io.tinyscale.store.StoreKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.params.SetParams;

/** Where meetings go, as two balancers agree on it. */
@Tag("parts")
class ClaimTest {

  private static final long TTL = 600_000;
  private static final long HALF_TTL = TTL / 2;

  private static RedisServer server;

  private SharedStore a;
  private SharedStore b;

  @BeforeAll
  static void start() {
    server = RedisServer.start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @BeforeEach
  void open() {
    try (Jedis client = server.client()) {
      client.flushAll();
    }
    a = TestStores.open(server);
    b = TestStores.open(server);
  }

  @AfterEach
  void close() {
    a.close();
    b.close();
  }

  @Test
  void theFirstClaimIsForTheWantedServer() {
    assertThat(get(a.claim(ROOM, "bbb1", List.of()))).isEqualTo(claimed("bbb1", 1, ""));
  }

  @Test
  void laterClaimsKeepTheServerAndCount() {
    get(a.claim(ROOM, "bbb1", List.of()));

    assertThat(get(b.claim(ROOM, "bbb2", List.of()))).isEqualTo(claimed("bbb1", 2, "bbb1"));
    assertThat(get(a.claim(ROOM, "bbb1", List.of("bbb2")))).isEqualTo(claimed("bbb1", 3, "bbb1"));
    assertThat(get(a.claim(OTHER_ROOM, "bbb2", List.of()))).isEqualTo(claimed("bbb2", 1, ""));
  }

  @Test
  void aServerThatIsGivenUpLosesItsClaim() {
    get(a.claim(ROOM, "bbb1", List.of()));
    get(a.claim(ROOM, "bbb1", List.of()));

    assertThat(get(b.claim(ROOM, "bbb2", List.of("bbb3", "bbb1"))))
        .isEqualTo(claimed("bbb2", 1, "bbb1"));
    assertThat(get(a.claim(ROOM, "bbb1", List.of()))).isEqualTo(claimed("bbb2", 2, "bbb2"));
  }

  @Test
  void aClaimThatNobodyElseUsedMoves() {
    get(a.claim(ROOM, "bbb1", List.of()));

    assertThat(get(a.move(ROOM, "bbb1", "bbb2"))).isTrue();
    assertThat(get(b.claim(ROOM, "bbb3", List.of()))).isEqualTo(claimed("bbb2", 2, "bbb2"));
  }

  @Test
  void aClaimThatSomebodyElseUsedStays() {
    get(a.claim(ROOM, "bbb1", List.of()));
    get(b.claim(ROOM, "bbb1", List.of()));

    assertThat(get(a.move(ROOM, "bbb1", "bbb2"))).isFalse();
    assertThat(get(a.move(OTHER_ROOM, "bbb1", "bbb2"))).as("no claim").isFalse();
    assertThat(get(b.claim(ROOM, "bbb3", List.of()))).isEqualTo(claimed("bbb1", 3, "bbb1"));
  }

  @Test
  void aClaimForAnotherServerDoesNotMove() {
    get(a.claim(ROOM, "bbb1", List.of()));

    assertThat(get(a.move(ROOM, "bbb3", "bbb2"))).isFalse();
  }

  @Test
  void everyUseRenewsAClaim() {
    get(a.claim(ROOM, "bbb1", List.of()));
    try (Jedis client = server.client()) {
      client.pexpire(Keys.claim(ROOM), HALF_TTL);
      get(b.claim(ROOM, "bbb1", List.of()));
      assertThat(client.pttl(Keys.claim(ROOM))).isBetween(HALF_TTL + 1, TTL);

      client.set(Keys.claim(ROOM), "bbb1 1", SetParams.setParams().px(HALF_TTL));
      get(b.move(ROOM, "bbb1", "bbb2"));
      assertThat(client.pttl(Keys.claim(ROOM))).isBetween(HALF_TTL + 1, TTL);
    }
  }

  @Test
  void aClaimThatIsForgottenIsMadeAnew() {
    get(a.claim(ROOM, "bbb1", List.of()));
    try (Jedis client = server.client()) {
      client.pexpire(Keys.claim(ROOM), 1);
      await().until(() -> !client.exists(Keys.claim(ROOM)));
    }

    assertThat(get(b.claim(ROOM, "bbb2", List.of()))).isEqualTo(claimed("bbb2", 1, ""));
  }

  @Test
  void whatIsNoClaimCountsAsNone() {
    try (Jedis client = server.client()) {
      client.set(Keys.claim(ROOM), "bbb1");
    }

    assertThat(get(b.claim(ROOM, "bbb2", List.of()))).isEqualTo(claimed("bbb2", 1, ""));
  }

  @Test
  void aThousandClaimsAtOnceAgree() {
    Map<StoreKey, List<CompletionStage<Claim>>> claims =
        IntStream.range(0, 1000)
            .boxed()
            .collect(
                Collectors.groupingBy(
                    i -> StoreKey.of("room " + i % 100),
                    Collectors.mapping(
                        i -> (i % 2 == 0 ? a : b).claim(key(i), "bbb" + i, List.of()),
                        Collectors.toList())));

    assertThat(claims).hasSize(100);
    claims.forEach(
        (room, stages) -> {
          List<Claim> all = new ArrayList<>(stages.stream().map(TestStores::get).toList());
          assertThat(all)
              .extracting(Claim::server)
              .as("one server")
              .containsOnly(all.get(0).server());
          assertThat(all)
              .extracting(Claim::uses)
              .containsExactlyInAnyOrder(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L, 10L);
        });
  }

  /** All of this class are of a store that has just been emptied. */
  private static Claim claimed(String server, long uses, String before) {
    return new Claim(server, uses, before, true);
  }

  private static StoreKey key(int i) {
    return StoreKey.of("room " + i % 100);
  }
}
