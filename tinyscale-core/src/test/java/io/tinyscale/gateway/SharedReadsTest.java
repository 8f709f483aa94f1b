package io.tinyscale.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.body.HeldBytes;
import io.tinyscale.call.Answer;
import io.tinyscale.call.Answers;
import io.tinyscale.observe.ReadSource;
import io.tinyscale.tenant.MeetingId;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class SharedReadsTest {

  private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 5);
  private final SharedReads reads =
      new SharedReads(Duration.ofSeconds(1), id -> id, now::get, new HeldBytes(0), this::note);
  private final List<ReadSource> sources = new ArrayList<>();
  private final AtomicInteger readings = new AtomicInteger();

  private void note(ReadSource source) {
    sources.add(source);
  }

  private SharedReads.Sharer reading(int bytes) {
    return () -> {
      readings.incrementAndGet();
      return CompletableFuture.completedStage(
          Answers.xml("x".repeat(bytes).getBytes(StandardCharsets.US_ASCII)));
    };
  }

  private static SharedReads.Key key(String parameters) {
    return new SharedReads.Key("tenant", "getMeetingInfo", parameters, new MeetingId("math"));
  }

  private int readingsOf(SharedReads.Key key) {
    int before = readings.get();
    reads.answer(key, reading(10));
    return readings.get() - before;
  }

  @Test
  void tellsWhereEachAnswerComesFrom() {
    CompletableFuture<Answer> slow = new CompletableFuture<>();
    reads.answer(key("a"), () -> slow);
    reads.answer(key("a"), reading(10));
    slow.complete(Answers.xml("x".getBytes(StandardCharsets.US_ASCII)));
    reads.answer(key("a"), reading(10));

    assertThat(sources).containsExactly(ReadSource.ASKED, ReadSource.COALESCED, ReadSource.REUSED);
  }

  @Test
  void keepsSmallAnswersForAWhile() {
    assertThat(readingsOf(key("a"))).isEqualTo(1);
    assertThat(readingsOf(key("a"))).isZero();

    now.addAndGet(Duration.ofSeconds(1).toNanos());

    assertThat(readingsOf(key("a"))).isEqualTo(1);
  }

  @Test
  void noCallJoinsAReadingThatBeganLongerBeforeItThanAnswersAreKept() {
    CompletableFuture<Answer> slow = new CompletableFuture<>();
    reads.answer(key("a"), () -> slow);
    now.addAndGet(Duration.ofSeconds(1).toNanos());
    assertThat(readingsOf(key("a"))).as("it joins").isZero();

    now.incrementAndGet();
    assertThat(readingsOf(key("a"))).isEqualTo(1);
    assertThat(readingsOf(key("a"))).as("the younger answer is kept").isZero();
    slow.complete(new Answer.Redirect("https://bbb.example.org", null, null));
    assertThat(readingsOf(key("a"))).as("also when the older one has come").isZero();
  }

  @Test
  void answersTakeABoundedAmountOfMemory() {
    for (int i = 0; i < 100; i++) {
      reads.answer(key("large" + i), reading(1 << 20));
    }

    assertThat(readingsOf(key("large0"))).as("the oldest").isEqualTo(1);
    assertThat(readingsOf(key("large99"))).as("the newest").isZero();
  }

  @Test
  void keysTakeABoundedAmountOfMemory() {
    String padding = "x".repeat(8000);
    for (int i = 0; i < 10_000; i++) {
      reads.answer(key(padding + i), reading(10));
    }

    assertThat(readingsOf(key(padding + 0))).as("the oldest").isEqualTo(1);
    assertThat(readingsOf(key(padding + 9_999))).as("the newest").isZero();
  }

  @Test
  void manySmallAnswersTakeABoundedAmountOfMemory() {
    for (int i = 0; i < 200_000; i++) {
      reads.answer(key("n" + i), reading(10));
    }

    assertThat(readingsOf(key("n0"))).isEqualTo(1);
  }

  @Test
  void callsWithHugeParametersAreNotShared() {
    SharedReads.Key endless = key("x".repeat(SharedReads.LONGEST_PARAMETERS + 1));

    assertThat(readingsOf(endless)).isEqualTo(1);
    assertThat(readingsOf(endless)).isEqualTo(1);
    assertThat(readingsOf(key("x".repeat(SharedReads.LONGEST_PARAMETERS)))).isEqualTo(1);
    assertThat(readingsOf(key("x".repeat(SharedReads.LONGEST_PARAMETERS)))).isZero();
  }
}
