package io.tinyscale.servlet;

import io.tinyscale.body.Body;
import io.tinyscale.body.BodyCollector;
import io.tinyscale.body.Cancellation;
import io.tinyscale.body.Header;
import io.tinyscale.body.SerialLoop;
import io.tinyscale.http.AnswerListener;
import io.tinyscale.http.AnswerPieces;
import io.tinyscale.http.CallerBody;
import io.tinyscale.http.HttpAnswer;
import io.tinyscale.trace.RequestTrace;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Writes one answer to one caller and ends the request, once, whatever happens. Never blocks: even
 * a small body goes through a {@link WriteListener}, because a plain write waits when the caller
 * does not read, and costs the same, for completing the request needs the container's thread either
 * way. Thread-safe.
 */
final class AnswerWriter implements WriteListener, AsyncListener, AnswerPieces.Receiver {

  private enum Step {
    CHECK,
    HEAD,
    WRITE,
    PUSH,
    ASK,
    FLUSH,
    COMPLETE,
    ABORT,
    STOP
  }

  private static final Header EVENTS = new Header("Content-Type", "text/event-stream");

  private static final String ABORT = AnswerWriter.class.getName() + ".abort";

  private final AsyncContext async;
  private final HttpServletResponse response;
  private final Body requestBody;
  private final Cancellation cancellation;
  private final AnswerListener listener;

  /**
   * Jetty closes a connection with something unread on it, and the answer may be lost with it;
   * Tomcat reads on by itself when the request is complete.
   */
  private final boolean leavesBodiesUnread;

  /** Other versions of HTTP have no header field that closes a connection. */
  private final boolean isHttp1;

  private final ServletOutputStream out;
  private final SerialLoop loop = new SerialLoop(this::step);

  // All below is guarded by this.

  /** The answer whose head is put when the first byte of its body, or its end, is there. */
  private @Nullable HttpAnswer unbegun;

  private @Nullable AnswerPieces source;
  private @Nullable ByteBuffer current;

  /** The container owes us a call; until it comes the stream must not be touched. */
  private boolean waiting = true;

  /** Something was written since the stream was last found ready. */
  private boolean unchecked;

  /** The caller shall have each piece at once: the answer tells what happens. */
  private boolean live;

  /** A piece of such an answer may still be with the container. */
  private boolean unpushed;

  /** The container closes the connection after the answer, whatever is unread on it. */
  private boolean closes;

  /** The answer is on its way, and the rest of the request is to be thrown away. */
  private boolean flushed;

  private boolean asked;

  /** The caller has left; the request is to be completed as soon as no write is under way. */
  private boolean left;

  private boolean ended;
  private @Nullable Throwable error;
  private boolean over;

  /**
   * A writer for this request. Make it on the container's thread, before the filter returns.
   *
   * <p>The listener is set here and not when there is something to write. Set on another thread, it
   * makes Tomcat process the connection on that thread, up to the end of the request, where it
   * waits for the rest of an unfinished upload: the client's thread would stand still for all
   * servers.
   *
   * @param requestBody made by {@link RequestBody}; reading it ends before the request does
   * @param requestId stands in the answer, whatever the answer is
   * @param cancellation cancelled when the caller leaves
   */
  AnswerWriter(
      AsyncContext async,
      Body requestBody,
      String requestId,
      Cancellation cancellation,
      AnswerListener listener)
      throws IOException {
    this.async = async;
    this.response = (HttpServletResponse) async.getResponse();
    this.requestBody = requestBody;
    this.cancellation = cancellation;
    this.listener = listener;
    this.leavesBodiesUnread =
        async.getRequest().getServletContext().getServerInfo().startsWith("jetty");
    this.isHttp1 = async.getRequest().getProtocol().startsWith("HTTP/1");
    this.out = response.getOutputStream();
    response.setHeader(RequestTrace.REQUEST_ID, requestId);
    async.addListener(this);
    out.setWriteListener(this);
  }

  /**
   * To be called first thing in a filter: ends a request whose answer failed half way, by the one
   * exception for which a container closes the connection instead of ending the answer properly.
   * The filter must be mapped for asynchronous dispatches.
   */
  static void abortIfAsked(ServletRequest request) throws IOException {
    if (request.getAttribute(ABORT) != null) {
      throw new IOException("the answer could not be completed");
    }
  }

  /**
   * Writes the answer, or ends the request as a failed one if there is none; at most once, on any
   * thread.
   */
  void write(@Nullable HttpAnswer http, @Nullable Throwable failure) {
    if (http == null) {
      failed(failure == null ? new IllegalStateException("no answer") : failure);
      return;
    }
    synchronized (this) {
      if (over) {
        BodyCollector.discard(http.body());
        return;
      }
    }
    try {
      start(http);
    } catch (RuntimeException e) {
      AnswerPieces begun;
      synchronized (this) {
        begun = source;
      }
      if (begun != null) {
        begun.cancel();
      } else {
        BodyCollector.discard(http.body());
      }
      failed(e);
    }
  }

  private void start(HttpAnswer http) {
    byte[] whole = http.body().bytes().orElse(null);
    if (whole == null) {
      AnswerPieces pieces = new AnswerPieces(this);
      boolean unwanted;
      synchronized (this) {
        unbegun = http;
        asked = true;
        source = pieces;
        unwanted = over;
      }
      if (unwanted) {
        pieces.cancel();
      }
      http.body().content().subscribe(pieces);
      return;
    }
    synchronized (this) {
      beWhole(http, whole);
    }
    loop.signal();
  }

  /** Makes an answer in memory the one to write; to be called with the lock. */
  private void beWhole(HttpAnswer http, byte[] whole) {
    unbegun = http;
    current = whole.length > 0 ? ByteBuffer.wrap(whole) : null;
    ended = true;
  }

  private void putHead(HttpAnswer http) {
    try {
      response.setStatus(http.status());
      http.headers().forEach(this::put);
      if (http.body().length() >= 0) {
        response.setContentLengthLong(http.body().length());
      }
    } catch (RuntimeException e) {
      AnswerPieces begun;
      synchronized (this) {
        error = e;
        begun = source;
      }
      if (begun != null) {
        begun.cancel();
      }
    }
  }

  private void put(Header header) {
    if (header.is("Content-Type")) {
      response.setContentType(header.value());
    } else if (!header.is(RequestTrace.REQUEST_ID)
        && (isHttp1 || !header.equals(HttpAnswer.CLOSE))) {
      response.addHeader(header.name(), header.value());
    }
  }

  @Override
  public void onWritePossible() {
    synchronized (this) {
      waiting = false;
    }
    loop.signal();
  }

  /** Does one thing that can be done now; false if there is none. */
  private boolean step() {
    Step step;
    ByteBuffer buffer;
    AnswerPieces pieces;
    Throwable failure;
    HttpAnswer http;
    boolean complete = false;
    synchronized (this) {
      step = next();
      http = unbegun;
      buffer = current;
      pieces = source;
      failure = error;
      switch (step) {
        case CHECK -> {
          // State first: the container's call may come before isReady() has returned.
          waiting = true;
          unchecked = false;
        }
        case HEAD -> {
          closes = isHttp1 && http != null && http.closes();
          live = http != null && http.headers().contains(EVENTS);
          unbegun = null;
        }
        case WRITE -> {
          current = null;
          unchecked = true;
          unpushed = live;
        }
        case PUSH -> {
          unpushed = false;
          unchecked = true;
        }
        case ASK -> asked = true;
        case FLUSH -> {
          flushed = true;
          unchecked = true;
        }
        case COMPLETE, ABORT -> over = true;
        case STOP -> {
          complete = left;
          left = false;
        }
      }
    }
    if (step == Step.STOP) {
      if (complete) {
        CallerBody.stop(requestBody, this::complete);
      }
      return false;
    }
    try {
      if (step == Step.HEAD && http != null) {
        putHead(http);
      } else {
        perform(step, buffer, pieces, failure);
      }
    } catch (IOException | RuntimeException e) {
      leave(e);
    }
    return true;
  }

  private Step next() {
    if (over) {
      return Step.STOP;
    } else if (error != null) {
      return Step.ABORT;
    } else if (waiting) {
      return Step.STOP;
    } else if (unchecked) {
      return Step.CHECK;
    } else if (unbegun != null && (current != null || ended)) {
      return Step.HEAD;
    } else if (current != null) {
      return Step.WRITE;
    } else if (unpushed) {
      return Step.PUSH;
    } else if (ended) {
      return !flushed && (leavesBodiesUnread || closes) && CallerBody.isUnread(requestBody)
          ? Step.FLUSH
          : Step.COMPLETE;
    }
    return asked || source == null ? Step.STOP : Step.ASK;
  }

  private void perform(
      Step step,
      @Nullable ByteBuffer buffer,
      @Nullable AnswerPieces pieces,
      @Nullable Throwable failure)
      throws IOException {
    if (step == Step.CHECK) {
      if (out.isReady()) {
        synchronized (this) {
          waiting = false;
        }
      }
    } else if (step == Step.WRITE && buffer != null) {
      write(buffer);
    } else if (step == Step.ASK && pieces != null) {
      pieces.next();
    } else if (step == Step.PUSH) {
      out.flush();
    } else if (step == Step.FLUSH) {
      // The caller shall have the answer while the rest of its body is thrown away.
      out.flush();
    } else if (step == Step.COMPLETE) {
      if (flushed) {
        CallerBody.discardRest(requestBody, () -> CallerBody.stop(requestBody, this::complete));
      } else {
        CallerBody.stop(requestBody, this::complete);
      }
      listener.ended(AnswerListener.Ending.COMPLETE, null);
    } else if (step == Step.ABORT) {
      CallerBody.stop(requestBody, this::abort);
      listener.ended(AnswerListener.Ending.CUT, failure);
    }
  }

  private void write(ByteBuffer buffer) throws IOException {
    if (buffer.hasArray()) {
      out.write(buffer.array(), buffer.arrayOffset() + buffer.position(), buffer.remaining());
    } else {
      byte[] bytes = new byte[buffer.remaining()];
      buffer.get(bytes);
      out.write(bytes);
    }
  }

  private void complete() {
    try {
      async.complete();
    } catch (IllegalStateException e) {
      // The container was faster: the request is complete.
    }
  }

  /**
   * Makes the caller see that the answer is not complete. Completing the request would end it
   * properly where it is chunked, and not at all where it has a length.
   */
  private void abort() {
    try {
      if (response.isCommitted()) {
        // Jetty resets the connection; in other containers it is too late for that.
        response.sendError(-1);
        complete();
        return;
      }
    } catch (IOException | RuntimeException e) {
      // Not Jetty.
    }
    try {
      async.getRequest().setAttribute(ABORT, true);
      async.dispatch();
    } catch (RuntimeException e) {
      complete();
    }
  }

  /** The container could not write. */
  @Override
  public void onError(Throwable cause) {
    leave(cause);
  }

  private void leave(@Nullable Throwable cause) {
    AnswerPieces pieces;
    synchronized (this) {
      if (over) {
        return;
      }
      over = true;
      left = true;
      current = null;
      pieces = source;
    }
    if (pieces != null) {
      pieces.cancel();
    }
    cancellation.cancel();
    // A write on another thread must be over before the container may use the response again.
    loop.signal();
    listener.ended(AnswerListener.Ending.CALLER_LEFT, cause);
  }

  @Override
  public void onTimeout(AsyncEvent event) {
    leave(event.getThrowable());
  }

  @Override
  public void onError(AsyncEvent event) {
    leave(event.getThrowable());
  }

  @Override
  public void onComplete(AsyncEvent event) {
    leave(event.getThrowable());
  }

  @Override
  public void onStartAsync(AsyncEvent event) {
    event.getAsyncContext().addListener(this);
  }

  @Override
  public void received(ByteBuffer buffer) {
    synchronized (this) {
      asked = false;
      current = buffer;
    }
    loop.signal();
  }

  @Override
  public void ended() {
    synchronized (this) {
      ended = true;
    }
    loop.signal();
  }

  @Override
  public void failed(Throwable cause) {
    synchronized (this) {
      HttpAnswer instead = unbegun == null ? null : unbegun.ifBroken();
      if (instead == null) {
        error = cause;
      } else {
        // No byte has gone out: the caller gets a whole answer that says so.
        source = null;
        beWhole(instead, instead.body().bytes().orElseThrow());
      }
    }
    loop.signal();
  }
}
