package io.tinyscale.http;

import java.nio.ByteBuffer;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/**
 * Takes the body of an answer for an entry, one buffer at a time: the first comes by itself, each
 * further one after {@link #next()}. Thread-safe.
 */
public final class AnswerPieces implements Flow.Subscriber<ByteBuffer> {

  /** What an entry does with the buffers. One call at a time; must not block. */
  public interface Receiver {

    /** One buffer; it belongs to the receiver now. */
    void received(ByteBuffer buffer);

    /** There are no more. */
    void ended();

    /** There are no more, although there should be. */
    void failed(Throwable cause);
  }

  private final Receiver receiver;

  // Guarded by this.
  private Flow.@Nullable Subscription subscription;
  private boolean cancelled;

  /** For one body. */
  public AnswerPieces(Receiver receiver) {
    this.receiver = receiver;
  }

  /** Asks for one buffer more; to be called once for each that was received. */
  public void next() {
    Flow.Subscription source;
    synchronized (this) {
      source = subscription;
    }
    if (source != null) {
      source.request(1);
    }
  }

  /** Asks for no more, before or after the body was subscribed to. */
  public void cancel() {
    Flow.Subscription source;
    synchronized (this) {
      cancelled = true;
      source = subscription;
    }
    if (source != null) {
      source.cancel();
    }
  }

  @Override
  public void onSubscribe(Flow.Subscription given) {
    boolean unwanted;
    synchronized (this) {
      subscription = given;
      unwanted = cancelled;
    }
    if (unwanted) {
      given.cancel();
    } else {
      given.request(1);
    }
  }

  @Override
  public void onNext(ByteBuffer buffer) {
    receiver.received(buffer);
  }

  @Override
  public void onError(Throwable cause) {
    receiver.failed(cause);
  }

  @Override
  public void onComplete() {
    receiver.ended();
  }
}
