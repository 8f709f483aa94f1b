package io.tinyscale.body;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Flow;

/**
 * A body whose pieces come when a test says so. It checks what a publisher may expect: one
 * subscriber, and demand before delivery. Not thread-safe.
 */
public final class Pieces implements Flow.Publisher<ByteBuffer>, Flow.Subscription {

  private enum End {
    OPEN,
    COMPLETE,
    FAILED
  }

  private final Deque<ByteBuffer> waiting = new ArrayDeque<>();
  private End end = End.OPEN;
  private Throwable failure = new IllegalStateException();
  private Flow.Subscriber<? super ByteBuffer> subscriber;
  private long demand;
  private boolean cancelled;
  private boolean delivering;
  private boolean over;

  /** The body, of unknown length. */
  public Body body() {
    return new Body(-1, this);
  }

  /** A complete body in pieces of this many bytes. */
  public static Pieces of(byte[] bytes, int size) {
    Pieces pieces = new Pieces();
    for (int start = 0; start < bytes.length; start += size) {
      pieces.add(ByteBuffer.wrap(bytes, start, Math.min(size, bytes.length - start)).slice());
    }
    pieces.complete();
    return pieces;
  }

  /** Delivers one more piece. */
  public Pieces add(ByteBuffer piece) {
    waiting.add(piece);
    deliver();
    return this;
  }

  /** Delivers one more piece. */
  public Pieces add(String piece) {
    return add(ByteBuffer.wrap(piece.getBytes(StandardCharsets.UTF_8)));
  }

  /** Ends the body. */
  public void complete() {
    end = End.COMPLETE;
    deliver();
  }

  /** Fails the body. */
  public void fail(Throwable cause) {
    failure = cause;
    end = End.FAILED;
    deliver();
  }

  /** Whether the body has a subscriber, or had one. */
  public boolean isTaken() {
    return subscriber != null;
  }

  /** Whether the subscriber cancelled the body. */
  public boolean isCancelled() {
    return cancelled;
  }

  /** How many pieces the subscriber requested and did not get yet. */
  public long demand() {
    return demand;
  }

  @Override
  public void subscribe(Flow.Subscriber<? super ByteBuffer> reader) {
    if (subscriber != null) {
      throw new IllegalStateException("a body is delivered once");
    }
    subscriber = reader;
    reader.onSubscribe(this);
    deliver();
  }

  @Override
  public void request(long n) {
    demand += n;
    deliver();
  }

  @Override
  public void cancel() {
    cancelled = true;
    waiting.clear();
  }

  private void deliver() {
    if (delivering || subscriber == null) {
      return;
    }
    delivering = true;
    while (!cancelled && demand > 0 && !waiting.isEmpty()) {
      demand--;
      subscriber.onNext(waiting.remove());
    }
    delivering = false;
    if (!cancelled && !over && waiting.isEmpty() && end != End.OPEN) {
      over = true;
      if (end == End.COMPLETE) {
        subscriber.onComplete();
      } else {
        subscriber.onError(failure);
      }
    }
  }
}
