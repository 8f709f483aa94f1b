package io.tinyscale.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.tinyscale.balancer.TestBalancer;
import io.tinyscale.body.Body;
import io.tinyscale.body.BodyCollector;
import io.tinyscale.body.HeldBytes;
import io.tinyscale.body.Pieces;
import io.tinyscale.call.Answer;
import io.tinyscale.call.Answers;
import io.tinyscale.server.Server;
import io.tinyscale.tenant.MeetingId;
import io.tinyscale.upstream.FakeServers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EqualReadsTest {

  private static final SharedReads.Key KEY =
      new SharedReads.Key("front", "getMeetingInfo", "meetingID=m1", new MeetingId("m1"));

  private long now;
  private final HeldBytes room = new HeldBytes(4 << 20);
  private final SharedReads reads =
      new SharedReads(Duration.ofMinutes(1), id -> id, () -> now, room, source -> {});
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

  // Streamed answers

  private static final Server SERVER = new FakeServers().add("A").server();
  private static final String PIECE = "x".repeat(100_000);

  private final Pieces pieces = new Pieces();

  private CompletableFuture<Answer> streamed() {
    return CompletableFuture.completedFuture(
        new Answer.Relay(SERVER, "", List.of(), pieces.body()));
  }

  @Test
  void aStreamedAnswerIsSharedAndKept() {
    CompletableFuture<Answer> first = ask(KEY, streamed());
    CompletableFuture<Answer> second = ask(KEY, answered("never asked"));
    for (int i = 0; i < 10; i++) {
      pieces.add(PIECE);
    }
    assertThat(first).isNotDone();
    assertThat(room.held()).isEqualTo(1_000_000);
    pieces.complete();

    assertThat(TestBalancer.text(first.join())).isEqualTo(PIECE.repeat(10));
    assertThat(TestBalancer.text(second.join())).isEqualTo(PIECE.repeat(10));
    assertThat(TestBalancer.text(ask(KEY, answered("never asked")).join()))
        .isEqualTo(PIECE.repeat(10));
    assertThat(asked).hasValue(1);
    assertThat(room.held()).isZero();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void anAnswerOver1MiBGoesToTheFirstCallerAlone(boolean announced) {
    CompletableFuture<Answer> first =
        ask(
            KEY,
            CompletableFuture.completedFuture(
                new Answer.Relay(
                    SERVER, "", List.of(), new Body(announced ? 1_200_000 : -1, pieces))));
    CompletableFuture<Answer> second = announced ? null : ask(KEY, answered("own"));
    for (int i = 0; i < 11; i++) {
      pieces.add(PIECE);
    }

    assertThat(first).as("handed on before its end").isDone();
    if (second != null) {
      assertThat(TestBalancer.text(second.join())).isEqualTo("own");
    }
    pieces.add(PIECE).complete();
    assertThat(TestBalancer.text(first.join())).isEqualTo(PIECE.repeat(12));
    assertThat(TestBalancer.text(ask(KEY, answered("own")).join())).isEqualTo("own");
    assertThat(room.held()).isZero();
  }

  @Test
  void aStreamedAnswerThatBreaksOffFailsForAll() {
    CompletableFuture<Answer> first = ask(KEY, streamed());
    CompletableFuture<Answer> second = ask(KEY, answered("never asked"));

    pieces.add(PIECE).fail(new IOException("broke off"));

    assertThat(TestBalancer.reply(first.join()).messageKey()).isEqualTo("internalError");
    assertThat(TestBalancer.reply(second.join()).messageKey()).isEqualTo("internalError");
    assertThat(TestBalancer.text(ask(KEY, answered("new")).join())).isEqualTo("new");
    assertThat(room.held()).isZero();
  }

  @Test
  void withoutRoomAStreamedAnswerIsNotShared() {
    room.take(4 << 20);
    CompletableFuture<Answer> first = ask(KEY, streamed());
    CompletableFuture<Answer> second = ask(KEY, answered("own"));

    pieces.add(PIECE);
    assertThat(TestBalancer.text(second.join())).isEqualTo("own");
    pieces.add(PIECE).complete();

    assertThat(TestBalancer.text(first.join())).isEqualTo(PIECE.repeat(2));
    assertThat(room.held()).isEqualTo(4 << 20);
  }

  @Test
  void anAnswerThatComesSlowlyKeepsNoCallerWaiting() {
    CompletableFuture<Answer> first = ask(KEY, streamed());
    CompletableFuture<Answer> second = ask(KEY, answered("its own"));
    pieces.add("a");
    now += Duration.ofSeconds(1).toNanos();
    pieces.add("b");
    assertThat(first).isNotDone();

    now++;
    pieces.add("c");

    assertThat(first).isDone();
    assertThat(TestBalancer.text(second.join())).isEqualTo("its own");
  }

  @Test
  void aFirstCallerThatLeavesFreesTheRoom() {
    CompletableFuture<Answer> first = ask(KEY, streamed());
    pieces.add(PIECE).complete();
    assertThat(room.held()).isEqualTo(100_000);

    BodyCollector.discard(first.join().body());

    assertThat(room.held()).isZero();
  }

  @Test
  void aStreamedAnswerOfNoUseToOthersIsNotGathered() {
    SharedReads keepingNothing =
        new SharedReads(Duration.ZERO, id -> id, () -> 0L, room, source -> {});

    CompletableFuture<Answer> first =
        keepingNothing.answer(KEY, this::streamed).toCompletableFuture();

    assertThat(first).isDone();
    assertThat(pieces.isTaken()).isFalse();
  }
}
