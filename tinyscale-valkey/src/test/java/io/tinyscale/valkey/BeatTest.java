package io.tinyscale.valkey;

import static io.tinyscale.valkey.TestStores.get;
import static io.tinyscale.valkey.TestStores.peer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tinyscale.store.Peer;
import io.tinyscale.store.SharedStore;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Jedis;

/** What balancers tell of themselves. */
@Tag("parts")
class BeatTest {

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
  void balancersSeeEachOtherAndNotThemselves() {
    assertThat(get(a.beat(peer("a"))).others()).isEmpty();
    assertThat(get(b.beat(peer("b", "bbb2"))).others()).containsExactly(peer("a"));
    assertThat(get(a.beat(peer("a"))).others()).containsExactly(peer("b", "bbb2"));
  }

  @Test
  void twoBalancersWithOneIdAreTwo() {
    Peer twin = new Peer("a", "another", "0.2.0", 4, Instant.EPOCH, Map.of(), Set.of());

    get(a.beat(peer("a")));

    assertThat(get(b.beat(twin)).others()).containsExactly(peer("a"));
    assertThat(get(a.beat(peer("a"))).others()).containsExactly(twin);
  }

  @Test
  void aBeatReplacesWhatWasTold() {
    Peer smaller = new Peer("a", "i-a", "0.1.0", 3, Instant.EPOCH, Map.of("bbb1", "d"), Set.of());

    get(a.beat(peer("a", "bbb1", "bbb2")));
    get(a.beat(smaller));

    assertThat(get(b.beat(peer("b"))).others()).containsExactly(smaller);
  }

  @Test
  void whoTellsNoMoreIsForgotten() {
    get(a.beat(peer("a", "bbb1")));
    get(b.beat(peer("b")));
    try (Jedis client = server.client()) {
      assertThat(client.ttl("tinyscale:b:a~i-a")).isBetween(10L, 15L);
      assertThat(client.ttl("tinyscale:h:a~i-a")).isBetween(10L, 15L);

      client.pexpire("tinyscale:b:a~i-a", 1);
      await().until(() -> !client.exists("tinyscale:b:a~i-a"));

      assertThat(get(b.beat(peer("b"))).others()).isEmpty();
      assertThat(client.smembers("tinyscale:b")).containsExactly("b~i-b");
    }
  }

  @Test
  void whoLeavesIsGoneAtOnce() {
    get(a.beat(peer("a", "bbb1")));
    get(b.beat(peer("b")));

    get(a.leave(peer("a")));

    assertThat(get(b.beat(peer("b"))).others()).isEmpty();
    try (Jedis client = server.client()) {
      assertThat(client.keys("tinyscale:*a~i-a")).isEmpty();
    }
  }

  /** Whoever left it out would give up servers that it reaches. */
  @Test
  void aBalancerThatTellsWhatNobodyReadsIsThere() {
    try (Jedis client = server.client()) {
      client.sadd("tinyscale:b", "c");
      client.hset("tinyscale:b:c", Map.of("formula", "new", "started", "today"));
    }

    assertThat(get(a.beat(peer("a"))).others())
        .containsExactly(new Peer("c", "c", "", 0, Instant.EPOCH, Map.of(), Set.of()));
  }
}
