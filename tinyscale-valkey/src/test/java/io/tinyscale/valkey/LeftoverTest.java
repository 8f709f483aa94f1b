package io.tinyscale.valkey;

import static io.tinyscale.valkey.TestStores.OTHER_ROOM;
import static io.tinyscale.valkey.TestStores.ROOM;
import static io.tinyscale.valkey.TestStores.get;
import static io.tinyscale.valkey.TestStores.peer;
import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.store.SharedStore;
import io.tinyscale.store.StoreKey;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Jedis;

/** What a server may bring back: copies of meetings, and webhooks. */
@Tag("parts")
class LeftoverTest {

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
  void copiesAreKeptByServerUntilTheyAreGone() {
    get(a.detached("bbb1", ROOM));
    get(a.detached("bbb1", OTHER_ROOM));
    get(b.detached("bbb2", ROOM));

    assertThat(get(b.beat(peer("b"))).detached())
        .isEqualTo(Map.of("bbb1", Set.of(ROOM, OTHER_ROOM), "bbb2", Set.of(ROOM)));

    get(b.gone("bbb1", ROOM));
    get(b.gone("bbb2", ROOM));

    assertThat(get(a.beat(peer("a"))).detached()).isEqualTo(Map.of("bbb1", Set.of(OTHER_ROOM)));
  }

  @Test
  void whatIsNoMeetingIsNoCopy() {
    try (Jedis client = server.client()) {
      client.sadd(Keys.detached("bbb1"), "Room 7", ROOM.text());
    }

    assertThat(get(a.beat(peer("a"))).detached()).isEqualTo(Map.of("bbb1", Set.of(ROOM)));
  }

  @Test
  void copiesAreForgottenADayAfterTheLast() {
    get(a.detached("bbb1", ROOM));
    try (Jedis client = server.client()) {
      client.expire(Keys.detached("bbb1"), 3600);

      get(a.detached("bbb1", OTHER_ROOM));

      assertThat(client.ttl(Keys.detached("bbb1"))).isBetween(86_000L, 86_400L);
    }
  }

  @Test
  void webhooksAreKeptUntilTheyAreWantedAgain() {
    StoreKey first = StoreKey.of("hook 1");
    StoreKey second = StoreKey.of("hook 2");
    get(a.destroyed(first));

    assertThat(get(b.destroyed(List.of(second, first)))).containsExactly(first);

    get(b.wanted(first));

    assertThat(get(a.destroyed(List.of(first, second)))).isEmpty();
    assertThat(get(a.destroyed(List.of()))).isEmpty();
  }

  @Test
  void webhooksAreForgottenAfterAMonth() {
    StoreKey hook = StoreKey.of("hook 1");

    get(a.destroyed(hook));

    try (Jedis client = server.client()) {
      assertThat(client.ttl(Keys.hook(hook))).isBetween(2_591_000L, 2_592_000L);
    }
  }

  @Test
  void manyWebhooksAreAskedForInParts() {
    List<StoreKey> hooks =
        IntStream.range(0, 2500).mapToObj(i -> StoreKey.of("hook " + i)).toList();
    get(a.destroyed(hooks.get(0)));
    get(a.destroyed(hooks.get(1000)));
    get(a.destroyed(hooks.get(2499)));

    assertThat(get(b.destroyed(hooks)))
        .containsExactlyInAnyOrder(hooks.get(0), hooks.get(1000), hooks.get(2499));
  }
}
