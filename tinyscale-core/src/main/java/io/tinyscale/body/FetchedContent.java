package io.tinyscale.body;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
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
    subscriber.onSubscribe(new Delivery(subscriber));
  }

  private final class Delivery implements Flow.Subscription {

    private final Flow.Subscriber<? super ByteBuffer> subscriber;
    private final AtomicLong demand = new AtomicLong();

    /** News that has not been looked at; whoever raises it from 0 sees to it. */
    private final AtomicInteger news = new AtomicInteger();

    private volatile boolean cancelled;
    private volatile boolean misused;
    private boolean over;

    Delivery(Flow.Subscriber<? super ByteBuffer> subscriber) {
      this.subscriber = subscriber;
    }

    @Override
    public void request(long n) {
      if (n <= 0) {
        misused = true;
      } else {
        demand.accumulateAndGet(n, (old, more) -> old + more < 0 ? Long.MAX_VALUE : old + more);
      }
      look();
    }

    @Override
    public void cancel() {
      cancelled = true;
      look();
    }

    private void look() {
      if (news.getAndIncrement() > 0) {
        return;
      }
      try {
        executor.execute(this::deliver);
      } catch (RejectedExecutionException closed) {
        // Nothing will be fetched any more, and what is raised stays raised.
        end(new IOException("closed", closed));
      }
    }

    private void deliver() {
      int seen = news.get();
      do {
        try {
          step();
        } catch (IOException | RuntimeException failure) {
          end(failure);
        }
        seen = news.addAndGet(-seen);
      } while (seen > 0);
    }

    private void step() throws IOException {
      while (!over) {
        if (cancelled) {
          over = true;
          source.close();
        } else if (misused) {
          end(new IllegalArgumentException("demand must be positive"));
        } else if (demand.get() == 0) {
          return;
        } else {
          fetch();
        }
      }
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
