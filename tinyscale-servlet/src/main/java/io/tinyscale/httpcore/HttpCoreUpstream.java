package io.tinyscale.httpcore;

import io.tinyscale.balancer.TinyscaleConfig;
import io.tinyscale.body.Cancellation;
import io.tinyscale.body.Header;
import io.tinyscale.observe.EventLog;
import io.tinyscale.observe.OutOfMemory;
import io.tinyscale.upstream.Outcome;
import io.tinyscale.upstream.Upstream;
import io.tinyscale.upstream.UpstreamRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.apache.hc.core5.http.HttpRequestInterceptor;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.impl.nio.ClientHttp1StreamDuplexerFactory;
import org.apache.hc.core5.http.message.BasicHttpRequest;
import org.apache.hc.core5.http.protocol.DefaultHttpProcessor;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.net.URIAuthority;
import org.apache.hc.core5.reactor.DefaultConnectingIOReactor;
import org.apache.hc.core5.reactor.IOReactorConfig;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;

/**
 * Sends requests over HTTP/1.1 with HttpCore 5, its reactor and its protocol handling, without what
 * the client above it adds: no redirects, cookies, authentication, retries, decoding. Connections
 * are kept and used again; each server has its own, so that a slow one takes none from the others.
 *
 * <p>Its threads are daemons named {@code tinyscale-http-n}: one per core that moves the bytes, and
 * now and then one that asks for an address or watches the time. Stages complete on them, so what
 * depends on a stage must not block. Thread-safe.
 */
public final class HttpCoreUpstream implements Upstream {

  private static final Duration LONGEST_CLOSE = Duration.ofSeconds(5);

  /** Written by us alone; a field of the request with such a name would break the framing. */
  private static final Set<String> OURS =
      Set.of(
          "host",
          "connection",
          "content-length",
          "expect",
          "keep-alive",
          "proxy-connection",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade");

  /** Connections to each server beside those for calls: sweeps find one whatever goes on. */
  private static final int CONNECTIONS_FOR_SWEEPS = 8;

  private final int connectionsPerServer;
  private final String userAgent;
  private final Connector connector;
  private final DefaultConnectingIOReactor reactor;
  private final ScheduledThreadPoolExecutor timer;
  private final ThreadPoolExecutor lookups;
  private final Queue<Thread> threads = new ConcurrentLinkedQueue<>();
  private final Map<Origin, ConnectionPool> pools = new ConcurrentHashMap<>();
  private final Set<Exchange> running = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  /** Starts a transport as this configuration wants it. */
  public static HttpCoreUpstream of(TinyscaleConfig config) {
    return new HttpCoreUpstream(
        config.transport().connect(),
        config.calls().longestAnswer(),
        config.transport().callsPerServer() + CONNECTIONS_FOR_SWEEPS,
        TrustedCas.contexts(config.transport().authorities()),
        "tinyscale");
  }

  /**
   * Starts it.
   *
   * @param connectTimeout for name, TCP and TLS together, and for waiting for a free connection
   * @param silenceTimeout how long a server may move no byte while we wait for it; time in which
   *     the caller is the slow one does not count
   * @param connectionsPerServer the most connections open to one server at a time
   * @param tls for https servers, asked for when there is one; host names are always verified
   * @param userAgent sent unless the request brings its own
   */
  public HttpCoreUpstream(
      Duration connectTimeout,
      Duration silenceTimeout,
      int connectionsPerServer,
      Supplier<SSLContext> tls,
      String userAgent) {
    this(
        connectTimeout,
        silenceTimeout,
        connectionsPerServer,
        tls,
        userAgent,
        Runtime.getRuntime().availableProcessors());
  }

  HttpCoreUpstream(
      Duration connectTimeout,
      Duration silenceTimeout,
      int connectionsPerServer,
      Supplier<SSLContext> tls,
      String userAgent,
      int ioThreads) {
    this(
        connectTimeout,
        silenceTimeout,
        connectionsPerServer,
        tls,
        userAgent,
        ioThreads,
        InetAddress::getAllByName,
        System::nanoTime);
  }

  HttpCoreUpstream(
      Duration connectTimeout,
      Duration silenceTimeout,
      int connectionsPerServer,
      Supplier<SSLContext> tls,
      String userAgent,
      int ioThreads,
      Lookup lookup,
      LongSupplier nanoClock) {
    if (connectionsPerServer < 1) {
      throw new IllegalArgumentException("connections per server: at least 1");
    }
    this.connectionsPerServer = connectionsPerServer;
    this.userAgent = userAgent;
    AtomicInteger number = new AtomicInteger();
    ThreadFactory factory =
        work -> {
          Thread thread = new Thread(work, "tinyscale-http-" + number.incrementAndGet());
          thread.setDaemon(true);
          thread.setUncaughtExceptionHandler(HttpCoreUpstream::dead);
          threads.removeIf(other -> other.getState() == Thread.State.TERMINATED);
          threads.add(thread);
          return thread;
        };
    timer = new ScheduledThreadPoolExecutor(1, factory);
    timer.setKeepAliveTime(10, TimeUnit.SECONDS);
    timer.allowCoreThreadTimeOut(true);
    timer.setRemoveOnCancelPolicy(true);
    lookups =
        new ThreadPoolExecutor(4, 4, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), factory);
    lookups.allowCoreThreadTimeOut(true);
    // Limits, for a server may send anything; the buffer is held three times per connection.
    Http1Config http =
        Http1Config.custom()
            .setBufferSize(8 * 1024)
            .setMaxLineLength(16 * 1024)
            .setMaxHeaderCount(200)
            .build();
    connector =
        new Connector(
            new ClientHttp1StreamDuplexerFactory(
                new DefaultHttpProcessor(new HttpRequestInterceptor[0]), http, null),
            new LazyTls(tls),
            connectTimeout,
            silenceTimeout,
            timer,
            lookups,
            lookup,
            nanoClock);
    long shortest = Math.min(connectTimeout.toMillis(), silenceTimeout.toMillis());
    IOReactorConfig config =
        IOReactorConfig.custom()
            .setIoThreadCount(ioThreads)
            .setSoTimeout(Timeout.of(silenceTimeout))
            .setSelectInterval(TimeValue.ofMilliseconds(Math.max(20, Math.min(1000, shortest / 8))))
            .setTcpNoDelay(true)
            .build();
    reactor = new DefaultConnectingIOReactor(connector, config, factory, null, null, null, null);
    connector.start(reactor);
    reactor.start();
  }

  /** Reports a thread that found no memory; no observer is known here. */
  private static void dead(Thread thread, Throwable thrown) {
    try {
      // The executable ends here.
      thread.getThreadGroup().uncaughtException(thread, thrown);
    } finally {
      OutOfMemoryError error = OutOfMemory.behind(thrown);
      if (error != null) {
        new EventLog().outOfMemory(error);
      }
    }
  }

  @Override
  public CompletionStage<Outcome> send(UpstreamRequest request, Cancellation cancellation) {
    Origin origin = Origin.of(request.server().api());
    BasicHttpRequest head;
    try {
      head = head(request, origin);
    } catch (IllegalArgumentException e) {
      return notSent(origin, "not a request: " + e.getMessage());
    }
    ConnectionPool pool =
        pools.computeIfAbsent(
            origin, key -> new ConnectionPool(key, connector, connectionsPerServer));
    Exchange exchange =
        new Exchange(pool, head, request.body(), request.mayRepeat(), running::remove);
    running.add(exchange);
    if (closed) { // looked at after add: close() sees the exchange, or the exchange sees close()
      running.remove(exchange);
      return notSent(origin, "closed");
    }
    return exchange.start(cancellation);
  }

  private static CompletionStage<Outcome> notSent(Origin origin, String what) {
    return CompletableFuture.completedFuture(
        new Outcome.NotSent(Connector.failure(origin, what, null)));
  }

  private BasicHttpRequest head(UpstreamRequest request, Origin origin) {
    if (!request.target().startsWith("/") || !isVisibleAscii(request.target(), ' ')) {
      throw new IllegalArgumentException("the target must be a path in printable ASCII");
    }
    // This constructor keeps the target as it is; the shorter ones parse it and write it anew.
    BasicHttpRequest head =
        new BasicHttpRequest(
            request.method(),
            origin.tls() ? "https" : "http",
            new URIAuthority(origin.host(), origin.port()),
            request.target());
    boolean noBody = request.body().isEmpty();
    boolean bare = noBody && request.method().equals("GET");
    boolean agent = false;
    head.addHeader("Host", origin.authority());
    for (Header header : request.headers()) {
      if (!isVisibleAscii(header.name(), ' ') || !isLine(header.value())) {
        throw new IllegalArgumentException("a header field with a line break");
      }
      String name = header.name().toLowerCase(Locale.ROOT);
      agent |= name.equals("user-agent");
      // Servers look at Content-Type only when a body is announced, and then refuse a wrong one.
      if (!OURS.contains(name) && !(bare && name.equals("content-type"))) {
        head.addHeader(header.name(), header.value());
      }
    }
    if (!agent) {
      head.addHeader("User-Agent", userAgent);
    }
    if (request.body().length() < 0) {
      head.addHeader("Transfer-Encoding", "chunked");
    } else if (!bare) {
      head.addHeader("Content-Length", Long.toString(request.body().length()));
    }
    return head;
  }

  private static boolean isVisibleAscii(String text, char below) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c <= below || c >= 0x7f) {
        return false;
      }
    }
    return true;
  }

  private static boolean isLine(String text) {
    return text.indexOf('\r') < 0 && text.indexOf('\n') < 0 && text.indexOf('\0') < 0;
  }

  /** The connections to each origin that a request was sent to. */
  public List<PoolStats> stats() {
    return pools.values().stream().map(ConnectionPool::stats).toList();
  }

  /** Gives up what is running, closes every connection and waits until the threads have ended. */
  @Override
  public void close() {
    closed = true;
    IOException cause = new IOException("closed");
    List.copyOf(running).forEach(exchange -> exchange.fail(cause));
    timer.shutdownNow();
    lookups.shutdownNow();
    reactor.close(CloseMode.IMMEDIATE);
    long deadline = System.nanoTime() + LONGEST_CLOSE.toNanos();
    for (Thread thread : threads) {
      try {
        long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
        if (thread != Thread.currentThread() && left > 0) {
          thread.join(left);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }
}
