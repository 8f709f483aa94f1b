package io.tinyscale.httpcore;

import io.tinyscale.body.Body;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.Flow;
import org.apache.hc.core5.http.nio.DataStreamChannel;
import org.jspecify.annotations.Nullable;

/**
 * Carries a body to the server: takes one buffer, writes it, asks for the next.
 *
 * <p>A buffer is written by the thread that brings it, straight to the socket; only what the socket
 * does not take is left to the reactor's thread. Thread-safe.
 */
final class RequestBodyRelay implements Flow.Subscriber<ByteBuffer> {

  /**
   * How many buffers the reactor's thread may carry before it looks after its other connections. A
   * caller and a server that are both fast would keep it for the whole body.
   */
  private static final int TURN = 8;

  private final Body body;
  private final Exchange exchange;

  // All below is guarded by this.
  private @Nullable DataStreamChannel channel;
  private Flow.@Nullable Subscription subscription;
  private @Nullable ByteBuffer pending;
  private long left;
  private boolean complete;
  private boolean ended;
  private boolean cancelled;
  private @Nullable IOException broken;

  /** The reactor's thread while it is in {@link #produce}, and what is left of its turn. */
  private @Nullable Thread producer;

  private int turn;

  /** The turn was over before the next buffer was asked for. */
  private boolean hungry;

  RequestBodyRelay(Body body, Exchange exchange) {
    this.body = body;
    this.exchange = exchange;
    this.left = body.length();
    this.ended = body.isEmpty();
  }

  /** Whether the server has got all of it. */
  synchronized boolean isDone() {
    return ended;
  }

  /** Whether the server does not take what we have for it. */
  synchronized boolean waitsForServer() {
    return pending != null && !ended;
  }

  /**
   * Above 0 exactly when {@link #produce} could do something. Less, and output that was asked for
   * is never taken up; more, and the reactor spins.
   */
  synchronized int available() {
    return !cancelled && !ended && (pending != null || hungry || broken != null || complete)
        ? 1
        : 0;
  }

  /** Called by the reactor when the socket takes bytes, first when the head has been written. */
  void produce(DataStreamChannel output) throws IOException {
    Flow.Subscription next = null;
    boolean first;
    synchronized (this) {
      if (cancelled || ended) {
        return;
      }
      if (broken != null) {
        throw broken;
      }
      first = channel == null;
      channel = output;
      producer = Thread.currentThread();
      turn = TURN;
      if (hungry || pending != null && write(output)) {
        hungry = false;
        next = subscription;
      }
    }
    if (first) {
      // Not before: as long as nothing of it was sent, another attempt may have the body.
      body.content().subscribe(this);
    } else if (next != null) {
      next.request(1);
    }
    synchronized (this) {
      producer = null;
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
    Flow.Subscription next = null;
    boolean tooMuch;
    synchronized (this) {
      DataStreamChannel output = channel;
      if (cancelled || ended || output == null) {
        return;
      }
      tooMuch = left >= 0 && buffer.remaining() > left;
      if (!tooMuch) {
        pending = buffer;
        try {
          if (write(output)) {
            next = mayGoOn() ? subscription : null;
            if (next == null) {
              hungry = true;
              output.requestOutput();
            }
          } else if (pending != null) {
            wake(output);
          }
        } catch (IOException e) {
          onBroken(output, e);
        }
      }
    }
    if (tooMuch) {
      exchange.fail(new IOException("the body of the request is longer than announced"));
    } else if (next != null) {
      next.request(1);
    }
  }

  @Override
  public void onComplete() {
    boolean tooLittle;
    synchronized (this) {
      DataStreamChannel output = channel;
      if (cancelled || ended || output == null) {
        return;
      }
      tooLittle = left > (pending == null ? 0 : pending.remaining());
      complete = true;
      if (!tooLittle && pending == null) {
        try {
          end(output);
        } catch (IOException e) {
          onBroken(output, e);
        }
      }
    }
    if (tooLittle) {
      exchange.fail(new IOException("the body of the request is shorter than announced"));
    }
  }

  @Override
  public void onError(Throwable cause) {
    exchange.fail(
        cause instanceof IOException e
            ? e
            : new IOException("the body of the request failed", cause));
  }

  /** Nobody needs the body any more; where it comes from is told. */
  void cancel() {
    Flow.Subscription given;
    synchronized (this) {
      cancelled = true;
      pending = null;
      given = subscription;
    }
    if (given != null) {
      given.cancel();
    }
  }

  private boolean mayGoOn() {
    return producer != Thread.currentThread() || --turn > 0;
  }

  /** Writes what is pending; true if all of it went and more is wanted. */
  private boolean write(DataStreamChannel output) throws IOException {
    ByteBuffer buffer = pending;
    if (buffer == null) {
      return false;
    }
    int before = buffer.remaining();
    output.write(buffer);
    if (left >= 0) {
      left -= before - buffer.remaining();
    }
    if (buffer.hasRemaining()) {
      return false;
    }
    pending = null;
    if (complete || left == 0) {
      end(output);
      return false;
    }
    return true;
  }

  private void end(DataStreamChannel output) throws IOException {
    ended = true;
    output.endStream();
  }

  /** State first, then the call: the reactor may come at once and looks at {@link #available}. */
  private void wake(DataStreamChannel output) {
    exchange.restartSilence();
    output.requestOutput();
  }

  /**
   * The server closed while we were writing. It may have answered before: the reactor's thread
   * reads what there is and only then, in {@link #produce}, meets the error.
   */
  private void onBroken(DataStreamChannel output, IOException cause) {
    broken = cause;
    pending = null;
    output.requestOutput();
  }
}
