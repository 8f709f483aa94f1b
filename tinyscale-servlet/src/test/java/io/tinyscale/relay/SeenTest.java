package io.tinyscale.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class SeenTest {

  private static final Duration MINUTE = Duration.ofMinutes(1);

  private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5);
  private final Seen seen = new Seen(3, now::get);
  private final AtomicInteger done = new AtomicInteger();

  private boolean once(String... key) {
    return seen.once(MINUTE, () -> result(true), key).toCompletableFuture().join();
  }

  private CompletionStage<Boolean> result(boolean worked) {
    done.incrementAndGet();
    return CompletableFuture.completedFuture(worked);
  }

  @Test
  void doesTheSameThingOnce() {
    assertThat(once("a", "b")).isTrue();
    assertThat(once("a", "b")).isTrue();

    assertThat(done).hasValue(1);
  }

  @Test
  void tellsKeysApart() {
    once("a", "b");
    once("ab", "");
    once("a", "c");

    assertThat(done).hasValue(3);
  }

  @Test
  void doesItAgainAfterItsTime() {
    once("a");
    now.addAndGet(MINUTE.toNanos() - 1);
    once("a");
    assertThat(done).hasValue(1);

    now.addAndGet(1);
    once("a");
    assertThat(done).hasValue(2);
  }

  @Test
  void doesAgainWhatFailed() {
    assertThat(seen.once(MINUTE, () -> result(false), "a").toCompletableFuture().join()).isFalse();
    assertThat(once("a")).isTrue();
    assertThat(done).hasValue(2);
  }

  @Test
  void doesAgainWhatThrew() {
    CompletionStage<Boolean> thrown =
        seen.once(
            MINUTE,
            () -> {
              throw new IllegalStateException("a mistake");
            },
            "a");

    assertThat(thrown.toCompletableFuture().join()).isFalse();
    assertThat(once("a")).isTrue();
  }

  @Test
  void waitsForTheSameThingThatIsUnderWay() {
    CompletableFuture<Boolean> underWay = new CompletableFuture<>();
    seen.once(MINUTE, () -> underWay, "a");
    CompletableFuture<Boolean> second =
        seen.once(MINUTE, () -> result(true), "a").toCompletableFuture();
    assertThat(second).isNotDone();

    underWay.complete(true);

    assertThat(second).isCompletedWithValue(true);
    assertThat(done).hasValue(0);
  }

  private boolean onceOfTwo(String same) {
    return seen.onceOfFew(2, same, MINUTE, () -> result(true), "a").toCompletableFuture().join();
  }

  @Test
  void doesNotMoreThanAFew() {
    assertThat(onceOfTwo("x")).isTrue();
    assertThat(onceOfTwo("y")).isTrue();
    assertThat(onceOfTwo("z")).isFalse();
    assertThat(onceOfTwo("x")).isTrue();
    assertThat(onceOfTwo("y")).isTrue();
    assertThat(once("b")).as("another key").isTrue();

    assertThat(done).hasValue(3);
  }

  @Test
  void doesAnotherWhenTheFirstOfAFewHasHadItsTime() {
    onceOfTwo("x");
    now.addAndGet(MINUTE.toNanos() / 2);
    onceOfTwo("y");
    now.addAndGet(MINUTE.toNanos() / 2);

    assertThat(onceOfTwo("y")).isTrue();
    assertThat(done).hasValue(2);
    assertThat(onceOfTwo("z")).isTrue();
    assertThat(onceOfTwo("x")).isFalse();
    assertThat(done).hasValue(3);
  }

  @Test
  void workInVainIsNoneOfTheFew() {
    seen.onceOfFew(1, "x", MINUTE, () -> result(false), "a");

    assertThat(seen.onceOfFew(1, "y", MINUTE, () -> result(true), "a").toCompletableFuture())
        .isCompletedWithValue(true);
  }

  @Test
  void forgetsTheOldest() {
    once("a");
    once("b");
    once("c");
    once("d");

    once("b");
    assertThat(done).hasValue(4);
    once("a");
    assertThat(done).hasValue(5);
  }
}
