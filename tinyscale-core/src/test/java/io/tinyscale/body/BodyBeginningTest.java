package io.tinyscale.body;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class BodyBeginningTest {

  private final Pieces pieces = new Pieces();
  private final Cancellation caller = new Cancellation();

  private CompletableFuture<BodyBeginning> read(int limit, BodyBeginning.Enough enough) {
    return BodyBeginning.read(pieces.body(), limit, enough, caller).toCompletableFuture();
  }

  private CompletableFuture<BodyBeginning> read(int limit) {
    return read(limit, BodyBeginning.Enough.NEVER);
  }

  private static String text(BodyBeginning beginning) {
    return StandardCharsets.UTF_8.decode(beginning.bytes().duplicate()).toString();
  }

  private static CompletableFuture<byte[]> rest(BodyBeginning beginning) {
    return BodyCollector.collect(beginning.body(), 100).toCompletableFuture();
  }

  @Test
  void readsUpToTheLimitAndHandsOverTheWholeBody() {
    CompletableFuture<BodyBeginning> read = read(5);

    pieces.add("abc");
    assertThat(read).isNotDone();
    pieces.add("def");
    assertThat(pieces.demand()).as("asks for no more by itself").isZero();
    CompletableFuture<byte[]> whole = rest(read.join());
    pieces.add("ghi").complete();

    assertThat(text(read.join())).isEqualTo("abcdef");
    assertThat(read.join().body().length()).isEqualTo(-1);
    assertThat(whole.join()).asString().isEqualTo("abcdefghi");
  }

  @Test
  void readsNoFurtherThanIsEnough() {
    List<String> asked = new ArrayList<>();
    CompletableFuture<BodyBeginning> read =
        read(
            100,
            (bytes, from, to, seen) -> {
              asked.add(new String(bytes, from, to - from, StandardCharsets.UTF_8) + seen);
              return to - from > 3;
            });

    pieces.add("ab").add("cd");

    assertThat(asked).containsExactly("ab0", "abcd2");
    assertThat(text(read.join())).isEqualTo("abcd");
  }

  @Test
  void aBodyThatEndsBeforeIsInMemory() {
    CompletableFuture<BodyBeginning> read = read(100);

    pieces.add("abc").add("de").complete();

    assertThat(read.join().body().bytes().map(String::new)).contains("abcde");
    assertThat(read.join().body().length()).isEqualTo(5);
  }

  @Test
  void leavesTheArraysOfThePiecesAlone() {
    byte[] shared = "abcdefgh".getBytes(StandardCharsets.UTF_8);
    CompletableFuture<BodyBeginning> read = read(100);

    pieces.add(ByteBuffer.wrap(shared, 0, 2)).add("xy").add(ByteBuffer.wrap(shared, 2, 6));
    pieces.complete();

    assertThat(text(read.join())).isEqualTo("abxycdefgh");
    assertThat(shared).asString().isEqualTo("abcdefgh");
  }

  @Test
  void takesPiecesWithoutAnArray() {
    CompletableFuture<BodyBeginning> read = read(2);
    ByteBuffer direct = ByteBuffer.allocateDirect(3);
    direct.put("abc".getBytes(StandardCharsets.UTF_8)).flip();

    pieces.add(direct);

    assertThat(text(read.join())).isEqualTo("abc");
  }

  @Test
  void failsIfTheBodyFailsBefore() {
    CompletableFuture<BodyBeginning> read = read(100);

    pieces.add("abc").fail(new IOException("broke off"));

    assertThatThrownBy(read::join).hasRootCauseMessage("broke off");
  }

  @Test
  void failsTheReaderAtOnceIfTheBodyFailsAfterwards() {
    CompletableFuture<BodyBeginning> read = read(3);
    pieces.add("abc").fail(new IOException("broke off"));

    assertThatThrownBy(() -> rest(read.join()).join()).hasRootCauseMessage("broke off");
  }

  @Test
  void endsWithItsCaller() {
    CompletableFuture<BodyBeginning> read = read(100);
    pieces.add("abc");

    caller.cancel();

    assertThat(read).isCompletedExceptionally();
    assertThat(pieces.isCancelled()).isTrue();
  }

  @Test
  void leavesABegunBodyToItsReader() {
    CompletableFuture<BodyBeginning> read = read(3);
    pieces.add("abc");

    caller.cancel();
    assertThat(pieces.isCancelled()).isFalse();
    BodyCollector.discard(read.join().body());

    assertThat(pieces.isCancelled()).isTrue();
  }
}
