package io.tinyscale.valkey;

import static io.tinyscale.valkey.TestStores.failure;
import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.store.SharedStore;
import io.tinyscale.store.StoreKey;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.params.ScanParams;
import redis.clients.jedis.resps.ScanResult;

/** What the store and the log never see. */
@Tag("parts")
class SecrecyTest {

  @Test
  void theStoreSeesNoIds() {
    try (RedisServer server = RedisServer.start();
        SharedStore a = TestStores.open(server);
        SharedStore b = TestStores.open(server)) {
      TestStores.useAll(a, b);

      List<String> texts = texts(server);

      assertThat(texts)
          .as("every kind of key")
          .anyMatch(text -> text.startsWith("tinyscale:c:"))
          .anyMatch(text -> text.startsWith("tinyscale:b:"))
          .anyMatch(text -> text.startsWith("tinyscale:d:"))
          .anyMatch(text -> text.startsWith("tinyscale:g:"))
          .anyMatch(text -> text.contains("cordoned"))
          .noneMatch(text -> text.contains("Room"));
      assertThat(texts.stream().filter(text -> text.startsWith("tinyscale:c:")))
          .allMatch(text -> text.matches("tinyscale:c:[A-Za-z0-9_-]{24}"));
    }
  }

  /** All keys and values. */
  private static List<String> texts(RedisServer server) {
    Queue<String> texts = new ConcurrentLinkedQueue<>();
    try (Jedis client = server.client()) {
      String cursor = ScanParams.SCAN_POINTER_START;
      do {
        ScanResult<String> some = client.scan(cursor);
        cursor = some.getCursor();
        for (String key : some.getResult()) {
          texts.add(key);
          switch (client.type(key)) {
            case "string" -> texts.add(client.get(key));
            case "set" -> texts.addAll(client.smembers(key));
            case "hash" ->
                client
                    .hgetAll(key)
                    .forEach(
                        (field, value) -> {
                          texts.add(field);
                          texts.add(value);
                        });
            default -> throw new AssertionError("another type: " + key);
          }
        }
      } while (!cursor.equals(ScanParams.SCAN_POINTER_START));
    }
    return List.copyOf(texts);
  }

  /** Jedis is silent, too, whatever fails: the balancer tells what became of the store. */
  @Test
  void theLogSeesNothing() {
    Queue<String> logged = new ConcurrentLinkedQueue<>();
    Handler handler = gathering(logged);
    Logger root = Logger.getLogger("");
    root.addHandler(handler);
    try (RedisServer server = RedisServer.start("--requirepass", "sesame")) {
      String host = "127.0.0.1:" + server.port();
      try (SharedStore wrong = TestStores.open("redis://:mustard@" + host);
          SharedStore right = TestStores.open("redis://:sesame@" + host);
          SharedStore hurried = TestStores.open("redis://:sesame@" + host, "10ms", n -> {})) {
        TestStores.useAll(right, right);
        assertThat(failure(use(wrong))).doesNotContain("mustard");

        server.pause();
        assertThat(failure(use(hurried))).doesNotContain("sesame");
        server.resume();
        server.kill();
        assertThat(failure(use(right))).doesNotContain("sesame");
      }
    } finally {
      root.removeHandler(handler);
    }

    assertThat(logged).isEmpty();
  }

  private static CompletionStage<?> use(SharedStore store) {
    return store.claim(StoreKey.of("Room 7"), "bbb1", List.of());
  }

  private static Handler gathering(Queue<String> lines) {
    Handler handler =
        new Handler() {
          @Override
          public void publish(LogRecord line) {
            if (line.getLevel().intValue() >= Level.INFO.intValue()) {
              lines.add(line.getLoggerName() + ": " + line.getMessage());
            }
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    handler.setLevel(Level.ALL);
    return handler;
  }
}
