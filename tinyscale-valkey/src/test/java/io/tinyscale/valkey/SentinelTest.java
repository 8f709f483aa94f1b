package io.tinyscale.valkey;

import static io.tinyscale.valkey.TestStores.ROOM;
import static io.tinyscale.valkey.TestStores.failure;
import static io.tinyscale.valkey.TestStores.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.tinyscale.store.Claim;
import io.tinyscale.store.SharedStore;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Jedis;

/** Sentinels tell where the store is, and where it went. */
@Tag("parts")
class SentinelTest {

  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @Test
  void followsTheStoreToAnotherProcess() {
    try (RedisServer first = RedisServer.start();
        RedisServer second =
            RedisServer.start("--replicaof", "127.0.0.1", Integer.toString(first.port()))) {
      awaitReplica(first);
      try (RedisServer sentinel = RedisServer.startSentinel("main", first);
          SharedStore store = TestStores.open(address(sentinel, "main"))) {
        assertThat(get(store.claim(ROOM, "bbb1", List.of())).uses()).isEqualTo(1);
        awaitCopy(second, sentinel);

        first.kill();

        AtomicReference<Claim> claim = new AtomicReference<>();
        await()
            .atMost(PATIENCE)
            .ignoreExceptionsMatching(AssertionError.class::isInstance)
            .until(
                () -> {
                  claim.set(get(store.claim(ROOM, "bbb2", List.of())));
                  return true;
                });
        assertThat(claim.get()).isEqualTo(new Claim("bbb1", 2, "bbb1", true));
      }
    }
  }

  @Test
  void asksTheNextSentinelIfOneDoesNotKnow() {
    try (RedisServer server = RedisServer.start();
        RedisServer stranger = RedisServer.startSentinel("other", server);
        RedisServer sentinel = RedisServer.startSentinel("main", server);
        SharedStore store =
            TestStores.open(
                "redis-sentinel://127.0.0.1:%d,127.0.0.1:%d,127.0.0.1:%d/main"
                    .formatted(RedisServer.freePort(), stranger.port(), sentinel.port()));
        SharedStore lost = TestStores.open(address(stranger, "main"))) {

      assertThat(get(store.claim(ROOM, "bbb1", List.of())).server()).isEqualTo("bbb1");
      assertThat(failure(lost.claim(ROOM, "bbb1", List.of()))).isEqualTo("no sentinel knows main");
    }
  }

  private static String address(RedisServer sentinel, String name) {
    return "redis-sentinel://127.0.0.1:" + sentinel.port() + "/" + name;
  }

  private static void awaitReplica(RedisServer master) {
    try (Jedis client = master.client()) {
      await().atMost(PATIENCE).until(() -> client.info("replication").contains("state=online"));
    }
  }

  /** The sentinel moves to a replica only if it knows one. */
  private static void awaitCopy(RedisServer replica, RedisServer sentinel) {
    try (Jedis client = replica.client();
        Jedis watcher = sentinel.client()) {
      await().atMost(PATIENCE).until(() -> client.exists(Keys.claim(ROOM)));
      await().atMost(PATIENCE).until(() -> watcher.sentinelReplicas("main").size() == 1);
    }
  }
}
