package io.tinyscale.servlet;

import io.tinyscale.body.Body;
import io.tinyscale.body.BodyCollector;
import io.tinyscale.body.Cancellation;
import io.tinyscale.body.Header;
import io.tinyscale.body.SerialLoop;
import io.tinyscale.http.AnswerListener;
import io.tinyscale.http.CallerBody;
import io.tinyscale.http.HttpAnswer;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/**
 * Writes one answer to one caller and ends the request, once, whatever happens. Never blocks: even
 * a small body goes through a {@link WriteListener}, because a plain write waits when the caller
 * does not read, and costs the same, for completing the request needs the container's thread either
 * way. Thread-safe.
 */
final class AnswerWriter implements WriteListener, AsyncListener {

  private enum Step {
    CHECK,
    WRITE,
    ASK,
    FLUSH,
    COMPLETE,
    ABORT,
    STOP
  }

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

  private final ServletOutputStream out;
  private final SerialLoop loop = new SerialLoop(this::step);

  // All below is guarded by this.
  private Flow.@Nullable Subscription subscription;
  private @Nullable ByteBuffer current;

  /** The container owes us a call; until it comes the stream must not be touched. */
  private boolean waiting = true;

  /** Something was written since the stream was last found ready. */
  private boolean unchecked;

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
   * @param cancellation cancelled when the caller leaves
   */
  AnswerWriter(
      AsyncContext async, Body requestBody, Cancellation cancellation, AnswerListener listener)
      throws IOException {
    this.async = async;
    this.response = (HttpServletResponse) async.getResponse();
    this.requestBody = requestBody;
    this.cancellation = cancellation;
    this.listener = listener;
    this.leavesBodiesUnread =
        async.getRequest().getServletContext().getServerInfo().startsWith("jetty");
    this.out = response.getOutputStream();
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

  /** Writes the answer; at most once, on any thread. */
  void write(HttpAnswer http) {
    synchronized (this) {
      if (over) {
        BodyCollector.discard(http.body());
        return;
      }
    }
    try {
      response.setStatus(http.status());
      http.headers().forEach(this::put);
      if (http.body().length() >= 0) {
        response.setContentLengthLong(http.body().length());
      }
      start(http.body());
    } catch (RuntimeException e) {
      Flow.Subscription source;
      synchronized (this) {
        source = subscription;
      }
      if (source != null) {
        source.cancel();
      } else {
        BodyCollector.discard(http.body());
      }
      fail(e);
    }
  }

  private void start(Body body) {
    byte[] whole = body.bytes().orElse(null);
    if (whole == null) {
      synchronized (this) {
        asked = true;
      }
      body.content().subscribe(new Source());
      return;
    }
    synchronized (this) {
      if (whole.length > 0) {
        current = ByteBuffer.wrap(whole);
      }
      ended = true;
    }
    loop.signal();
  }

  private void put(Header header) {
    if (header.is("Content-Type")) {
      response.setContentType(header.value());
    } else {
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
    Flow.Subscription source;
    Throwable failure;
    boolean complete = false;
    synchronized (this) {
      step = next();
      buffer = current;
      source = subscription;
      failure = error;
      switch (step) {
        case CHECK -> {
          // State first: the container's call may come before isReady() has returned.
          waiting = true;
          unchecked = false;
        }
        case WRITE -> {
          current = null;
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
      perform(step, buffer, source, failure);
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
    } else if (current != null) {
      return Step.WRITE;
    } else if (ended) {
      return !flushed && leavesBodiesUnread && CallerBody.isUnread(requestBody)
          ? Step.FLUSH
          : Step.COMPLETE;
    }
    return asked || subscription == null ? Step.STOP : Step.ASK;
  }

  private void perform(
      Step step,
      @Nullable ByteBuffer buffer,
      Flow.@Nullable Subscription source,
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
    } else if (step == Step.ASK && source != null) {
      source.request(1);
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
        response.sendError(
            -1); // Jetty resets the connection; anywhere else it is too late for that
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

  /** There will be no answer, because of a mistake of our own. */
  void fail(Throwable cause) {
    synchronized (this) {
      error = cause;
    }
    loop.signal();
  }

  /** The container could not write. */
  @Override
  public void onError(Throwable cause) {
    leave(cause);
  }

  private void leave(@Nullable Throwable cause) {
    Flow.Subscription source;
    synchronized (this) {
      if (over) {
        return;
      }
      over = true;
      left = true;
      current = null;
      source = subscription;
    }
    if (source != null) {
      source.cancel();
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

  /** Takes the body from where it comes, one buffer at a time. */
  private final class Source implements Flow.Subscriber<ByteBuffer> {

    @Override
    public void onSubscribe(Flow.Subscription given) {
      boolean unwanted;
      synchronized (AnswerWriter.this) {
        subscription = given;
        unwanted = over;
      }
      if (unwanted) {
        given.cancel();
      } else {
        given.request(1);
      }
    }

    @Override
    public void onNext(ByteBuffer buffer) {
      synchronized (AnswerWriter.this) {
        asked = false;
        current = buffer;
      }
      loop.signal();
    }

    @Override
    public void onComplete() {
      synchronized (AnswerWriter.this) {
        ended = true;
      }
      loop.signal();
    }

    @Override
    public void onError(Throwable cause) {
      fail(cause);
    }
  }
}
