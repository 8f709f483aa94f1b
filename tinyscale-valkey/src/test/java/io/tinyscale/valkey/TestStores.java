package io.tinyscale.valkey;

import io.tinyscale.config.ConfigSource;
import io.tinyscale.config.ConfigValues;
import io.tinyscale.store.Notice;
import io.tinyscale.store.Peer;
import io.tinyscale.store.SharedState;
import io.tinyscale.store.SharedStore;
import io.tinyscale.store.StoreKey;
import io.tinyscale.store.StoreProvider;
import io.tinyscale.store.StoreSettings;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/** Stores as balancers open and use them. */
final class TestStores {

  static final StoreKey ROOM = StoreKey.of("Room 7");
  static final StoreKey OTHER_ROOM = StoreKey.of("Room 8");

  /** Longer than a loaded machine needs for any answer. */
  static final String PATIENT = "60s";

  private static final long PATIENCE_SECONDS = 120;

  private TestStores() {}

  static SharedStore open(RedisServer server) {
    return open(server.address());
  }

  static SharedStore open(String address) {
    return open(address, PATIENT, notice -> {});
  }

  static SharedStore open(String address, String timeout, Consumer<Notice> notices) {
    return open(address, Map.of("balancers.store.timeout", timeout), notices);
  }

  static SharedStore open(String address, Map<String, String> settings, Consumer<Notice> notices) {
    Map<String, String> values = new HashMap<>();
    settings.forEach((key, value) -> values.put("--" + key, value));
    values.put("--balancers.store", address);
    ConfigValues read = new ConfigValues(List.of(ConfigSource.options(values)));
    StoreSettings all = StoreSettings.read(read);
    read.refuseProblems();
    return ServiceLoader.load(StoreProvider.class).findFirst().orElseThrow().open(all, notices);
  }

  static Peer peer(String id, String... down) {
    return new Peer(
        id,
        "i-" + id,
        "0.1.0",
        3,
        Instant.parse("2026-11-20T10:00:00.123Z"),
        Map.of("bbb1", "digest-1", "bbb2", "digest-2"),
        Set.of(down));
  }

  /** Does everything that a store can do. */
  static void useAll(SharedStore a, SharedStore b) {
    get(a.claim(ROOM, "bbb1", List.of()));
    get(b.claim(ROOM, "bbb2", List.of("bbb1")));
    get(a.move(ROOM, "bbb2", "bbb3"));
    get(a.move(OTHER_ROOM, "bbb2", "bbb3"));
    get(a.beat(peer("a", "bbb1")));
    get(b.beat(peer("b")));
    get(b.leave(peer("b")));
    get(a.decide("bbb1", new SharedState("cordoned", "a:3005", Instant.EPOCH)));
    get(b.decisions());
    get(a.detached("bbb1", ROOM));
    get(a.detached("bbb1", OTHER_ROOM));
    get(b.beat(peer("b")));
    get(b.gone("bbb1", ROOM));
    get(a.destroyed(OTHER_ROOM));
    get(a.destroyed(ROOM));
    get(b.destroyed(List.of(ROOM, OTHER_ROOM)));
    get(b.wanted(OTHER_ROOM));
    a.tell(new Notice.Made(ROOM, "bbb3"));
    a.tell(new Notice.Ending(ROOM));
  }

  static <T> T get(CompletionStage<T> stage) {
    try {
      return stage.toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new AssertionError(e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }

  /** Why an action failed. */
  static String failure(CompletionStage<?> stage) {
    try {
      Object result = stage.toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
      throw new AssertionError("it did not fail: " + result);
    } catch (ExecutionException e) {
      return String.valueOf(e.getCause().getMessage());
    } catch (TimeoutException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError(e);
    }
  }
}
