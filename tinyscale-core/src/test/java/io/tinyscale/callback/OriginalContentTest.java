package io.tinyscale.callback;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tinyscale.bbb.CallbackKind;
import io.tinyscale.body.Body;
import io.tinyscale.body.BodyCollector;
import io.tinyscale.body.Pieces;
import io.tinyscale.observe.GatewayObserver;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Flow;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A streamed answer in which the relay's URLs become the originals. */
class OriginalContentTest {

  private static final String URL = "https://a.example.org/x";
  private static final String RELAYED =
      FakeRelay.callbackUrl("house", CallbackKind.RECORDING_READY, 7, URL);

  private final RelayedUrls urls = new RelayedUrls(new FakeRelay(), GatewayObserver.NONE, () -> 0L);
  private final List<String> signals = new ArrayList<>();

  private Flow.Subscription reading(Pieces pieces) {
    List<Flow.Subscription> subscriptions = new ArrayList<>();
    urls.inAnswer(pieces.body())
        .content()
        .subscribe(
            new Flow.Subscriber<>() {
              @Override
              public void onSubscribe(Flow.Subscription subscription) {
                subscriptions.add(subscription);
              }

              @Override
              public void onNext(ByteBuffer piece) {
                signals.add(UTF_8.decode(piece).toString());
              }

              @Override
              public void onError(Throwable cause) {
                signals.add("failed: " + cause.getMessage());
              }

              @Override
              public void onComplete() {
                signals.add("complete");
              }
            });
    return subscriptions.get(0);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 7, 64, 1000})
  void replacesUrlsInPiecesOfAnySize(int size) {
    Pieces pieces = Pieces.of(("<a>" + RELAYED + "</a><b>" + RELAYED).getBytes(UTF_8), size);

    Body edited = urls.inAnswer(pieces.body());

    assertThat(edited.length()).isEqualTo(-1);
    assertThat(BodyCollector.collect(edited, 1000).toCompletableFuture().join())
        .asString(UTF_8)
        .isEqualTo("<a>" + URL + "</a><b>" + URL);
  }

  @Test
  void aPieceThatIsHeldBackIsMadeUpForByTheNext() {
    Pieces pieces = new Pieces();
    Flow.Subscription reader = reading(pieces);
    reader.request(1);

    pieces.add(RELAYED.substring(0, 40));
    assertThat(signals).isEmpty();
    assertThat(pieces.demand()).isEqualTo(1);
    pieces.add(RELAYED.substring(40) + "<");

    assertThat(signals).containsExactly(URL + "<");
    assertThat(pieces.demand()).isZero();
  }

  @Test
  void whatIsHeldBackAtTheEndComesOnceItIsWanted() {
    Pieces pieces = new Pieces();
    Flow.Subscription reader = reading(pieces);
    reader.request(1);
    pieces.add("<a>" + RELAYED);
    assertThat(signals).containsExactly("<a>");
    pieces.complete();
    assertThat(signals).containsExactly("<a>");

    reader.request(1);
    reader.request(1);

    assertThat(signals).containsExactly("<a>", URL, "complete");
  }

  @Test
  void whatIsWantedAlreadyComesWithTheEnd() {
    Pieces pieces = new Pieces();
    reading(pieces).request(Long.MAX_VALUE);
    pieces.add(RELAYED);
    pieces.complete();

    assertThat(signals).containsExactly(URL, "complete");
  }

  @Test
  void aFailureComesAtOnceAndNothingAfterIt() {
    Pieces pieces = new Pieces();
    Flow.Subscription reader = reading(pieces);
    reader.request(2);
    pieces.add("<a>" + RELAYED);
    pieces.fail(new IOException("reset"));
    reader.request(1);

    assertThat(signals).containsExactly("<a>", "failed: reset");
    assertThatThrownBy(
            () ->
                BodyCollector.collect(urls.inAnswer(failing()), 1000).toCompletableFuture().join())
        .hasRootCauseMessage("reset");
  }

  private static Body failing() {
    Pieces pieces = new Pieces();
    pieces.add(RELAYED);
    pieces.fail(new IOException("reset"));
    return pieces.body();
  }

  @Test
  void aReaderThatLeavesCancelsTheAnswer() {
    Pieces pieces = new Pieces();
    Flow.Subscription reader = reading(pieces);
    reader.request(1);
    pieces.add(RELAYED);

    reader.cancel();

    assertThat(pieces.isCancelled()).isTrue();
    assertThat(signals).isEmpty();
  }

  @Test
  void readsPiecesOfAnyKindOfMemory() {
    Pieces pieces = new Pieces();
    reading(pieces).request(Long.MAX_VALUE);
    ByteBuffer direct = ByteBuffer.allocateDirect(1000).put(RELAYED.getBytes(UTF_8)).flip();
    byte[] more = ("--- " + RELAYED + "!").getBytes(UTF_8);
    pieces.add(direct);
    pieces.add(ByteBuffer.wrap(more, 3, more.length - 3).slice().asReadOnlyBuffer());
    pieces.complete();

    assertThat(String.join("", signals)).isEqualTo(URL + " " + URL + "!complete");
  }
}
