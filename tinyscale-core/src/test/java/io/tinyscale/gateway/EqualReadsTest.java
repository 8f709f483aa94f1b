package io.tinyscale.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.balancer.TestBalancer;
import io.tinyscale.call.Answer;
import io.tinyscale.call.Answers;
import io.tinyscale.tenant.MeetingId;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EqualReadsTest {

  private static final SharedReads.Key KEY =
      new SharedReads.Key("front", "getMeetingInfo", "meetingID=m1", new MeetingId("m1"));

  private final SharedReads reads = new SharedReads(Duration.ofMinutes(1), id -> id, () -> 0L);
  private final AtomicInteger asked = new AtomicInteger();

  private CompletableFuture<Answer> ask(SharedReads.Key key, CompletableFuture<Answer> answer) {
    return reads
        .answer(
            key,
            () -> {
              asked.incrementAndGet();
              return answer;
            })
        .toCompletableFuture();
  }

  private static CompletableFuture<Answer> answered(String text) {
    return CompletableFuture.completedFuture(Answers.xml(text.getBytes(StandardCharsets.UTF_8)));
  }

  @ParameterizedTest
  @CsvSource({
    "other, getMeetingInfo, meetingID=m1",
    "front, isMeetingRunning, meetingID=m1",
    "front, getMeetingInfo, meetingID=m1&x=y"
  })
  void readsDifferByTenantCallAndParameters(String tenant, String call, String parameters) {
    SharedReads.Key other = new SharedReads.Key(tenant, call, parameters, new MeetingId("m1"));
    CompletableFuture<Answer> pending = new CompletableFuture<>();

    CompletableFuture<Answer> first = ask(KEY, pending);
    CompletableFuture<Answer> second = ask(other, answered("second"));
    pending.complete(answered("first").join());
    CompletableFuture<Answer> third = ask(other, answered("never asked"));

    assertThat(TestBalancer.text(first.join())).isEqualTo("first");
    assertThat(TestBalancer.text(second.join())).isEqualTo("second");
    assertThat(TestBalancer.text(third.join())).isEqualTo("second");
    assertThat(asked).hasValue(2);
  }

  @Test
  void anAnswerVoidedInFlightIsNotShared() {
    CompletableFuture<Answer> pending = new CompletableFuture<>();
    CompletableFuture<Answer> before = ask(KEY, pending);

    reads.invalidate(new MeetingId("m1"));
    CompletableFuture<Answer> after = ask(KEY, answered("new"));
    pending.complete(answered("old").join());

    assertThat(TestBalancer.text(before.join())).isEqualTo("old");
    assertThat(TestBalancer.text(after.join())).isEqualTo("new");
    assertThat(TestBalancer.text(ask(KEY, answered("never asked")).join())).isEqualTo("new");
  }
}
