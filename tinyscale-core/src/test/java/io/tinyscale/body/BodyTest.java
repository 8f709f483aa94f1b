package io.tinyscale.body;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;

class BodyTest {

  private static CompletableFuture<byte[]> collect(Body body, int limit) {
    return BodyCollector.collect(body, limit).toCompletableFuture();
  }

  @Test
  void aBodyInMemoryTellsItsBytesAndLength() {
    Body body = Body.of("café");

    assertThat(body.length()).isEqualTo(5);
    assertThat(new String(body.bytes().orElseThrow(), StandardCharsets.UTF_8)).isEqualTo("café");
    assertThat(Body.EMPTY.isEmpty()).isTrue();
    assertThat(new Pieces().body().isEmpty()).isFalse();
  }

  @Test
  void aLengthBelowUnknownIsRefused() {
    assertThatIllegalArgumentException().isThrownBy(() -> new Body(-2, new Pieces()));
  }

  @Test
  void gathersPieces() {
    Pieces pieces = new Pieces();
    CompletableFuture<byte[]> bytes = collect(pieces.body(), 6);

    pieces.add("abc").add("def");
    assertThat(bytes).isNotDone();
    pieces.complete();

    assertThat(bytes.join()).asString().isEqualTo("abcdef");
    assertThat(pieces.demand()).isOne();
  }

  @Test
  void gathersABodyInMemoryThroughAnObserver() {
    List<String> seen = new ArrayList<>();

    Body observed =
        Body.of("abc")
            .observed(
                new BodyObserver() {
                  @Override
                  public void subscribed() {
                    seen.add("taken");
                  }

                  @Override
                  public void ended() {
                    seen.add("ended");
                  }
                });

    assertThat(collect(observed, 3).join()).asString().isEqualTo("abc");
    assertThat(seen).containsExactly("taken", "ended");
  }

  @Test
  void givesUpABodyThatIsTooLong() {
    Pieces pieces = new Pieces();
    CompletableFuture<byte[]> bytes = collect(pieces.body(), 5);

    pieces.add("abc").add("def");

    assertThat(pieces.isCancelled()).isTrue();
    assertThat(bytes)
        .isCompletedExceptionally()
        .failsWithin(Duration.ZERO)
        .withThrowableOfType(ExecutionException.class)
        .withCauseInstanceOf(BodyTooLargeException.class);
  }

  @Test
  void doesNotReadABodyThatAnnouncesTooMuch() {
    Pieces pieces = new Pieces();

    CompletableFuture<byte[]> bytes = collect(new Body(6, pieces), 5);

    assertThat(bytes).isCompletedExceptionally();
    assertThat(pieces.isCancelled()).isTrue();
    assertThat(pieces.demand()).isZero();
  }

  @Test
  void tellsThatABodyFailed() {
    List<Throwable> seen = new ArrayList<>();
    Pieces pieces = new Pieces();
    IOException broken = new IOException("broken");
    CompletableFuture<byte[]> bytes =
        collect(
            pieces
                .body()
                .observed(
                    new BodyObserver() {
                      @Override
                      public void failed(Throwable cause) {
                        seen.add(cause);
                      }
                    }),
            10);

    pieces.add("abc").fail(broken);

    assertThat(bytes).isCompletedExceptionally();
    assertThat(seen).containsExactly(broken);
  }

  @Test
  void discardsAnUnwantedBody() {
    Pieces pieces = new Pieces();

    BodyCollector.discard(pieces.body());

    assertThat(pieces.isCancelled()).isTrue();
  }

  @Test
  void everySubscriberGetsItsOwnViewOfBytesInMemory() {
    Body body = Body.of("abc");
    List<ByteBuffer> seen = new ArrayList<>();

    for (int i = 0; i < 2; i++) {
      collect(new Body(-1, subscriber -> body.content().subscribe(subscriber)), 3)
          .thenAccept(bytes -> seen.add(ByteBuffer.wrap(bytes)));
    }

    assertThat(seen).hasSize(2).allMatch(bytes -> bytes.remaining() == 3);
  }

  @Test
  void headerNamesIgnoreCase() {
    assertThat(new Header("content-TYPE", "x").is("Content-Type")).isTrue();
    assertThat(new Header("Content-Type2", "x").is("Content-Type")).isFalse();
  }
}
