package io.tinyscale.body;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/** Gathers a body that is expected to be small, or throws one away. */
public final class BodyCollector {

  private BodyCollector() {}

  /**
   * Gathers a body.
   *
   * @param limit bytes; a longer body fails
   * @return its bytes; completed exceptionally with an {@link IOException} if it fails or is too
   *     long
   */
  public static CompletionStage<byte[]> collect(Body body, int limit) {
    if (body.length() > limit) {
      discard(body);
      return CompletableFuture.failedStage(tooLong(limit));
    }
    if (body.bytes().isPresent()) {
      return CompletableFuture.completedStage(body.bytes().get());
    }
    Collecting collecting = new Collecting(limit);
    body.content().subscribe(collecting);
    return collecting.result;
  }

  /** Throws a body away, so that what carries it can be let go. */
  public static void discard(Body body) {
    if (body.bytes().isPresent()) {
      return;
    }
    Collecting collecting = new Collecting(0);
    collecting.result.completeExceptionally(new IOException("not wanted"));
    body.content().subscribe(collecting);
  }

  private static IOException tooLong(int limit) {
    return new BodyTooLargeException(limit);
  }

  private static final class Collecting implements Flow.Subscriber<ByteBuffer> {

    private final CompletableFuture<byte[]> result = new CompletableFuture<>();
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final int limit;
    private Flow.@Nullable Subscription subscription;

    Collecting(int limit) {
      this.limit = limit;
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
      this.subscription = subscription;
      if (result.isDone()) {
        subscription.cancel();
      } else {
        subscription.request(1);
      }
    }

    @Override
    public void onNext(ByteBuffer piece) {
      Flow.Subscription running = subscription;
      if (running == null || result.isDone()) {
        return;
      }
      if (bytes.size() + piece.remaining() > limit) {
        running.cancel();
        result.completeExceptionally(tooLong(limit));
        return;
      }
      byte[] copy = new byte[piece.remaining()];
      piece.get(copy);
      bytes.writeBytes(copy);
      running.request(1);
    }

    @Override
    public void onError(Throwable cause) {
      result.completeExceptionally(cause);
    }

    @Override
    public void onComplete() {
      result.complete(bytes.toByteArray());
    }
  }
}
