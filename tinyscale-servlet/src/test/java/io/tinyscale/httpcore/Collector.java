package io.tinyscale.httpcore;

import io.tinyscale.body.Body;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;

/** Subscribes to a body and keeps what it delivers. */
final class Collector implements Flow.Subscriber<ByteBuffer> {

  final CompletableFuture<Flow.Subscription> subscription = new CompletableFuture<>();
  final CompletableFuture<byte[]> end = new CompletableFuture<>();
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final long demand;
  private int buffers;

  /** Requests this many buffers at the start, and one more for each buffer unless that is 0. */
  Collector(long demand) {
    this.demand = demand;
  }

  static byte[] bytes(Body body) throws Exception {
    Collector collector = new Collector(1);
    body.content().subscribe(collector);
    return collector.end.get(60, TimeUnit.SECONDS);
  }

  synchronized int size() {
    return bytes.size();
  }

  synchronized int buffers() {
    return buffers;
  }

  @Override
  public void onSubscribe(Flow.Subscription given) {
    subscription.complete(given);
    if (demand > 0) {
      given.request(demand);
    }
  }

  @Override
  public void onNext(ByteBuffer buffer) {
    synchronized (this) {
      byte[] copy = new byte[buffer.remaining()];
      buffer.get(copy);
      bytes.writeBytes(copy);
      buffers++;
    }
    if (demand > 0) {
      subscription.join().request(1);
    }
  }

  @Override
  public void onError(Throwable cause) {
    end.completeExceptionally(cause);
  }

  @Override
  public synchronized void onComplete() {
    end.complete(bytes.toByteArray());
  }
}
