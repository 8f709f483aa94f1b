package io.tinyscale.body;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/** Fetches the pieces of a body on an executor, as many as its one subscriber has asked for. */
final class FetchedContent implements Flow.Publisher<ByteBuffer> {

  private static final Flow.Subscription NOTHING =
      new Flow.Subscription() {
        @Override
        public void request(long n) {}

        @Override
        public void cancel() {}
      };

  private final PieceSource source;
  private final Executor executor;
  private final AtomicBoolean taken = new AtomicBoolean();

  FetchedContent(PieceSource source, Executor executor) {
    this.source = source;
    this.executor = executor;
  }

  @Override
  public void subscribe(Flow.Subscriber<? super ByteBuffer> subscriber) {
    if (!taken.compareAndSet(false, true)) {
      subscriber.onSubscribe(NOTHING);
      subscriber.onError(new IllegalStateException("a body is delivered once"));
      return;
    }
    Delivery delivery = new Delivery(subscriber);
    subscriber.onSubscribe(delivery);
    delivery.begin();
  }

  private final class Delivery implements Flow.Subscription {

    private final Flow.Subscriber<? super ByteBuffer> subscriber;
    private final AtomicLong demand = new AtomicLong();
    private final SerialLoop loop = new SerialLoop(this::step, executor);

    /** Pieces that a subscriber asks for while it hears of its subscription come after that. */
    private volatile boolean begun;

    private volatile boolean cancelled;
    private volatile boolean misused;

    /** Only steps touch it. */
    private boolean over;

    Delivery(Flow.Subscriber<? super ByteBuffer> subscriber) {
      this.subscriber = subscriber;
    }

    void begin() {
      begun = true;
      signal();
    }

    @Override
    public void request(long n) {
      if (n <= 0) {
        misused = true;
      } else {
        demand.accumulateAndGet(n, (old, more) -> old + more < 0 ? Long.MAX_VALUE : old + more);
      }
      signal();
    }

    @Override
    public void cancel() {
      cancelled = true;
      signal();
    }

    private void signal() {
      try {
        loop.signal();
      } catch (RejectedExecutionException closed) {
        // No step will run any more.
        end(new IOException("closed", closed));
      }
    }

    private boolean step() {
      if (over || !begun) {
        return false;
      }
      if (cancelled) {
        over = true;
        source.close();
        return false;
      }
      if (misused) {
        end(new IllegalArgumentException("demand must be positive"));
        return false;
      }
      if (demand.get() == 0) {
        return false;
      }
      try {
        fetch();
      } catch (IOException | RuntimeException failure) {
        end(failure);
      }
      return true;
    }

    private void fetch() throws IOException {
      Optional<ByteBuffer> piece = source.next();
      if (piece.isPresent()) {
        demand.updateAndGet(wanted -> wanted == Long.MAX_VALUE ? wanted : wanted - 1);
        subscriber.onNext(piece.get());
      } else {
        over = true;
        source.close();
        subscriber.onComplete();
      }
    }

    private void end(Throwable failure) {
      if (!over) {
        over = true;
        source.close();
        if (!cancelled) {
          subscriber.onError(failure);
        }
      }
    }
  }
}
