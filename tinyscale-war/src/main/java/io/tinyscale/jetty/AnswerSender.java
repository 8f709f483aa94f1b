package io.tinyscale.jetty;

import io.tinyscale.body.Body;
import io.tinyscale.body.BodyCollector;
import io.tinyscale.body.Cancellation;
import io.tinyscale.body.Header;
import io.tinyscale.http.AnswerListener;
import io.tinyscale.http.AnswerListener.Ending;
import io.tinyscale.http.AnswerPieces;
import io.tinyscale.http.CallerBody;
import io.tinyscale.http.HttpAnswer;
import io.tinyscale.trace.RequestTrace;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.QuietException;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/**
 * Sends one answer to one caller and ends the request, once, whatever happens. Never blocks: what
 * the caller does not take is not asked of the server. Thread-safe.
 */
final class AnswerSender implements AnswerPieces.Receiver {

  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  /**
   * How long the rest of a body is read after an answer that closes the connection. A front end
   * reads the answer in that time; if the connection were closed at once, the answer could be lost.
   */
  private static final long SECONDS_TO_LEAVE = 2;

  private final Request request;

  private final Response response;
  private final Callback callback;
  private final Body requestBody;
  private final String requestId;
  private final Cancellation cancellation;
  private final AnswerListener listener;

  // All below is guarded by this.

  /** The answer whose head is put when the first byte of its body is there. */
  private @Nullable HttpAnswer unbegun;

  private @Nullable AnswerPieces source;
  private boolean writing;
  private boolean ended;
  private @Nullable Throwable error;
  private boolean over;

  /** The connection is to be closed after the answer. */
  private boolean closes;

  /** The request is complete for the web server, or is about to be. */
  private boolean complete;

  /**
   * A sender for this request.
   *
   * @param callback ends the request
   * @param requestBody made by {@link ReceivedBody}; reading it ends before the request does
   * @param requestId stands in the answer, whatever the answer is
   * @param cancellation cancelled when the caller leaves
   */
  AnswerSender(
      Request request,
      Response response,
      Callback callback,
      Body requestBody,
      String requestId,
      Cancellation cancellation,
      AnswerListener listener) {
    this.request = request;
    this.response = response;
    this.callback = callback;
    this.requestBody = requestBody;
    this.requestId = requestId;
    this.cancellation = cancellation;
    this.listener = listener;
    request.addFailureListener(this::callerLeft);
    // Every step has a deadline of its own. Without reading or writing there is nobody to blame.
    request.addIdleTimeoutListener(timeout -> false);
  }

  /**
   * Sends the answer, or ends the request as a failed one if there is none; at most once, on any
   * thread.
   */
  void send(@Nullable HttpAnswer answer, @Nullable Throwable failure) {
    if (answer == null) {
      failed(failure == null ? new IllegalStateException("no answer") : failure);
      return;
    }
    synchronized (this) {
      if (over) {
        BodyCollector.discard(answer.body());
        return;
      }
    }
    try {
      start(answer);
    } catch (RuntimeException e) {
      boolean begun;
      synchronized (this) {
        begun = source != null;
      }
      if (!begun) {
        BodyCollector.discard(answer.body());
      }
      broken(e);
    }
  }

  private void start(HttpAnswer http) {
    byte[] whole = http.body().bytes().orElse(null);
    synchronized (this) {
      unbegun = http;
    }
    if (whole != null) {
      write(true, ByteBuffer.wrap(whole));
      return;
    }
    AnswerPieces pieces = new AnswerPieces(this);
    boolean unwanted;
    synchronized (this) {
      source = pieces;
      unwanted = over;
    }
    if (unwanted) {
      pieces.cancel();
    }
    http.body().content().subscribe(pieces);
  }

  private void write(boolean last, ByteBuffer bytes) {
    HttpAnswer http;
    synchronized (this) {
      writing = true;
      http = unbegun;
      unbegun = null;
      closes |= http != null && http.closes();
    }
    try {
      if (http != null) {
        putHead(http);
      }
      response.write(last, bytes, last ? new LastWritten() : new Written());
    } catch (RuntimeException e) {
      broken(e);
    }
  }

  private void putHead(HttpAnswer http) {
    response.setStatus(http.status());
    HttpFields.Mutable fields = response.getHeaders();
    for (Header header : http.headers()) {
      fields.add(header.name(), header.value());
    }
    if (http.body().length() >= 0) {
      fields.put(HttpHeader.CONTENT_LENGTH, http.body().length());
    }
    fields.put(RequestTrace.REQUEST_ID, requestId);
  }

  /**
   * The web server, or the answer's body, threw: no write is under way any more. Idle timeouts are
   * off, so without this the caller would wait for ever.
   */
  private void broken(RuntimeException cause) {
    AnswerPieces pieces;
    synchronized (this) {
      writing = false;
      pieces = source;
    }
    if (pieces != null) {
      pieces.cancel();
    }
    failed(cause);
  }

  /** What can be done after a write, or because of the end of the body. */
  private void proceed() {
    AnswerPieces next;
    boolean finish;
    Throwable failure;
    synchronized (this) {
      if (writing || over) {
        return;
      }
      failure = error;
      finish = ended && failure == null;
      over = failure != null;
      writing = finish;
      next = source;
    }
    if (failure != null) {
      Throwable cause = failure;
      request.setAttribute(RequestTrace.REQUEST_ID, requestId);
      // Closes the connection: the caller sees that the answer is not complete.
      CallerBody.stop(requestBody, () -> callback.failed(new Unlogged(cause)));
      listener.ended(Ending.CUT, cause);
    } else if (finish) {
      write(true, NOTHING);
    } else if (next != null) {
      next.next();
    }
  }

  private void callerLeft(Throwable cause) {
    AnswerPieces given;
    synchronized (this) {
      if (over) {
        return;
      }
      over = true;
      given = source;
    }
    if (given != null) {
      given.cancel();
    }
    cancellation.cancel();
    CallerBody.stop(requestBody, () -> callback.failed(new Unlogged(cause)));
    listener.ended(Ending.CALLER_LEFT, cause);
  }

  /** A piece of the answer was written, or could not be. */
  private final class Written implements Callback {

    @Override
    public void succeeded() {
      synchronized (AnswerSender.this) {
        writing = false;
      }
      proceed();
    }

    @Override
    public void failed(Throwable cause) {
      callerLeft(cause);
    }

    @Override
    public InvocationType getInvocationType() {
      return InvocationType.NON_BLOCKING;
    }
  }

  /** The whole answer was written, or could not be. */
  private final class LastWritten implements Callback {

    @Override
    public void succeeded() {
      synchronized (AnswerSender.this) {
        if (over) {
          return;
        }
        over = true;
      }
      if (CallerBody.isUnread(requestBody) && closes()) {
        Scheduler.Task close =
            request
                .getComponents()
                .getScheduler()
                .schedule(this::close, SECONDS_TO_LEAVE, TimeUnit.SECONDS);
        CallerBody.discardRest(
            requestBody,
            () -> {
              close.cancel();
              complete();
            });
      } else if (CallerBody.isUnread(requestBody)) {
        // Jetty closes a connection with unread bytes on it, and the answer may be lost then.
        CallerBody.discardRest(requestBody, this::complete);
      } else {
        complete();
      }
      listener.ended(Ending.COMPLETE, null);
    }

    private void complete() {
      if (isFirst()) {
        CallerBody.stop(requestBody, callback::succeeded);
      }
    }

    /** The caller has had time to leave. A request with unread bytes can only fail. */
    private void close() {
      if (isFirst()) {
        CallerBody.stop(
            requestBody,
            () -> callback.failed(new Unlogged(new TimeoutException("the caller stays"))));
      }
    }

    private boolean closes() {
      synchronized (AnswerSender.this) {
        return closes;
      }
    }

    private boolean isFirst() {
      synchronized (AnswerSender.this) {
        boolean first = !complete;
        complete = true;
        return first;
      }
    }

    @Override
    public void failed(Throwable cause) {
      callerLeft(cause);
    }

    @Override
    public InvocationType getInvocationType() {
      return InvocationType.NON_BLOCKING;
    }
  }

  @Override
  public void received(ByteBuffer bytes) {
    write(false, bytes);
  }

  @Override
  public void ended() {
    synchronized (this) {
      ended = true;
    }
    proceed();
  }

  @Override
  public void failed(Throwable cause) {
    HttpAnswer instead;
    synchronized (this) {
      instead = unbegun == null || over ? null : unbegun.ifBroken();
      unbegun = instead;
      if (instead == null) {
        error = cause;
      } else {
        source = null;
      }
    }
    if (instead == null) {
      proceed();
    } else {
      // No byte has gone out: the caller gets a whole answer that says so.
      write(true, ByteBuffer.wrap(instead.body().bytes().orElseThrow()));
    }
  }

  /**
   * Why a request failed. Jetty would write a warning about any other failure before the first byte
   * of an answer, with the whole address in it: checksum, passwords and names.
   */
  private static final class Unlogged extends IOException implements QuietException {

    private static final long serialVersionUID = 1L;

    Unlogged(Throwable cause) {
      super("the request could not be answered", cause);
    }
  }
}
