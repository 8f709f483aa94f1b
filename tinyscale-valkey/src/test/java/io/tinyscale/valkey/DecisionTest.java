package io.tinyscale.valkey;

import static io.tinyscale.valkey.TestStores.OTHER_ROOM;
import static io.tinyscale.valkey.TestStores.PATIENT;
import static io.tinyscale.valkey.TestStores.ROOM;
import static io.tinyscale.valkey.TestStores.get;
import static io.tinyscale.valkey.TestStores.peer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;
import static org.awaitility.Awaitility.await;

import io.tinyscale.store.Notice;
import io.tinyscale.store.SharedState;
import io.tinyscale.store.SharedStore;
import java.time.Instant;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Jedis;

/** What administrators decided, and what balancers tell each other at once. */
@Tag("parts")
class DecisionTest {

  private static final SharedState CORDONED =
      new SharedState("cordoned", "gw1:3005 token of Ann", Instant.parse("2026-11-20T10:00:00Z"));

  private static final SharedState ENABLED =
      new SharedState("enabled", "gw2:3005", Instant.parse("2026-11-20T10:00:00.123456789Z"));

  private final Queue<Notice> heard = new ConcurrentLinkedQueue<>();

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
    b = TestStores.open(server.address(), PATIENT, heard::add);
    try (Jedis client = server.client()) {
      await().until(() -> client.pubsubNumSub(Keys.NOTICES).get(Keys.NOTICES) == 2);
    }
  }

  @AfterEach
  void close() {
    a.close();
    b.close();
  }

  @Test
  void decisionsAreShared() {
    get(a.decide("bbb1", CORDONED));
    get(b.decide("bbb2", ENABLED));

    assertThat(get(b.decisions())).containsOnly(entry("bbb1", CORDONED), entry("bbb2", ENABLED));
  }

  @Test
  void theLastDecisionAboutAServerStands() {
    get(a.decide("bbb1", CORDONED));
    get(b.decide("bbb1", ENABLED));

    assertThat(get(a.decisions())).containsOnly(entry("bbb1", ENABLED));
  }

  @Test
  void aCountThatIsNoNumberCostsNoBeat() {
    get(a.decide("bbb1", CORDONED));
    try (Jedis client = server.client()) {
      client.set(Keys.DECISIONS_COUNT, "by somebody else");
    }

    long found = get(b.beat(peer("b"))).decisions();
    get(a.decide("bbb1", ENABLED));

    assertThat(get(b.beat(peer("b"))).decisions()).isNotEqualTo(found);
    assertThat(get(b.decisions())).containsOnly(entry("bbb1", ENABLED));
  }

  @Test
  void eachDecisionIsCounted() {
    long before = get(b.beat(peer("b"))).decisions();

    get(a.decide("bbb1", CORDONED));
    get(a.decide("bbb1", CORDONED));

    assertThat(get(b.beat(peer("b"))).decisions()).isEqualTo(before + 2);
  }

  @Test
  void aDecisionIsANotice() {
    get(a.decide("bbb1", CORDONED));

    await().untilAsserted(() -> assertThat(heard).containsExactly(new Notice.States()));
  }

  @Test
  void noticesArriveAsTheyWereTold() {
    List<Notice> told =
        List.of(
            new Notice.Made(ROOM, "bbb1.example.org"),
            new Notice.Ending(OTHER_ROOM),
            new Notice.States());

    told.forEach(
        notice -> {
          a.tell(notice);
          await().untilAsserted(() -> assertThat(heard).contains(notice));
        });
    assertThat(heard).containsExactlyElementsOf(told);
  }

  @Test
  void whatNobodyUnderstandsIsIgnored() {
    try (Jedis client = server.client()) {
      client.publish(Keys.NOTICES, "z a notice of a later release");
      client.hset(Keys.DECISIONS, "bbb1", "cordoned");
      client.hset(Keys.DECISIONS, "bbb2", "cordoned gw1 yesterday");
    }

    assertThat(get(a.decisions())).isEmpty();
    a.tell(new Notice.Ending(ROOM));
    await().untilAsserted(() -> assertThat(heard).containsExactly(new Notice.Ending(ROOM)));
  }
}
