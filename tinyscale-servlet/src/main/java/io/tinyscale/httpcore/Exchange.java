package io.tinyscale.httpcore;

import io.tinyscale.body.Body;
import io.tinyscale.body.Cancellation;
import io.tinyscale.upstream.Failures;
import io.tinyscale.upstream.Outcome;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hc.core5.http.ConnectionClosedException;
import org.apache.hc.core5.http.EntityDetails;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpRequest;
import org.apache.hc.core5.http.HttpResponse;
import org.apache.hc.core5.http.impl.BasicEntityDetails;
import org.apache.hc.core5.http.nio.AsyncClientExchangeHandler;
import org.apache.hc.core5.http.nio.CapacityChannel;
import org.apache.hc.core5.http.nio.DataStreamChannel;
import org.apache.hc.core5.http.nio.RequestChannel;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.jspecify.annotations.Nullable;

/**
 * One request and what becomes of it: finds a connection, sends, collects the answer. Ends once, by
 * the end of the answer or by {@link #fail}, whoever calls it. Thread-safe.
 */
final class Exchange implements AsyncClientExchangeHandler, ResponseStream.Carrier {

  /** Answers up to here are delivered whole; Jetty's output buffer is as large. */
  static final int IN_MEMORY = 32 * 1024;

  private static final Pattern KEEP_ALIVE = Pattern.compile("timeout=(\\d{1,6})");

  private final ConnectionPool pool;
  private final HttpRequest head;
  private final Body body;
  private final boolean mayRepeat;
  private final RequestBodyRelay upload;
  private final Consumer<Exchange> whenOver;
  private final CompletableFuture<Outcome> outcome = new CompletableFuture<>();

  // Written under the lock of this. No lock of another object is taken while it is held.
  private ConnectionPool.@Nullable Lease lease;
  private volatile @Nullable Connection connection;
  private boolean sent;
  private boolean secondConnection;
  private boolean over;

  // Only the reactor's thread of our connection uses these, except stream, which it only sets.
  private int status;
  private String location = "";
  private List<io.tinyscale.body.Header> headers = List.of();
  private byte[] collected = new byte[0];
  private int count;
  private long length;
  private volatile @Nullable ResponseStream stream;

  /**
   * An exchange ready to {@link #start}.
   *
   * @param head complete, with {@code Host} and framing
   * @param mayRepeat whether the request may be sent twice, see {@code UpstreamRequest}
   * @param whenOver called once, when nothing more will happen
   */
  Exchange(
      ConnectionPool pool,
      HttpRequest head,
      Body body,
      boolean mayRepeat,
      Consumer<Exchange> whenOver) {
    this.pool = pool;
    this.head = head;
    this.body = body;
    this.mayRepeat = mayRepeat && body.isEmpty();
    this.upload = new RequestBodyRelay(body, this);
    this.whenOver = whenOver;
  }

  CompletionStage<Outcome> start(Cancellation cancellation) {
    cancellation.onCancel(() -> fail(new IOException("given up: nobody waits for it any more")));
    lease(false);
    return outcome;
  }

  private void lease(boolean fresh) {
    ConnectionPool.Lease wanted =
        new ConnectionPool.Lease() {
          @Override
          void connected(Connection found) {
            execute(found);
          }

          @Override
          void notConnected(IOException cause) {
            Exchange.this.fail(cause);
          }
        };
    synchronized (this) {
      if (over) {
        return;
      }
      lease = wanted;
    }
    pool.lease(wanted, fresh);
  }

  private void execute(Connection found) {
    boolean wanted;
    synchronized (this) {
      wanted = !over;
      if (wanted) {
        connection = found;
      }
    }
    if (wanted) {
      found.execute(this);
    } else {
      pool.release(found); // given up meanwhile; the connection has not been touched
    }
  }

  /** Ends the exchange in failure, unless it has ended. The connection is closed at once. */
  @Override
  public void fail(IOException cause) {
    ConnectionPool.Lease wanted;
    Connection used;
    boolean mayHaveActed;
    synchronized (this) {
      if (over) {
        return;
      }
      over = true;
      wanted = lease;
      used = connection;
      mayHaveActed = sent;
    }
    if (wanted != null) {
      wanted.cancel();
    }
    if (used != null) {
      used.abort();
    }
    upload.cancel();
    whenOver.accept(this);
    outcome.complete(failure(cause, mayHaveActed));
    ResponseStream answer = stream;
    if (answer != null) {
      answer.fail(cause);
    }
  }

  private static Outcome failure(IOException cause, boolean mayHaveActed) {
    if (mayHaveActed) {
      return new Outcome.NoAnswer(cause);
    }
    return cause instanceof OwnLackException
        ? new Outcome.Overloaded()
        : new Outcome.NotSent(cause);
  }

  /** Whether the next byte on the connection is the server's to send or to take. */
  boolean waitsForServer() {
    ResponseStream answer = stream;
    if (answer != null) {
      return answer.waitsForServer();
    }
    return upload.isDone() || upload.waitsForServer();
  }

  /** Starts the time anew in which the server must move a byte. */
  @Override
  public void restartSilence() {
    Connection used = connection;
    if (used != null) {
      used.restartSilence();
    }
  }

  @Override
  public void produceRequest(RequestChannel channel, HttpContext context)
      throws HttpException, IOException {
    synchronized (this) {
      if (over) {
        throw new ConnectionClosedException();
      }
      sent = true; // from here on bytes may be on their way
    }
    EntityDetails details = body.isEmpty() ? null : new BasicEntityDetails(body.length(), null);
    channel.sendRequest(head, details, context);
  }

  @Override
  public int available() {
    return upload.available();
  }

  @Override
  public void produce(DataStreamChannel channel) throws IOException {
    upload.produce(channel);
  }

  @Override
  public void consumeInformation(HttpResponse response, HttpContext context) {
    // A 1xx answer is not the answer.
  }

  @Override
  public void consumeResponse(
      HttpResponse response, @Nullable EntityDetails details, HttpContext context) {
    status = response.getCode();
    headers = AnswerFields.crossing(response);
    if (status >= 300 && status < 400) {
      Header target = response.getFirstHeader("Location");
      location = target == null || target.getValue() == null ? "" : target.getValue();
    }
    if (status >= 300 && !upload.isDone()) {
      upload.cancel(); // the engine sends no more of it once it sees such an answer
    }
    Header keepAlive = response.getFirstHeader("Keep-Alive");
    Connection used = connection;
    if (keepAlive != null && keepAlive.getValue() != null && used != null) {
      Matcher time = KEEP_ALIVE.matcher(keepAlive.getValue());
      if (time.find()) {
        used.keepAlive(Duration.ofSeconds(Long.parseLong(time.group(1))));
      }
    }
    if (details == null) {
      length = 0;
      streamEnd(null);
      return;
    }
    length = Math.max(details.getContentLength(), -1);
    if (length > 0) {
      collected = new byte[(int) Math.min(length, IN_MEMORY)];
    }
  }

  @Override
  public void consume(ByteBuffer src) {
    ResponseStream answer = stream;
    int n = src.remaining();
    if (answer == null && count + n <= IN_MEMORY) {
      if (count + n > collected.length) {
        int larger = Math.max(count + n, Math.min(IN_MEMORY, Math.max(1024, 2 * count)));
        collected = Arrays.copyOf(collected, larger);
      }
      src.get(collected, count, n);
      count += n;
      return;
    }
    byte[] bytes = new byte[n]; // the engine uses its buffer again
    src.get(bytes);
    if (answer != null) {
      answer.add(ByteBuffer.wrap(bytes));
      return;
    }
    answer = new ResponseStream(this);
    answer.add(ByteBuffer.wrap(collected, 0, count));
    answer.add(ByteBuffer.wrap(bytes));
    collected = new byte[0];
    synchronized (this) {
      if (over) {
        return;
      }
      stream = answer;
    }
    outcome.complete(new Outcome.Answered(status, headers, new Body(length, answer), location));
  }

  @Override
  public void updateCapacity(CapacityChannel channel) throws IOException {
    ResponseStream answer = stream;
    if (answer != null) {
      answer.onWindowClosed(channel);
    } else {
      channel.update(IN_MEMORY);
    }
  }

  @Override
  public void streamEnd(@Nullable List<? extends Header> trailers) {
    boolean reusable = upload.isDone();
    Connection used;
    synchronized (this) {
      if (over) {
        return;
      }
      over = true;
      used = connection;
    }
    if (used != null && reusable) {
      used.release();
    } else {
      // The answer came before the server had the whole request. It will not need the rest, and the
      // next request must not wait behind it.
      upload.cancel();
      if (used != null) {
        used.abort();
      }
    }
    whenOver.accept(this);
    ResponseStream answer = stream;
    if (answer != null) {
      answer.end();
    } else {
      byte[] whole = count == collected.length ? collected : Arrays.copyOf(collected, count);
      outcome.complete(
          new Outcome.Answered(
              status, headers, whole.length == 0 ? Body.EMPTY : Body.of(whole), location));
    }
  }

  @Override
  public void failed(Exception cause) {
    Connection dead;
    synchronized (this) {
      dead = connection;
      if (over || secondConnection || dead == null || !mayUseAnotherThan(dead, cause)) {
        dead = null;
      } else {
        // It was idle and the server had closed it. What was sent once still counts as sent, should
        // the second connection fail as well.
        secondConnection = true;
        connection = null;
      }
    }
    if (dead != null) {
      dead.abort();
      lease(true);
    } else {
      fail(Connector.failure(pool.origin(), describe(cause), cause));
    }
  }

  /**
   * Whether the request may go out on another connection: nothing was sent, which cannot make
   * anything happen twice, or it may happen twice and the connection ended without a byte of an
   * answer. A server that falls silent is not asked again.
   */
  private boolean mayUseAnotherThan(Connection dead, Exception cause) {
    return dead.isReused()
        && (!sent
            || mayRepeat && !(cause instanceof SocketTimeoutException) && !dead.hasAnswered());
  }

  /** In our words: those of the engine may quote what the server sent. */
  private static String describe(Exception cause) {
    if (cause instanceof SocketTimeoutException) {
      return "silent for too long";
    }
    if (cause instanceof ConnectionClosedException) {
      return "closed the connection before the answer was complete";
    }
    if (cause instanceof HttpException) {
      return "sent something that is not a valid HTTP answer";
    }
    return Failures.describe(cause);
  }

  @Override
  public void cancel() {
    failed(new ConnectionClosedException());
  }

  @Override
  public void releaseResources() {
    // Nothing to do: always comes after failed or streamEnd, and maybe when a second connection is
    // already on its way.
  }
}
