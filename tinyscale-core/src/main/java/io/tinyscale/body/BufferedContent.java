package io.tinyscale.body;

import java.nio.ByteBuffer;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;

/** Delivers bytes that are in memory, in one buffer, to every subscriber. */
record BufferedContent(byte[] bytes) implements Flow.Publisher<ByteBuffer> {

  @Override
  public void subscribe(Flow.Subscriber<? super ByteBuffer> subscriber) {
    subscriber.onSubscribe(new Delivery(subscriber));
  }

  private final class Delivery implements Flow.Subscription {

    private final Flow.Subscriber<? super ByteBuffer> subscriber;
    private final AtomicBoolean ended = new AtomicBoolean();

    Delivery(Flow.Subscriber<? super ByteBuffer> subscriber) {
      this.subscriber = subscriber;
    }

    @Override
    public void request(long n) {
      if (!ended.compareAndSet(false, true)) {
        return;
      }
      if (n <= 0) {
        subscriber.onError(new IllegalArgumentException("demand must be positive: " + n));
        return;
      }
      if (bytes.length > 0) {
        subscriber.onNext(ByteBuffer.wrap(bytes));
      }
      subscriber.onComplete();
    }

    @Override
    public void cancel() {
      ended.set(true);
    }
  }
}
