package io.tinyscale.httpcore;

import io.tinyscale.body.SerialLoop;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Flow;
import org.apache.hc.core5.http.nio.CapacityChannel;
import org.jspecify.annotations.Nullable;

/**
 * The part of an answer that does not fit in memory: a queue as long as the window, which opens
 * again only by what the subscriber has taken. Thread-safe.
 */
final class ResponseStream implements Flow.Publisher<ByteBuffer>, Flow.Subscription {

  /** Opening the window wakes the reactor, so it is not done for every buffer. */
  private static final int WORTH_A_WAKE_UP = 32 * 1024;

  /** What carries the answer. */
  interface Carrier {

    /** The answer is of no use any more, for this reason. */
    void fail(IOException cause);

    /** From now on the server is the slow one. */
    void restartSilence();
  }

  private final Carrier carrier;
  private final SerialLoop loop = new SerialLoop(this::step);

  // All below is guarded by this.
  private final Queue<ByteBuffer> queue = new ArrayDeque<>();
  private boolean taken;
  private Flow.@Nullable Subscriber<? super ByteBuffer> subscriber;
  private long demand;
  private boolean ended;
  private @Nullable Throwable error;
  private boolean over;
  private @Nullable CapacityChannel window;
  private int credit;
  private boolean closed;

  ResponseStream(Carrier carrier) {
    this.carrier = carrier;
  }

  /** More of the body has come; the buffer is ours. */
  void add(ByteBuffer buffer) {
    synchronized (this) {
      if (over) {
        return;
      }
      queue.add(buffer);
    }
    loop.signal();
  }

  /** All of the body has come. */
  void end() {
    synchronized (this) {
      ended = true;
    }
    loop.signal();
  }

  /** No more will come, though it should. What is still in the queue is worth nothing now. */
  void fail(IOException cause) {
    synchronized (this) {
      if (error == null && !ended) {
        error = cause;
        queue.clear();
      }
    }
    loop.signal();
  }

  /** Whether the window is open: the next byte is the server's to send. */
  synchronized boolean waitsForServer() {
    return !closed;
  }

  /** The window is used up; called again and again, so only what was taken goes into it. */
  synchronized void onWindowClosed(CapacityChannel channel) throws IOException {
    window = channel;
    closed = true;
    openWindow();
  }

  private void openWindow() throws IOException {
    CapacityChannel channel = window;
    if (channel != null && credit >= WORTH_A_WAKE_UP) {
      int taken = credit;
      credit = 0;
      if (closed) {
        closed = false;
        carrier.restartSilence();
      }
      channel.update(taken);
    }
  }

  @Override
  public void subscribe(Flow.Subscriber<? super ByteBuffer> subscriber) {
    synchronized (this) {
      if (taken) {
        throw new IllegalStateException("an answer's body can be read once");
      }
      taken = true;
    }
    subscriber.onSubscribe(this);
    synchronized (this) {
      // Not before: no byte may reach a subscriber that still hears of its subscription.
      this.subscriber = over ? null : subscriber;
    }
    loop.signal();
  }

  @Override
  public void request(long n) {
    if (n <= 0) {
      IllegalArgumentException cause =
          new IllegalArgumentException("demand must be positive: " + n);
      carrier.fail(new IOException("the answer was asked for wrongly", cause));
      synchronized (this) {
        error = cause;
      }
    } else {
      synchronized (this) {
        demand = demand + n < 0 ? Long.MAX_VALUE : demand + n;
      }
    }
    loop.signal();
  }

  @Override
  public void cancel() {
    synchronized (this) {
      over = true;
      // The exchange may live on for a while; who has left it need not.
      subscriber = null;
      queue.clear();
    }
    carrier.fail(new IOException("the answer is not wanted any more"));
  }

  /** Does one thing that can be done now; false if there is none. */
  private boolean step() {
    Flow.Subscriber<? super ByteBuffer> receiver;
    ByteBuffer next = null;
    Throwable failure;
    synchronized (this) {
      receiver = subscriber;
      failure = error;
      boolean terminal = failure != null || ended && queue.isEmpty();
      if (over || receiver == null || !terminal && (demand == 0 || queue.isEmpty())) {
        return false;
      }
      if (terminal) {
        over = true;
      } else {
        demand--;
        next = queue.remove();
      }
    }
    if (failure != null) {
      receiver.onError(failure);
    } else if (next == null) {
      receiver.onComplete();
    } else {
      int taken = next.remaining();
      receiver.onNext(next);
      onTaken(taken);
    }
    return true;
  }

  private void onTaken(int bytes) {
    try {
      synchronized (this) {
        credit += bytes;
        openWindow();
      }
    } catch (IOException e) {
      carrier.fail(e);
    }
  }
}
