package io.tinyscale.body;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

class FetchedContentTest {

  /** Three pieces; the one after them ends the body, or fails if the test says so. */
  private static final class Numbers implements PieceSource {

    private int next;
    private int closed;
    private boolean failing;

    @Override
    public Optional<ByteBuffer> next() throws IOException {
      if (next == 3) {
        if (failing) {
          throw new IOException("disk");
        }
        return Optional.empty();
      }
      return Optional.of(ByteBuffer.wrap(new byte[] {(byte) next++}));
    }

    @Override
    public void close() {
      closed++;
    }
  }

  private static final class Reader implements Flow.Subscriber<ByteBuffer> {

    private final List<String> seen = new ArrayList<>();
    private Flow.Subscription subscription;
    private boolean greedy;

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
      this.subscription = subscription;
    }

    @Override
    public void onNext(ByteBuffer piece) {
      seen.add(Integer.toString(piece.get()));
      if (greedy) {
        subscription.request(1);
      }
    }

    @Override
    public void onError(Throwable cause) {
      seen.add(cause.getClass().getSimpleName());
    }

    @Override
    public void onComplete() {
      seen.add("end");
    }
  }

  private final Numbers source = new Numbers();
  private final Reader reader = new Reader();

  private void subscribe(Executor executor) {
    Body.fetched(3, source, executor).content().subscribe(reader);
  }

  @Test
  void fetchesOnlyWhatIsRequested() {
    subscribe(Runnable::run);
    assertThat(source.next).isZero();

    reader.subscription.request(2);
    assertThat(reader.seen).containsExactly("0", "1");
    assertThat(source.next).isEqualTo(2);

    reader.subscription.request(Long.MAX_VALUE);
    assertThat(reader.seen).containsExactly("0", "1", "2", "end");
    assertThat(source.closed).isOne();
  }

  @Test
  void aReaderMayRequestMoreWithinOnNext() {
    subscribe(Runnable::run);
    reader.greedy = true;

    reader.subscription.request(1);

    assertThat(reader.seen).containsExactly("0", "1", "2", "end");
  }

  @Test
  void cancellingClosesTheSourceOnce() {
    subscribe(Runnable::run);
    reader.subscription.request(1);

    reader.subscription.cancel();
    reader.subscription.cancel();
    reader.subscription.request(5);

    assertThat(reader.seen).containsExactly("0");
    assertThat(source.closed).isOne();
  }

  @Test
  void aFailureOfTheSourceReachesTheReader() {
    source.failing = true;
    subscribe(Runnable::run);

    reader.subscription.request(9);

    assertThat(reader.seen).containsExactly("0", "1", "2", "IOException");
    assertThat(source.closed).isOne();
  }

  @Test
  void demandMustBePositive() {
    subscribe(Runnable::run);

    reader.subscription.request(0);

    assertThat(reader.seen).containsExactly("IllegalArgumentException");
    assertThat(source.closed).isOne();
  }

  @Test
  void anExecutorThatRejectsTheTaskFailsTheBody() {
    subscribe(
        task -> {
          throw new RejectedExecutionException();
        });

    reader.subscription.request(1);
    reader.subscription.request(1);

    assertThat(reader.seen).containsExactly("IOException");
    assertThat(source.closed).isOne();
  }

  @Test
  void fetchesOnTheExecutorAlone() {
    Queue<Runnable> tasks = new ArrayDeque<>();
    subscribe(tasks::add);

    reader.subscription.request(1);
    reader.subscription.request(1);
    assertThat(reader.seen).isEmpty();
    assertThat(tasks).hasSize(1);
    tasks.remove().run();

    assertThat(reader.seen).containsExactly("0", "1");
  }

  @Test
  void isDeliveredOnce() {
    Body body = Body.fetched(3, source, Runnable::run);
    body.content().subscribe(new Reader());

    body.content().subscribe(reader);

    assertThat(reader.seen).containsExactly("IllegalStateException");
    assertThat(source.closed).isZero();
  }
}
