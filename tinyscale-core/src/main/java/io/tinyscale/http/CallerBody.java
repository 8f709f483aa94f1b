package io.tinyscale.http;

import io.tinyscale.body.Body;
import io.tinyscale.body.BodyTooLargeException;
import io.tinyscale.body.SerialLoop;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/**
 * Publishes what a caller sends, as fast as it is asked for and no faster: without demand nothing
 * is read, and the caller is slowed down by its own connection. Thread-safe; reads happen on
 * whichever thread brings the reason to read, one at a time.
 *
 * <p>A subclass knows how the web server is asked for bytes, and passes on what it calls: {@link
 * #readable()}, {@link #allRead()} and {@link #broken}.
 */
public abstract class CallerBody implements Flow.Publisher<ByteBuffer>, Flow.Subscription {

  /** Most bytes of one read. */
  protected static final int BUFFER = 8 * 1024;

  /** What is read of a body for the sole purpose that its sender comes to read the answer. */
  private static final long MOST_DISCARDED = 8 << 20;

  private final long length;

  /** Takes no step before something signals, which nothing does while this is being made. */
  @SuppressWarnings("this-escape")
  private final SerialLoop loop = new SerialLoop(this::step);

  // All below is guarded by this.
  private long limit;
  private boolean taken;
  private Flow.@Nullable Subscriber<? super ByteBuffer> subscriber;
  private long demand;
  private long received;

  /** The web server owes us a call; until it comes there is nothing to read. */
  private boolean waiting;

  private boolean ended;
  private @Nullable Throwable error;
  private boolean over;
  private @Nullable Runnable whenStopped;

  /**
   * A body of which nothing has been read.
   *
   * @param length as announced, or -1
   * @param limit bytes; the first one beyond it ends the body with {@link BodyTooLargeException}
   * @param waiting whether the web server calls by itself when there is something to read
   */
  protected CallerBody(long length, long limit, boolean waiting) {
    this.length = length;
    this.limit = limit;
    this.waiting = waiting;
    if (length > limit) {
      error = new BodyTooLargeException(limit);
    }
  }

  /**
   * Reads what is there. If nothing is, {@link #readable()} is called when that changes, which may
   * be before this has returned. Called by one thread at a time.
   *
   * @param most bytes worth reading, at least 1
   * @return bytes that nobody else will touch; empty ones to be asked again; nothing if there are
   *     none now, or no more, which {@link #allRead()} has told then
   */
  protected abstract @Nullable ByteBuffer read(int most) throws IOException;

  /** This content as a message's body. */
  protected final Body body() {
    return new Body(Math.max(length, -1), this);
  }

  /** There is something to read. */
  protected final void readable() {
    synchronized (this) {
      waiting = false;
    }
    loop.signal();
  }

  /** All of it has been read; to be called from {@link #read} or from outside. */
  protected final void allRead() {
    synchronized (this) {
      if (received < length && error == null) {
        error = new EOFException("the request ended after " + received + " of " + length);
      }
      ended = true;
    }
    loop.signal();
  }

  /** There will be nothing more to read, for it failed. */
  protected final void broken(Throwable cause) {
    synchronized (this) {
      if (error == null) {
        error = cause;
      }
    }
    loop.signal();
  }

  /** Whether some of the body is still to come and nobody reads it any more. */
  public static boolean isUnread(Body body) {
    return body.content() instanceof CallerBody content && content.isUnread();
  }

  private synchronized boolean isUnread() {
    return !ended && (!taken || over);
  }

  /**
   * Reads and throws away what is left of a body that nobody reads any more, and then runs the
   * action: most front ends send all of a body before they read the answer, and a connection that
   * is closed before that may take the answer with it. What is far too long is left unread.
   */
  public static void discardRest(Body body, Runnable then) {
    if (body.content() instanceof CallerBody content) {
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
        taken = true;
        subscriber = new Discarding(then);
      }
    }
    if (discardable) {
      loop.signal();
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
   * another thread has returned. A request must not be completed before that, or the read takes
   * bytes of the connection's next request.
   */
  public static void stop(Body body, Runnable then) {
    if (body.content() instanceof CallerBody content) {
      content.stop(then);
    } else {
      then.run();
    }
  }

  private void stop(Runnable then) {
    synchronized (this) {
      over = true;
      whenStopped = then;
    }
    loop.signal();
  }

  @Override
  public final void subscribe(Flow.Subscriber<? super ByteBuffer> subscriber) {
    synchronized (this) {
      if (taken) {
        throw new IllegalStateException("a request's body can be read once");
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
  public final void request(long n) {
    synchronized (this) {
      if (n <= 0) {
        error = new IllegalArgumentException("demand must be positive: " + n);
      } else {
        demand = demand + n < 0 ? Long.MAX_VALUE : demand + n;
      }
    }
    loop.signal();
  }

  @Override
  public final synchronized void cancel() {
    over = true;
    // The body may live on for as long as its request; who has left it need not.
    subscriber = null;
  }

  /** Does one thing that can be done now; false if there is none. */
  private boolean step() {
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
        stopped = whenStopped;
        whenStopped = null;
        receiver = null;
      } else if (terminal) {
        over = true;
      }
    }
    if (receiver == null) {
      if (stopped != null) {
        stopped.run();
      }
      return false;
    }
    if (failure != null) {
      receiver.onError(failure);
    } else if (atEnd) {
      receiver.onComplete();
    } else {
      read(receiver);
    }
    return true;
  }

  private void read(Flow.Subscriber<? super ByteBuffer> receiver) {
    ByteBuffer bytes;
    try {
      synchronized (this) {
        // State first. Once the web server has been asked, its call may come on another thread at
        // any time. Noted after it has said no, this would undo what that call has set, and both
        // sides would wait for each other for ever: 3 of 100 large uploads hung like that, on Jetty
        // as on Tomcat, most of them chunked.
        waiting = true;
      }
      bytes = read(length < 0 ? BUFFER : (int) Math.min(BUFFER, Math.max(length - received, 1)));
    } catch (IOException | RuntimeException e) {
      broken(e instanceof IOException ? e : new IOException("the request could not be read", e));
      return;
    }
    if (bytes == null) {
      return;
    }
    boolean deliver;
    synchronized (this) {
      waiting = false;
      received += bytes.remaining();
      if (received > limit) {
        error = new BodyTooLargeException(limit);
      }
      deliver = error == null && !over && bytes.hasRemaining();
      if (deliver) {
        demand--;
      }
      // The end of a body of known length is known here; no further call tells of it in time.
      ended |= received == length;
    }
    if (deliver) {
      receiver.onNext(bytes);
    }
  }
}
