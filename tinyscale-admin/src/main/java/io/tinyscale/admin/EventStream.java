package io.tinyscale.admin;

import io.tinyscale.body.SerialLoop;
import io.tinyscale.config.AdminToken;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * The body of an answer that tells one listener what is new, for as long as the listener stays.
 * Nothing is kept for a slow listener but the newest status: events that are not read in time are
 * read later or are lost. Thread-safe.
 */
final class EventStream implements Flow.Publisher<ByteBuffer>, Flow.Subscription {

  private static final ByteBuffer STILL =
      ByteBuffer.wrap(": still\n\n".getBytes(StandardCharsets.US_ASCII)).asReadOnlyBuffer();

  /** Events as one piece. */
  record Told(byte[] bytes, long last) {}

  private final AdminToken token;
  private final long begun;
  private final LongFunction<@Nullable Told> eventsAfter;
  private final Runnable gone;
  private final SerialLoop loop = new SerialLoop(this::step);
  private final AtomicBoolean taken = new AtomicBoolean();
  private final AtomicLong demand = new AtomicLong();
  private final AtomicReference<byte @Nullable []> status = new AtomicReference<>();
  private final AtomicBoolean still = new AtomicBoolean();
  private volatile Flow.@Nullable Subscriber<? super ByteBuffer> subscriber;
  private volatile boolean cancelled;
  private volatile boolean ended;

  /** When a piece was delivered last; also the time since which the listener takes none. */
  private volatile long delivered;

  private volatile long now;

  /** Only steps touch them. */
  private long lastEvent;

  private boolean over;

  /**
   * A stream.
   *
   * @param status the first that it tells
   * @param lastEvent the number of the event after which it tells events
   * @param eventsAfter the events after one; null if there are none
   * @param gone is run once nobody listens any more
   */
  EventStream(
      AdminToken token,
      long now,
      byte[] status,
      long lastEvent,
      LongFunction<@Nullable Told> eventsAfter,
      Runnable gone) {
    this.token = token;
    this.begun = now;
    this.now = now;
    this.delivered = now;
    this.status.set(status);
    this.lastEvent = lastEvent;
    this.eventsAfter = eventsAfter;
    this.gone = gone;
  }

  AdminToken token() {
    return token;
  }

  /** How long it goes on. */
  long age(long time) {
    return time - begun;
  }

  /** How long the listener has got nothing. */
  long silence(long time) {
    return time - delivered;
  }

  /** Takes a newer status in place of one that the listener has not taken. */
  void offer(byte[] newer) {
    status.set(newer);
  }

  /** Takes note of the time, and tells the listener what there is, or that nothing is new. */
  void look(long time, boolean saysStill) {
    now = time;
    if (saysStill) {
      still.set(true);
    }
    loop.signal();
  }

  /** Ends it as soon as what is being delivered has been. */
  void end() {
    ended = true;
    loop.signal();
  }

  @Override
  public void subscribe(Flow.Subscriber<? super ByteBuffer> listener) {
    if (!taken.compareAndSet(false, true)) {
      throw new IllegalStateException("a body is delivered once");
    }
    listener.onSubscribe(this);
    subscriber = listener;
    loop.signal();
  }

  @Override
  public void request(long n) {
    demand.accumulateAndGet(n, (old, more) -> old + more < 0 ? Long.MAX_VALUE : old + more);
    loop.signal();
  }

  @Override
  public void cancel() {
    cancelled = true;
    loop.signal();
  }

  private boolean step() {
    Flow.Subscriber<? super ByteBuffer> listener = subscriber;
    if (over || listener == null) {
      return false;
    }
    if (cancelled || ended) {
      over = true;
      gone.run();
      if (!cancelled) {
        listener.onComplete();
      }
      return false;
    }
    ByteBuffer piece = demand.get() == 0 ? null : piece();
    if (piece == null) {
      return false;
    }
    demand.decrementAndGet();
    delivered = now;
    still.set(false);
    listener.onNext(piece);
    return true;
  }

  private @Nullable ByteBuffer piece() {
    byte[] newest = status.getAndSet(null);
    if (newest != null) {
      return ByteBuffer.wrap(newest).asReadOnlyBuffer();
    }
    Told events = eventsAfter.apply(lastEvent);
    if (events != null) {
      lastEvent = events.last();
      return ByteBuffer.wrap(events.bytes());
    }
    return still.get() ? STILL.duplicate() : null;
  }
}
