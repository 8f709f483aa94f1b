package io.tinyscale.relay;

import io.tinyscale.body.Header;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.net.ssl.SSLException;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.client5.http.HttpRoute;
import org.apache.hc.client5.http.nio.AsyncClientConnectionManager;
import org.apache.hc.client5.http.nio.AsyncConnectionEndpoint;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.core5.concurrent.FutureCallback;
import org.apache.hc.core5.http.ConnectionClosedException;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.message.BasicHttpRequest;
import org.apache.hc.core5.http.nio.support.BasicClientExchangeHandler;
import org.apache.hc.core5.http.nio.support.BasicRequestProducer;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.net.URIAuthority;
import org.apache.hc.core5.reactor.ConnectionInitiator;
import org.apache.hc.core5.reactor.IOSession;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * One request on its way: a connection, perhaps over a proxy, the request, the head of the answer.
 * The first end counts, and closes the connection. Thread-safe.
 */
final class HttpExchange {

  /** Time for a connection, and again for TLS. */
  static final Duration CONNECT = Duration.ofSeconds(2);

  private static final int OK = 200;
  private static final String ID = "relay";

  private final Message message;
  private final CompletableFuture<Sent> sent = new CompletableFuture<>();
  private final HttpClientContext context = HttpClientContext.create();

  // All below is guarded by this.
  private Sent.@Nullable Answered answered;
  private @Nullable AsyncClientConnectionManager manager;
  private @Nullable AsyncConnectionEndpoint endpoint;
  private @Nullable Future<?> connecting;
  private @Nullable IOSession session;
  private @Nullable ScheduledFuture<?> limit;

  HttpExchange(Message message) {
    this.message = message;
  }

  /** What becomes of it. */
  CompletionStage<Sent> sent() {
    return sent;
  }

  /** Ends the exchange when all of it has taken too long, whichever part it is. */
  void limit(ScheduledExecutorService timer) {
    ScheduledFuture<?> alarm =
        timer.schedule(
            () -> end(new Sent.Failed("timeout")),
            message.limit().toMillis(),
            TimeUnit.MILLISECONDS);
    synchronized (this) {
      limit = alarm;
    }
  }

  /** Whether nobody waits for it any more. */
  boolean isOver() {
    return sent.isDone();
  }

  /** Where the request goes. */
  HttpHost target() {
    Destination to = message.to();
    return new HttpHost(to.tls() ? "https" : "http", to.host(), to.port());
  }

  /**
   * Begins.
   *
   * @param lookups where the address of the name is waited for
   */
  void start(
      AsyncClientConnectionManager connections,
      ConnectionInitiator initiator,
      Optional<HttpHost> proxy,
      Lookups lookups) {
    HttpHost target = target();
    boolean tls = message.to().tls();
    HttpRoute route =
        proxy
            .map(over -> new HttpRoute(target, null, over, tls))
            .orElseGet(() -> new HttpRoute(target, null, tls));
    FutureCallback<AsyncConnectionEndpoint> connect =
        step(leased -> connect(connections, leased, initiator, route));
    connections.lease(
        ID,
        route,
        null,
        Timeout.of(CONNECT),
        // Any thread may bring the lease, and not each of them may wait for a name server.
        step(leased -> lookups.run(target.getHostName(), () -> connect.completed(leased))));
  }

  /**
   * Opens connections and keeps hold of them: until the handshake of TLS is over, the manager of
   * connections does not know them and cannot close them.
   */
  private ConnectionInitiator holding(ConnectionInitiator initiator) {
    return (remote, address, local, timeout, attachment, callback) ->
        initiator.connect(
            remote,
            address,
            local,
            timeout,
            attachment,
            new FutureCallback<>() {
              @Override
              public void completed(IOSession opened) {
                hold(opened);
                callback.completed(opened);
              }

              @Override
              public void failed(Exception cause) {
                callback.failed(cause);
              }

              @Override
              public void cancelled() {
                callback.cancelled();
              }
            });
  }

  private void hold(IOSession opened) {
    synchronized (this) {
      session = opened;
    }
    if (isOver()) {
      opened.close(CloseMode.IMMEDIATE);
    }
  }

  private void connect(
      AsyncClientConnectionManager connections,
      AsyncConnectionEndpoint leased,
      ConnectionInitiator initiator,
      HttpRoute route) {
    synchronized (this) {
      manager = connections;
      endpoint = leased;
    }
    if (isOver()) {
      connections.release(leased, null, TimeValue.ZERO_MILLISECONDS);
      return;
    }
    Future<?> future =
        connections.connect(
            leased,
            holding(initiator),
            Timeout.of(CONNECT),
            null,
            context,
            step(
                connected -> {
                  if (route.isTunnelled()) {
                    tunnel(connections, leased);
                  } else {
                    request(leased, route.getProxyHost() != null);
                  }
                }));
    synchronized (this) {
      connecting = future;
    }
    if (isOver()) {
      disconnect();
    }
  }

  /** Asks the proxy for a way to the front end, and starts TLS on it. */
  private void tunnel(AsyncClientConnectionManager connections, AsyncConnectionEndpoint leased) {
    Destination to = message.to();
    URIAuthority authority = new URIAuthority(to.host(), to.port());
    BasicHttpRequest ask = new BasicHttpRequest("CONNECT", "http", authority, authority.toString());
    ask.addHeader("Host", authority.toString());
    leased.execute(
        ID,
        new BasicClientExchangeHandler<>(
            new BasicRequestProducer(ask, null),
            new AnswerHead(
                head -> {
                  if (head.status() != OK) {
                    end(new Sent.Failed("status " + head.status() + " of the proxy"));
                  }
                },
                () -> end(new Sent.Failed("the proxy's answer is too long"))),
            step(
                opened -> {
                  if (!isOver()) {
                    connections.upgrade(
                        leased, null, context, step(secured -> request(leased, false)));
                  }
                })),
        context);
  }

  private void request(AsyncConnectionEndpoint leased, boolean overProxy) {
    if (isOver()) {
      return;
    }
    boolean empty = message.content().length() == 0;
    leased.execute(
        ID,
        new BasicClientExchangeHandler<>(
            new BasicRequestProducer(
                head(overProxy), empty ? null : new ContentProducer(message.content())),
            new AnswerHead(this::answered, () -> end(new Sent.Failed("no answer"))),
            step(whole -> end(new Sent.Failed("no answer")))),
        context);
  }

  private BasicHttpRequest head(boolean overProxy) {
    Destination to = message.to();
    boolean usual = to.port() == (to.tls() ? 443 : 80);
    URIAuthority authority = new URIAuthority(to.host(), usual ? -1 : to.port());
    // This constructor keeps the target as it is; the shorter ones parse it and write it anew.
    BasicHttpRequest request =
        new BasicHttpRequest(message.method(), to.tls() ? "https" : "http", authority, to.target());
    request.setAbsoluteRequestUri(overProxy);
    request.addHeader("Host", authority.toString());
    for (Header header : message.headers()) {
      request.addHeader(header.name(), header.value());
    }
    if (message.headers().stream().noneMatch(header -> header.is("User-Agent"))) {
      request.addHeader("User-Agent", "tinyscale");
    }
    if (!message.method().equals("GET")) {
      request.addHeader("Content-Length", Long.toString(message.content().length()));
    }
    request.addHeader("Connection", "close");
    return request;
  }

  /** The head of the answer is there; whatever follows, it counts. */
  private synchronized void answered(Sent.Answered head) {
    answered = head;
  }

  /** Ends it, unless it has ended; an answer that is there already counts more. */
  void end(Sent otherwise) {
    Sent result;
    ScheduledFuture<?> alarm;
    synchronized (this) {
      result = answered == null ? otherwise : answered;
      alarm = limit;
    }
    if (sent.complete(result)) {
      if (alarm != null) {
        alarm.cancel(false);
      }
      disconnect();
    }
  }

  private void disconnect() {
    AsyncClientConnectionManager owner;
    AsyncConnectionEndpoint open;
    Future<?> opening;
    IOSession opened;
    synchronized (this) {
      opened = session;
      owner = manager;
      open = endpoint;
      opening = connecting;
      endpoint = open == null || opening == null ? open : null;
    }
    if (opened != null) {
      opened.close(CloseMode.IMMEDIATE);
    }
    if (owner != null && open != null && opening != null) {
      opening.cancel(true);
      open.close(CloseMode.IMMEDIATE);
      owner.release(open, null, TimeValue.ZERO_MILLISECONDS);
    }
  }

  /** Goes on when a part of the work is done, and ends the exchange when the part fails. */
  private <T> FutureCallback<T> step(Consumer<T> next) {
    return new FutureCallback<>() {
      @Override
      public void completed(T result) {
        try {
          next.accept(result);
        } catch (RuntimeException e) {
          failed(e);
        }
      }

      @Override
      public void failed(Exception cause) {
        end(outcome(cause));
      }

      @Override
      public void cancelled() {
        end(new Sent.Failed("cancelled"));
      }
    };
  }

  /** What a failure says, in words that hold nothing of a URL. */
  static Sent outcome(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof RefusedException refused) {
        return new Sent.Refused(String.valueOf(refused.getMessage()));
      }
    }
    if (failure instanceof UnknownHostException) {
      return new Sent.Failed("its name has no address");
    }
    if (failure instanceof ConnectTimeoutException || failure instanceof SocketTimeoutException) {
      return new Sent.Failed("timeout");
    }
    if (failure instanceof ConnectException) {
      return new Sent.Failed("no connection");
    }
    if (failure instanceof SSLException) {
      return new Sent.Failed("TLS failed");
    }
    if (failure instanceof ConnectionClosedException) {
      return new Sent.Failed("connection closed");
    }
    return new Sent.Failed(failure.getClass().getSimpleName());
  }
}
