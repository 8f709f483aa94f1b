package io.tinyscale.body;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/**
 * The beginning of a body, read ahead of its reader.
 *
 * @param bytes what was read; nobody may change it
 * @param body the whole body, beginning included; in memory if the beginning is all of it
 */
public record BodyBeginning(ByteBuffer bytes, Body body) {

  /** Tells whether the beginning is long enough. */
  @FunctionalInterface
  public interface Enough {

    /** What only the end of the body, or the limit, can end. */
    Enough NEVER = (bytes, from, to, seen) -> false;

    /**
     * Looks at what has been read, from one place of the array to another.
     *
     * @param seen how many of these bytes it has seen before
     */
    boolean reached(byte[] bytes, int from, int to, int seen);
  }

  /**
   * Reads the beginning of a body that is not in memory, and takes it from its reader thereby: only
   * the body of the result can be read.
   *
   * @param limit bytes after which nothing more is read; the last piece may go beyond
   * @param enough is asked after each piece
   * @param caller ends the reading; the stage then fails
   * @return completed exceptionally if the body fails before that
   */
  public static CompletionStage<BodyBeginning> read(
      Body body, int limit, Enough enough, Cancellation caller) {
    Reading reading = new Reading(body.length(), limit, enough);
    caller.onCancel(reading::giveUp);
    body.content().subscribe(reading);
    return reading.result;
  }

  /** Reads the beginning, and then hands the beginning and the rest to a reader. Thread-safe. */
  private static final class Reading
      implements Flow.Subscriber<ByteBuffer>, Flow.Publisher<ByteBuffer>, Flow.Subscription {

    private static final byte[] NOTHING = {};

    private final CompletableFuture<BodyBeginning> result = new CompletableFuture<>();
    private final long length;
    private final int limit;
    private final Enough enough;
    private final SerialLoop loop = new SerialLoop(this::step);

    // All below is guarded by this.
    private Flow.@Nullable Subscription source;

    /** What came so far, while the beginning is read. */
    private byte[] bytes = NOTHING;

    private int from;
    private int to;

    /** Whether the array is ours, not the one of the first piece. */
    private boolean ours;

    private boolean begun;

    /** What the reader has not got yet. */
    private @Nullable ByteBuffer next;

    private boolean taken;
    private Flow.@Nullable Subscriber<? super ByteBuffer> subscriber;
    private long demand;

    /** The source owes a piece. */
    private boolean asked;

    private boolean ended;
    private @Nullable Throwable error;
    private boolean over;

    Reading(long length, int limit, Enough enough) {
      this.length = length;
      this.limit = limit;
      this.enough = enough;
    }

    @Override
    public void onSubscribe(Flow.Subscription given) {
      boolean unwanted;
      synchronized (this) {
        source = given;
        unwanted = over;
      }
      if (unwanted) {
        given.cancel();
      } else {
        given.request(1);
      }
    }

    @Override
    public void onNext(ByteBuffer piece) {
      Flow.Subscription more = null;
      boolean begins = false;
      synchronized (this) {
        if (over) {
          return;
        }
        if (begun) {
          next = piece;
          asked = false;
        } else {
          int seen = to - from;
          add(piece);
          begins = to - from >= limit || enough.reached(bytes, from, to, seen);
          begun = begins;
          next = begins ? ByteBuffer.wrap(bytes, from, to - from) : null;
          more = begins ? null : source;
        }
      }
      if (begins) {
        complete(new Body(length, this));
      } else if (more != null) {
        more.request(1);
      } else {
        loop.signal();
      }
    }

    /** The first piece is not copied if its bytes can be had. */
    private void add(ByteBuffer piece) {
      if (to == from && piece.hasArray()) {
        bytes = piece.array();
        from = piece.arrayOffset() + piece.position();
        to = from + piece.remaining();
        return;
      }
      int size = to - from;
      int needed = size + piece.remaining();
      if (!ours || needed > bytes.length) {
        ours = true;
        byte[] larger = new byte[Math.max(needed, Math.min(limit, 2 * size))];
        System.arraycopy(bytes, from, larger, 0, size);
        bytes = larger;
        from = 0;
      }
      piece.get(bytes, size, piece.remaining());
      to = needed;
    }

    private void complete(Body body) {
      ByteBuffer beginning;
      synchronized (this) {
        beginning = ByteBuffer.wrap(bytes, from, to - from);
        bytes = NOTHING;
      }
      result.complete(new BodyBeginning(beginning, body));
    }

    @Override
    public void onError(Throwable cause) {
      boolean failed;
      synchronized (this) {
        failed = !begun;
        over |= failed;
        error = cause;
      }
      if (failed) {
        result.completeExceptionally(cause);
      } else {
        loop.signal();
      }
    }

    @Override
    public void onComplete() {
      byte[] whole = null;
      synchronized (this) {
        ended = true;
        if (!begun && !over) {
          over = true;
          whole = from == 0 && to == bytes.length ? bytes : Arrays.copyOfRange(bytes, from, to);
        }
      }
      if (whole != null) {
        complete(Body.of(whole));
      } else {
        loop.signal();
      }
    }

    /** Nobody waits for the beginning any more. */
    void giveUp() {
      Flow.Subscription given;
      synchronized (this) {
        if (begun || over) {
          return;
        }
        over = true;
        bytes = NOTHING;
        given = source;
      }
      if (given != null) {
        given.cancel();
      }
      result.completeExceptionally(new IOException("given up"));
    }

    // From here on for the reader.

    @Override
    public void subscribe(Flow.Subscriber<? super ByteBuffer> reader) {
      synchronized (this) {
        if (taken) {
          throw new IllegalStateException("a body is delivered once");
        }
        taken = true;
      }
      reader.onSubscribe(this);
      synchronized (this) {
        // Not before: no byte may reach a reader that still hears of its subscription.
        subscriber = over ? null : reader;
      }
      loop.signal();
    }

    @Override
    public void request(long n) {
      Flow.Subscription misused = null;
      synchronized (this) {
        if (n <= 0) {
          error = new IllegalArgumentException("demand must be positive: " + n);
          misused = source;
        } else {
          demand = demand + n < 0 ? Long.MAX_VALUE : demand + n;
        }
      }
      if (misused != null) {
        misused.cancel();
      }
      loop.signal();
    }

    @Override
    public void cancel() {
      Flow.Subscription given;
      synchronized (this) {
        over = true;
        subscriber = null;
        next = null;
        given = source;
      }
      if (given != null) {
        given.cancel();
      }
    }

    /** Does one thing that can be done now; false if there is none. */
    private boolean step() {
      Flow.Subscriber<? super ByteBuffer> reader;
      Flow.Subscription given;
      ByteBuffer piece = null;
      Throwable failure;
      boolean ask = false;
      synchronized (this) {
        reader = subscriber;
        given = source;
        failure = error;
        if (over || reader == null || given == null) {
          return false;
        }
        if (failure != null || ended && next == null) {
          over = true;
        } else if (demand > 0 && next != null) {
          piece = next;
          next = null;
          demand--;
        } else if (demand > 0 && !asked && !ended) {
          ask = true;
          asked = true;
        } else {
          return false;
        }
      }
      if (failure != null) {
        reader.onError(failure);
      } else if (piece != null) {
        reader.onNext(piece);
      } else if (ask) {
        given.request(1);
      } else {
        reader.onComplete();
      }
      return true;
    }
  }
}
