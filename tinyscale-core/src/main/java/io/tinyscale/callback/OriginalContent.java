package io.tinyscale.callback;

import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A document with the original URLs in place of a relay's. A piece that is held back whole is made
 * up for by the next one; what is held back at the end is one more piece.
 *
 * @param filters makes a filter for one delivery
 */
record OriginalContent(Flow.Publisher<ByteBuffer> content, Supplier<UrlFilter> filters)
    implements Flow.Publisher<ByteBuffer> {

  private static final byte[] NOTHING = new byte[0];

  @Override
  public void subscribe(Flow.Subscriber<? super ByteBuffer> subscriber) {
    content.subscribe(new Delivery(Objects.requireNonNull(subscriber), filters.get()));
  }

  private static final class Delivery implements Flow.Subscriber<ByteBuffer>, Flow.Subscription {

    private final Flow.Subscriber<? super ByteBuffer> subscriber;
    private final UrlFilter filter;
    private final AtomicLong demand = new AtomicLong();
    private final AtomicBoolean ended = new AtomicBoolean();
    private volatile Flow.@Nullable Subscription subscription;

    /** What is left after the last piece has come; set once. */
    private volatile @Nullable ByteBuffer rest;

    Delivery(Flow.Subscriber<? super ByteBuffer> subscriber, UrlFilter filter) {
      this.subscriber = subscriber;
      this.filter = filter;
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
      this.subscription = subscription;
      subscriber.onSubscribe(this);
    }

    @Override
    public void onNext(ByteBuffer piece) {
      ByteBuffer edited;
      if (piece.hasArray()) {
        int from = piece.arrayOffset() + piece.position();
        edited = filter.next(piece.array(), from, from + piece.remaining());
      } else {
        byte[] copy = new byte[piece.remaining()];
        piece.get(copy);
        edited = filter.next(copy, 0, copy.length);
      }
      if (edited.hasRemaining()) {
        demand.updateAndGet(wanted -> wanted == Long.MAX_VALUE ? wanted : wanted - 1);
        subscriber.onNext(edited);
      } else {
        upstream().request(1);
      }
    }

    @Override
    public void onError(Throwable cause) {
      if (ended.compareAndSet(false, true)) {
        subscriber.onError(cause);
      }
    }

    @Override
    public void onComplete() {
      ByteBuffer left = filter.last(NOTHING, 0, 0);
      if (left.hasRemaining()) {
        rest = left;
        deliverRest();
      } else if (ended.compareAndSet(false, true)) {
        subscriber.onComplete();
      }
    }

    /** As soon as the rest is there and wanted, whichever comes last. */
    private void deliverRest() {
      ByteBuffer left = rest;
      if (left != null && demand.get() > 0 && ended.compareAndSet(false, true)) {
        subscriber.onNext(left);
        subscriber.onComplete();
      }
    }

    @Override
    public void request(long n) {
      if (n > 0) {
        demand.accumulateAndGet(n, (old, more) -> old + more < 0 ? Long.MAX_VALUE : old + more);
        upstream().request(n);
        deliverRest();
      } else if (rest == null) {
        // The publisher behind says what is wrong with it.
        upstream().request(n);
      } else if (ended.compareAndSet(false, true)) {
        subscriber.onError(new IllegalArgumentException("demand must be positive: " + n));
      }
    }

    @Override
    public void cancel() {
      ended.set(true);
      upstream().cancel();
    }

    private Flow.Subscription upstream() {
      Flow.Subscription known = subscription;
      if (known == null) {
        throw new IllegalStateException("there is no subscription yet");
      }
      return known;
    }
  }
}
