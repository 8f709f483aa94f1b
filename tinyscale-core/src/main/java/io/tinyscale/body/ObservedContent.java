package io.tinyscale.body;

import java.nio.ByteBuffer;
import java.util.concurrent.Flow;

/** Passes a body on unchanged and tells an observer what becomes of it. */
record ObservedContent(Flow.Publisher<ByteBuffer> content, BodyObserver observer)
    implements Flow.Publisher<ByteBuffer> {

  @Override
  public void subscribe(Flow.Subscriber<? super ByteBuffer> subscriber) {
    observer.subscribed();
    content.subscribe(new Passing(subscriber));
  }

  private final class Passing implements Flow.Subscriber<ByteBuffer> {

    private final Flow.Subscriber<? super ByteBuffer> subscriber;

    Passing(Flow.Subscriber<? super ByteBuffer> subscriber) {
      this.subscriber = subscriber;
    }

    @Override
    public void onSubscribe(Flow.Subscription subscription) {
      subscriber.onSubscribe(
          new Flow.Subscription() {
            @Override
            public void request(long n) {
              subscription.request(n);
            }

            @Override
            public void cancel() {
              observer.cancelled();
              subscription.cancel();
            }
          });
    }

    @Override
    public void onNext(ByteBuffer piece) {
      observer.delivering(piece.remaining());
      subscriber.onNext(piece);
    }

    @Override
    public void onError(Throwable cause) {
      observer.failed(cause);
      subscriber.onError(cause);
    }

    @Override
    public void onComplete() {
      observer.ended();
      subscriber.onComplete();
    }
  }
}
