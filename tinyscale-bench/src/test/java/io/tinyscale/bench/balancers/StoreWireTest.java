package io.tinyscale.bench.balancers;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.bench.placement.Dice;
import io.tinyscale.store.Claim;
import io.tinyscale.store.Notice;
import io.tinyscale.store.SharedStore;
import io.tinyscale.store.StoreKey;
import io.tinyscale.store.StoreSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class StoreWireTest {

  private static final StoreSettings SETTINGS = StoreSettings.defaults();
  private static final StoreKey ROOM = StoreKey.of("room-1-1");

  private final VirtualTime time = new VirtualTime();
  private final VirtualStore store = new VirtualStore(time, SETTINGS.ttl());
  private final StoreWire wire = wire("balancer1");
  private final List<Notice> heard = new ArrayList<>();
  private final SharedStore connection = wire.open(SETTINGS, heard::add);

  private StoreWire wire(String name) {
    Dice dice = new Dice(1, name);
    Journal journal = new Journal(time, null, line -> {});
    return new StoreWire(
        new BalancerProcess(name, time, dice, journal), store, time, dice, false, key -> null);
  }

  private CompletableFuture<Claim> claim() {
    return connection.claim(ROOM, "bbb1", List.of()).toCompletableFuture();
  }

  private void pass(Duration pause) {
    time.runUntil(time.now() + pause.toNanos());
  }

  @Test
  void answersAfterAMoment() {
    CompletableFuture<Claim> claim = claim();

    assertThat(claim).isNotDone();
    pass(Duration.ofMillis(10));
    assertThat(claim).isCompletedWithValue(new Claim("bbb1", 1, "", false));
  }

  @Test
  void tellsOfACutAtOnceOrNever() {
    wire.cut(Duration.ofSeconds(5).toNanos(), true);
    CompletableFuture<Claim> refused = claim();
    pass(Duration.ofMillis(10));
    assertThat(refused).isCompletedExceptionally();

    wire.cut(Duration.ofSeconds(5).toNanos(), false);
    CompletableFuture<Claim> silent = claim();
    pass(Duration.ofMillis(10));
    assertThat(silent).isNotDone();
    pass(SETTINGS.timeout());
    assertThat(silent).isCompletedExceptionally();

    pass(Duration.ofSeconds(5));
    CompletableFuture<Claim> answered = claim();
    pass(Duration.ofMillis(10));
    assertThat(answered).isCompletedWithValue(new Claim("bbb1", 1, "", false));
  }

  @Test
  void whatHasNoAnswerMayHaveHappened() {
    CompletableFuture<Claim> claim = claim();

    wire.cut(Duration.ofSeconds(1).toNanos(), false);
    pass(SETTINGS.timeout());

    assertThat(claim).isCompletedExceptionally();
    assertThat(store.claim(ROOM, "bbb2", List.of()).server()).isEqualTo("bbb1");
  }

  @Test
  void noticesReachAllWhoseWireIsWhole() {
    List<Notice> elsewhere = new ArrayList<>();
    wire("balancer2").open(SETTINGS, elsewhere::add);
    Notice first = new Notice.Made(ROOM, "bbb1");
    Notice second = new Notice.Ending(ROOM);

    connection.tell(first);
    pass(Duration.ofMillis(10));
    wire.cut(Duration.ofSeconds(1).toNanos(), true);
    store.tell(second);
    // A connection that has broken does not stand again at once.
    pass(Duration.ofMillis(1500));
    store.tell(second);
    pass(Duration.ofSeconds(5));

    assertThat(heard).containsExactly(first);
    assertThat(elsewhere).containsExactly(first, second, second);
    store.tell(second);
    pass(Duration.ofMillis(10));
    assertThat(heard).containsExactly(first, second);
  }
}
