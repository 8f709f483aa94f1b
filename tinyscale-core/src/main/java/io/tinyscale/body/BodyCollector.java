package io.tinyscale.body;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
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
    return gathered(body, limit, null, null);
  }

  /**
   * Gathers a body within a bound that it shares with others. The memory is given back when the
   * body has been read, has failed, or was cancelled.
   *
   * @param limit bytes; a longer body fails
   * @param room what there is for this body and others; without room the body fails with a {@link
   *     NoRoomException}
   * @param caller ends the reading; the stage is not completed then
   */
  public static CompletionStage<byte[]> collect(
      Body body, int limit, HeldBytes room, Cancellation caller) {
    return gathered(body, limit, room, caller);
  }

  private static CompletionStage<byte[]> gathered(
      Body body, int limit, @Nullable HeldBytes room, @Nullable Cancellation caller) {
    if (body.length() > limit) {
      discard(body);
      return CompletableFuture.failedStage(new BodyTooLargeException(limit));
    }
    if (body.bytes().isPresent()) {
      return CompletableFuture.completedStage(body.bytes().get());
    }
    Collecting collecting = new Collecting(body.length(), limit, room);
    if (caller != null) {
      caller.onCancel(collecting::leave);
    }
    body.content().subscribe(collecting);
    return collecting.result;
  }

  /**
   * Reads a body to its end and keeps nothing of it.
   *
   * @param limit bytes; a longer body fails
   * @return done at the end; completed exceptionally with an {@link IOException} if the body fails
   *     or is too long
   */
  public static CompletionStage<Void> drain(Body body, long limit) {
    if (body.length() > limit) {
      discard(body);
      return CompletableFuture.failedStage(new BodyTooLargeException(limit));
    }
    if (body.bytes().isPresent()) {
      return CompletableFuture.completedStage(null);
    }
    Draining draining = new Draining(limit);
    body.content().subscribe(draining);
    return draining.result;
  }

  /** Throws a body away, so that what carries it can be let go. */
  public static void discard(Body body) {
    if (body.bytes().isEmpty()) {
      body.content().subscribe(new Unwanted());
    }
  }

  private static final class Collecting implements Flow.Subscriber<ByteBuffer> {

    private static final byte[] NOTHING = {};
    private static final int FIRST = 1 << 10;

    private final CompletableFuture<byte[]> result = new CompletableFuture<>();

    /** What the buffer never grows beyond. */
    private final int most;

    private final int limit;
    private final @Nullable HeldBytes room;

    // All below is guarded by this.
    private byte[] bytes = NOTHING;
    private int size;
    private boolean over;
    private Flow.@Nullable Subscription subscription;

    Collecting(long length, int limit, @Nullable HeldBytes room) {
      this.most = length < 0 ? limit : (int) length;
      this.limit = limit;
      this.room = room;
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
      boolean unwanted;
      synchronized (this) {
        this.subscription = subscription;
        unwanted = over;
      }
      if (unwanted) {
        subscription.cancel();
      } else {
        subscription.request(1);
      }
    }

    @Override
    public void onNext(ByteBuffer piece) {
      Flow.Subscription source;
      IOException failure;
      synchronized (this) {
        source = subscription;
        if (over || source == null) {
          return;
        }
        failure = add(piece);
      }
      if (failure == null) {
        source.request(1);
      } else {
        source.cancel();
        release();
        result.completeExceptionally(failure);
      }
    }

    private @Nullable IOException add(ByteBuffer piece) {
      long needed = (long) size + piece.remaining();
      if (needed > limit) {
        return new BodyTooLargeException(limit);
      }
      if (needed > bytes.length) {
        int larger = (int) Math.max(needed, Math.min(most, Math.max(FIRST, 2L * bytes.length)));
        // Both arrays exist while the one is copied to the other.
        if (room != null && !room.take(larger)) {
          return new NoRoomException();
        }
        int former = bytes.length;
        bytes = Arrays.copyOf(bytes, larger);
        giveBack(former);
      }
      piece.get(bytes, size, piece.remaining());
      size = (int) needed;
      return null;
    }

    @Override
    public void onError(Throwable cause) {
      release();
      result.completeExceptionally(cause);
    }

    @Override
    public void onComplete() {
      byte[] whole;
      synchronized (this) {
        whole = size == bytes.length ? bytes : Arrays.copyOf(bytes, size);
      }
      release();
      result.complete(whole);
    }

    /** Nobody waits for the bytes any more. */
    void leave() {
      Flow.Subscription source;
      synchronized (this) {
        source = subscription;
      }
      release();
      if (source != null) {
        source.cancel();
      }
    }

    private void release() {
      int held;
      synchronized (this) {
        over = true;
        held = bytes.length;
        bytes = NOTHING;
        size = 0;
      }
      giveBack(held);
    }

    private void giveBack(int held) {
      if (room != null) {
        room.giveBack(held);
      }
    }
  }

  private static final class Draining implements Flow.Subscriber<ByteBuffer> {

    private final CompletableFuture<Void> result = new CompletableFuture<>();
    private final long limit;
    private long size;
    private Flow.@Nullable Subscription subscription;

    Draining(long limit) {
      this.limit = limit;
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
      this.subscription = subscription;
      subscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(ByteBuffer piece) {
      size += piece.remaining();
      Flow.Subscription source = subscription;
      if (size > limit && source != null) {
        source.cancel();
        result.completeExceptionally(new BodyTooLargeException(limit));
      }
    }

    @Override
    public void onError(Throwable cause) {
      result.completeExceptionally(cause);
    }

    @Override
    public void onComplete() {
      result.complete(null);
    }
  }

  /** Cancels at once. */
  private static final class Unwanted implements Flow.Subscriber<ByteBuffer> {

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
      subscription.cancel();
    }

    @Override
    public void onNext(ByteBuffer piece) {}

    @Override
    public void onError(Throwable cause) {}

    @Override
    public void onComplete() {}
  }
}
