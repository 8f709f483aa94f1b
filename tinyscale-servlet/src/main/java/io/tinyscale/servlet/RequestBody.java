package io.tinyscale.servlet;

import io.tinyscale.body.Body;
import io.tinyscale.body.BodyTooLargeException;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/**
 * Publishes what a caller sends, as fast as it is asked for and no faster: without demand nothing
 * is read, and the caller is slowed down by its own connection. Thread-safe; reads happen on
 * whichever thread brings the reason to read, one at a time.
 */
final class RequestBody implements Flow.Publisher<ByteBuffer>, Flow.Subscription, ReadListener {

  private static final int BUFFER = 8 * 1024;

  /** What is read of a body for the sole purpose that its sender comes to read the answer. */
  private static final long MOST_DISCARDED = 8 << 20;

  private final ServletInputStream in;
  private final long length;

  // All below is guarded by this.
  private long limit;
  private Flow.@Nullable Subscriber<? super ByteBuffer> subscriber;
  private long demand;
  private long received;

  /** The container owes us a call; until it comes the stream must not be touched. */
  private boolean waiting = true;

  private boolean draining;
  private boolean ended;
  private @Nullable Throwable error;
  private boolean over;
  private @Nullable Runnable whenStopped;

  private RequestBody(ServletInputStream in, long length, long limit) {
    this.in = in;
    this.length = length;
    this.limit = limit;
  }

  /**
   * The body of this request. Call it on the container's thread and after {@code startAsync}: the
   * listener set here must be known before the filter returns. A request that announces no body
   * gets {@link Body#EMPTY}; its stream is not touched.
   *
   * @param limit bytes; the first one beyond it ends the body with {@link BodyTooLargeException}
   */
  static Body of(HttpServletRequest request, long limit) throws IOException {
    long length = request.getContentLengthLong();
    if (length == 0 || length < 0 && !announced(request)) {
      return Body.EMPTY;
    }
    RequestBody content = new RequestBody(request.getInputStream(), length, limit);
    if (length > limit) {
      content.error = new BodyTooLargeException(limit);
    }
    content.in.setReadListener(content);
    return new Body(Math.max(length, -1), content);
  }

  private static boolean announced(HttpServletRequest request) {
    if (request.getProtocol().startsWith("HTTP/1")) {
      return request.getHeader("Transfer-Encoding") != null;
    }
    return !request.getMethod().equals("GET"); // HTTP/2 frames its bodies without a header field
  }

  /** Whether some of the body is still to come and nobody reads it any more. */
  static boolean isUnread(Body body) {
    return body.content() instanceof RequestBody content && content.isUnread();
  }

  private synchronized boolean isUnread() {
    return !ended && (subscriber == null || over);
  }

  /**
   * Reads and throws away what is left of a body that nobody reads any more, and then runs the
   * action: most front ends send all of a body before they read the answer, and a connection that
   * is closed before that may take the answer with it. What is far too long is left unread.
   */
  static void discardRest(Body body, Runnable then) {
    if (body.content() instanceof RequestBody content) {
      content.discardRest(then);
    } else {
      then.run();
    }
  }

  private void discardRest(Runnable then) {
    boolean discardable;
    synchronized (this) {
      discardable =
          isUnread()
              && (error == null || error instanceof BodyTooLargeException)
              && length - received <= MOST_DISCARDED;
      if (discardable) {
        error = null;
        over = false;
        limit = received + MOST_DISCARDED;
        demand = Long.MAX_VALUE;
        subscriber = new Discarding(then);
      }
    }
    if (discardable) {
      drain();
    } else {
      then.run();
    }
  }

  /** Wants to see the end and nothing else. */
  private record Discarding(Runnable then) implements Flow.Subscriber<ByteBuffer> {

    @Override
    public void onSubscribe(Flow.Subscription subscription) {}

    @Override
    public void onNext(ByteBuffer piece) {}

    @Override
    public void onError(Throwable cause) {
      then.run();
    }

    @Override
    public void onComplete() {
      then.run();
    }
  }

  /**
   * Stops reading for good and then runs the action: at once, or when the read that is under way on
   * another thread has returned. An AsyncContext must not be completed before that, or the read
   * takes bytes of the connection's next request.
   */
  static void stop(Body body, Runnable then) {
    if (body.content() instanceof RequestBody content) {
      content.stop(then);
    } else {
      then.run();
    }
  }

  private void stop(Runnable then) {
    synchronized (this) {
      over = true;
      if (draining) {
        whenStopped = then;
        return;
      }
    }
    then.run();
  }

  @Override
  public void subscribe(Flow.Subscriber<? super ByteBuffer> subscriber) {
    synchronized (this) {
      if (this.subscriber != null) {
        throw new IllegalStateException("a request's body can be read once");
      }
      this.subscriber = subscriber;
    }
    subscriber.onSubscribe(this);
    drain();
  }

  @Override
  public void request(long n) {
    synchronized (this) {
      if (n <= 0) {
        error = new IllegalArgumentException("demand must be positive: " + n);
      } else {
        demand = demand + n < 0 ? Long.MAX_VALUE : demand + n;
      }
    }
    drain();
  }

  @Override
  public synchronized void cancel() {
    over = true;
  }

  @Override
  public void onDataAvailable() {
    synchronized (this) {
      waiting = false;
    }
    drain();
  }

  @Override
  public void onAllDataRead() {
    synchronized (this) {
      ended = true;
    }
    drain();
  }

  @Override
  public void onError(Throwable cause) {
    synchronized (this) {
      if (error == null) {
        error = cause;
      }
    }
    drain();
  }

  /**
   * Does whatever can be done now. Only one thread is in here at a time; a second one leaves its
   * news in the fields and goes, for the first looks at them under the same lock under which it
   * decides to leave. So no news is lost.
   */
  private void drain() {
    synchronized (this) {
      if (draining) {
        return;
      }
      draining = true;
    }
    while (true) {
      Flow.Subscriber<? super ByteBuffer> receiver;
      Throwable failure;
      boolean atEnd;
      Runnable stopped = null;
      synchronized (this) {
        receiver = subscriber;
        failure = error;
        atEnd = ended;
        boolean terminal = failure != null || atEnd;
        if (over || receiver == null || !terminal && (waiting || demand == 0)) {
          draining = false;
          stopped = whenStopped;
          receiver = null;
        } else if (terminal) {
          over = true;
        }
      }
      if (receiver == null) {
        if (stopped != null) {
          stopped.run();
        }
        return;
      }
      if (failure != null) {
        receiver.onError(failure);
      } else if (atEnd) {
        receiver.onComplete();
      } else {
        read(receiver);
      }
    }
  }

  private void read(Flow.Subscriber<? super ByteBuffer> receiver) {
    byte[] bytes;
    int n;
    try {
      synchronized (this) {
        // State first. Once isReady() has begun, the container's call may come on another thread at
        // any time. Noted after isReady() has said no, this would undo what that call has set, and
        // both sides would wait for each other for ever: 3 of 100 large uploads hung like that, on
        // Jetty as on Tomcat, most of them chunked.
        waiting = true;
      }
      if (in.isFinished() || !in.isReady()) {
        // The end may show only now. Tomcat, asked on a thread that is not its own, then says "not
        // ready" and calls nobody.
        if (in.isFinished()) {
          synchronized (this) {
            ended = true;
          }
        }
        return;
      }
      synchronized (this) {
        waiting = false;
      }
      bytes =
          new byte[length < 0 ? BUFFER : (int) Math.min(BUFFER, Math.max(length - received, 1))];
      n = in.read(bytes);
    } catch (IOException | RuntimeException e) {
      onFailedRead(e);
      return;
    }
    ByteBuffer delivery = null;
    synchronized (this) {
      if (n < 0 && received < length) {
        error = new EOFException("the request ended after " + received + " of " + length);
      } else if (n < 0) {
        ended = true;
      } else {
        received += n;
        if (received > limit) {
          error = new BodyTooLargeException(limit);
        } else if (n > 0) {
          demand--;
          delivery = ByteBuffer.wrap(bytes, 0, n);
          // The end of a body of known length is known here; no further call tells of it in time.
          ended |= received == length;
        }
      }
      if (over) {
        delivery = null;
      }
    }
    if (delivery != null) {
      receiver.onNext(delivery);
    }
  }

  private synchronized void onFailedRead(Exception e) {
    if (error == null) {
      error = e instanceof IOException ? e : new IOException("the request could not be read", e);
    }
  }
}
