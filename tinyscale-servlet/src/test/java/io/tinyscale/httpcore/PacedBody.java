package io.tinyscale.httpcore;

import io.tinyscale.body.Body;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/** A body whose buffers a test hands out one by one. */
final class PacedBody implements Flow.Publisher<ByteBuffer>, Flow.Subscription {

  final CompletableFuture<Flow.Subscriber<? super ByteBuffer>> subscriber =
      new CompletableFuture<>();
  final AtomicLong demand = new AtomicLong();
  final AtomicBoolean cancelled = new AtomicBoolean();

  Body ofLength(long length) {
    return new Body(length, this);
  }

  @Override
  public void subscribe(Flow.Subscriber<? super ByteBuffer> given) {
    given.onSubscribe(this);
    subscriber.complete(given);
  }

  void next(byte[] bytes) {
    subscriber.join().onNext(ByteBuffer.wrap(bytes));
  }

  @Override
  public void request(long n) {
    demand.addAndGet(n);
  }

  @Override
  public void cancel() {
    cancelled.set(true);
  }
}
