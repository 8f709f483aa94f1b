package io.tinyscale.valkey;

import static io.tinyscale.valkey.TestStores.PATIENT;
import static io.tinyscale.valkey.TestStores.ROOM;
import static io.tinyscale.valkey.TestStores.get;
import static io.tinyscale.valkey.TestStores.peer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tinyscale.store.Claim;
import io.tinyscale.store.SharedStore;
import io.tinyscale.store.StoreView;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Jedis;

/**
 * A store that may have lost claims is known as such to all balancers, for as long as a claim
 * stands.
 */
@Tag("parts")
class YoungStoreTest {

  private RedisServer server;
  private SharedStore a;
  private SharedStore b;

  @BeforeEach
  void start() {
    server = RedisServer.start();
    a = TestStores.open(server);
    b = TestStores.open(server);
  }

  @AfterEach
  void stop() {
    a.close();
    b.close();
    server.close();
  }

  private void growOld() {
    get(a.beat(peer("a")));
    get(b.beat(peer("b")));
    try (Jedis client = server.client()) {
      assertThat(client.pttl(Keys.YOUNG)).isBetween(500_000L, 600_000L);
      client.pexpire(Keys.YOUNG, 1);
      await().until(() -> !client.exists(Keys.YOUNG));
    }
    assertThat(isYoung(a)).isFalse();
    assertThat(isYoung(b)).isFalse();
  }

  private static boolean isYoung(SharedStore store) {
    StoreView view = get(store.beat(peer("x")));
    Claim claim = get(store.claim(ROOM, "bbb1", List.of()));
    assertThat(claim.young()).isEqualTo(view.young());
    return view.young();
  }

  @Test
  void anEmptyStoreIsYoungForAllWhoComeAtOnce() {
    List<CompletionStage<Claim>> claims =
        IntStream.range(0, 20)
            .mapToObj(i -> (i % 2 == 0 ? a : b).claim(ROOM, "bbb1", List.of()))
            .toList();

    assertThat(claims).extracting(TestStores::get).extracting(Claim::young).containsOnly(true);
    assertThat(isYoung(a)).isTrue();
  }

  @Test
  void aBalancerThatComesToAnOldStoreIsSure() {
    growOld();
    try (SharedStore fresh = TestStores.open(server)) {
      assertThat(isYoung(fresh)).isFalse();
    }
  }

  @Test
  void anEmptyRestartMakesItYoungForAll() {
    growOld();

    server.restart();

    // The first claim may find the old connection broken.
    await().ignoreExceptionsMatching(AssertionError.class::isInstance).until(() -> isYoung(a));
    await().ignoreExceptionsMatching(AssertionError.class::isInstance).until(() -> isYoung(b));
  }

  @Test
  void theFirstClaimAfterFlushAllSeesIt() {
    growOld();

    try (Jedis client = server.client()) {
      client.flushAll();
    }

    assertThat(get(a.claim(ROOM, "bbb1", List.of()))).isEqualTo(new Claim("bbb1", 1, "", true));
    assertThat(get(b.beat(peer("b"))).young()).isTrue();
  }

  /** As after a failover: another process has the old one's data. */
  @Test
  void dataOfAnotherProcessAreYoung() {
    growOld();

    try (Jedis client = server.client()) {
      client.set(Keys.BORN, "another");
    }

    assertThat(isYoung(a)).isTrue();
    assertThat(isYoung(b)).isTrue();
  }

  @Test
  void whoMayNotAskForTheProcessTakesAnyForTheSame() {
    growOld();
    try (Jedis client = server.client()) {
      client.aclSetUser("guest", "on", ">pw", "~*", "&*", "+@all", "-info");
      try (SharedStore guest =
          TestStores.open("redis://guest:pw@127.0.0.1:" + server.port(), PATIENT, notice -> {})) {
        assertThat(isYoung(guest)).isFalse();

        client.flushAll();

        assertThat(isYoung(guest)).isTrue();
      }
    }
    assertThat(isYoung(a)).isTrue();
  }
}
