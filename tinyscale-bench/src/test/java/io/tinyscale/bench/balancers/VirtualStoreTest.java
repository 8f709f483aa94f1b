package io.tinyscale.bench.balancers;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.store.Claim;
import io.tinyscale.store.Peer;
import io.tinyscale.store.StoreKey;
import io.tinyscale.store.StoreView;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class VirtualStoreTest {

  private static final Duration TTL = Duration.ofMinutes(10);
  private static final StoreKey ROOM = StoreKey.of("room-1-1");

  private final VirtualTime time = new VirtualTime();
  private final VirtualStore store = new VirtualStore(time, TTL);

  private static Peer peer(String id) {
    return new Peer(id, "1", "test", 1, Instant.EPOCH, Map.of("bbb1", "digest"), Set.of());
  }

  private void pass(Duration pause) {
    time.runUntil(time.now() + pause.toNanos());
  }

  @Test
  void keepsAClaimForAllWhoCome() {
    assertThat(store.claim(ROOM, "bbb1", List.of())).isEqualTo(new Claim("bbb1", 1, "", false));
    assertThat(store.claim(ROOM, "bbb2", List.of("bbb3")))
        .isEqualTo(new Claim("bbb1", 2, "bbb1", false));
  }

  @Test
  void replacesAClaimForAServerThatIsGivenUp() {
    store.claim(ROOM, "bbb1", List.of());

    assertThat(store.claim(ROOM, "bbb2", List.of("bbb1")))
        .isEqualTo(new Claim("bbb2", 1, "bbb1", false));
  }

  @Test
  void movesAClaimThatOneCreateHasUsed() {
    store.claim(ROOM, "bbb1", List.of());

    assertThat(store.move(ROOM, "bbb3", "bbb2")).isFalse();
    assertThat(store.move(ROOM, "bbb1", "bbb2")).isTrue();
    assertThat(store.claim(ROOM, "bbb3", List.of()).server()).isEqualTo("bbb2");
    assertThat(store.move(ROOM, "bbb2", "bbb3")).isFalse();
  }

  @Test
  void forgetsAClaimSomeTimeAfterItsLastUse() {
    store.claim(ROOM, "bbb1", List.of());
    pass(TTL.minusSeconds(1));
    store.claim(ROOM, "bbb2", List.of());
    pass(TTL.minusSeconds(1));
    assertThat(store.claim(ROOM, "bbb2", List.of()).uses()).isEqualTo(3);

    pass(TTL);

    assertThat(store.move(ROOM, "bbb1", "bbb2")).isFalse();
    assertThat(store.claim(ROOM, "bbb2", List.of())).isEqualTo(new Claim("bbb2", 1, "", false));
  }

  @Test
  void isYoungForAllAfterALossUntilNoClaimIsMissing() {
    store.claim(ROOM, "bbb1", List.of());

    store.lose();

    assertThat(store.claim(ROOM, "bbb2", List.of())).isEqualTo(new Claim("bbb2", 1, "", true));
    assertThat(store.beat(peer("a")).young()).isTrue();
    pass(TTL);
    assertThat(store.claim(ROOM, "bbb1", List.of()).young()).isFalse();
    assertThat(store.beat(peer("a")).young()).isFalse();
  }

  @Test
  void forgetsBalancersThatTellNoMore() {
    store.beat(peer("a"));
    pass(Peer.FORGOTTEN.minusSeconds(1));
    assertThat(store.beat(peer("b")).others()).containsExactly(peer("a"));
    pass(Duration.ofSeconds(1));

    assertThat(store.beat(peer("c")).others()).containsExactly(peer("b"));
    store.leave(peer("b"));
    assertThat(store.beat(peer("c")).others()).isEmpty();
  }

  @Test
  void tellsWhatServersOfThePoolMayBringBack() {
    store.detached("bbb1", ROOM);
    store.detached("bbb2", ROOM);

    StoreView view = store.beat(peer("a"));

    assertThat(view.detached()).containsExactly(Map.entry("bbb1", Set.of(ROOM)));
    store.gone("bbb1", ROOM);
    assertThat(store.beat(peer("a")).detached()).isEmpty();
  }
}
