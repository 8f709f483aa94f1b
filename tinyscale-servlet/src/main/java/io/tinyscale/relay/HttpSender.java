package io.tinyscale.relay;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.SystemDefaultDnsResolver;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.TlsConfig;
import org.apache.hc.client5.http.impl.nio.PoolingAsyncClientConnectionManager;
import org.apache.hc.client5.http.impl.nio.PoolingAsyncClientConnectionManagerBuilder;
import org.apache.hc.client5.http.ssl.ClientTlsStrategyBuilder;
import org.apache.hc.client5.http.ssl.HostnameVerificationPolicy;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.HttpRequestInterceptor;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.impl.nio.ClientHttp1IOEventHandler;
import org.apache.hc.core5.http.impl.nio.ClientHttp1StreamDuplexerFactory;
import org.apache.hc.core5.http.nio.ssl.TlsStrategy;
import org.apache.hc.core5.http.protocol.DefaultHttpProcessor;
import org.apache.hc.core5.http2.HttpVersionPolicy;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.reactor.DefaultConnectingIOReactor;
import org.apache.hc.core5.reactor.IOReactorConfig;
import org.apache.hc.core5.reactor.IOReactorStatus;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * Sends requests over the connections of Apache HttpClient 5, each over one of its own. Without a
 * proxy the addresses of a front end are judged first; with a proxy its own rules decide.
 * Thread-safe.
 */
final class HttpSender implements Sender {

  /** Far above the number of requests at a time, so none ever waits for a connection. */
  private static final int CONNECTIONS = 10_000;

  private static final String CLOSED = "closed";

  private final DnsResolver addresses;
  private final Optional<HttpHost> proxy;
  private final @Nullable ProxySelector ofTheJvm;
  private final Supplier<SSLContext> tls;
  private final Executor starts;
  private final Lookups lookups;
  private final ScheduledExecutorService timer;
  private final ThreadFactory threads;

  /** Under way: as many as the callers send at a time, which they bound. */
  private final Set<HttpExchange> exchanges = ConcurrentHashMap.newKeySet();

  // Both guarded by this.
  private @Nullable Connections connections;
  private boolean closed;

  /**
   * What exists once there is something to send. A proxy is looked up as the system does it: the
   * rules are for front ends.
   */
  private record Connections(
      DefaultConnectingIOReactor reactor,
      PoolingAsyncClientConnectionManager direct,
      PoolingAsyncClientConnectionManager overProxy) {

    void close() {
      direct.close(CloseMode.IMMEDIATE);
      overProxy.close(CloseMode.IMMEDIATE);
      reactor.close(CloseMode.IMMEDIATE);
    }
  }

  /**
   * A sender that has not sent anything.
   *
   * @param addresses finds and judges the addresses of front ends; may block
   * @param proxy for everything; without it the JVM's own settings decide
   * @param ofTheJvm null if the JVM has none
   * @param tls for https, asked for when there is something to send
   * @param starts where names are looked up, which may take long
   * @param timer ends what takes too long
   * @param threads move the bytes
   */
  HttpSender(
      DnsResolver addresses,
      Optional<InetSocketAddress> proxy,
      @Nullable ProxySelector ofTheJvm,
      Supplier<SSLContext> tls,
      Executor starts,
      ScheduledExecutorService timer,
      ThreadFactory threads) {
    this.addresses = addresses;
    this.proxy = proxy.map(HttpSender::host);
    this.ofTheJvm = ofTheJvm;
    this.tls = tls;
    this.starts = starts;
    this.lookups = new Lookups(starts);
    this.timer = timer;
    this.threads = threads;
  }

  private static HttpHost host(InetSocketAddress address) {
    return new HttpHost("http", address.getHostString(), address.getPort());
  }

  @Override
  public CompletionStage<Sent> send(Message message) {
    HttpExchange exchange = new HttpExchange(message);
    exchanges.add(exchange);
    exchange.sent().thenRun(() -> exchanges.remove(exchange));
    try {
      exchange.limit(timer);
      starts.execute(() -> start(exchange));
    } catch (RejectedExecutionException closing) {
      exchange.end(new Sent.Failed(CLOSED));
    }
    return exchange.sent();
  }

  private void start(HttpExchange exchange) {
    if (exchange.isOver()) {
      return;
    }
    try {
      Connections ready = connections();
      Optional<HttpHost> over = proxyFor(exchange.target());
      exchange.start(
          over.isPresent() ? ready.overProxy() : ready.direct(), ready.reactor(), over, lookups);
    } catch (IOException | RuntimeException e) {
      exchange.end(HttpExchange.outcome(e));
    }
  }

  private synchronized Connections connections() throws IOException {
    if (closed) {
      throw new IOException(CLOSED);
    }
    Connections ready = connections;
    if (ready != null && isDead(ready.reactor())) {
      ready.close();
      ready = null;
    }
    if (ready == null) {
      TlsStrategy secure =
          ClientTlsStrategyBuilder.create()
              .setSslContext(tls.get())
              // By default HttpClient 5.5, which Spring Boot 3 has, takes a certificate for any
              // name.
              .setHostVerificationPolicy(HostnameVerificationPolicy.BOTH)
              .buildAsync();
      ready =
          new Connections(
              reactor(),
              manager(addresses, secure),
              manager(SystemDefaultDnsResolver.INSTANCE, secure));
      connections = ready;
      ready.reactor().start();
    }
    return ready;
  }

  /** A lack of memory ends the thread that moves the bytes, and with it the reactor. */
  private static boolean isDead(DefaultConnectingIOReactor reactor) {
    return reactor.getStatus().compareTo(IOReactorStatus.ACTIVE) > 0;
  }

  /** Moves the bytes. The client's own reactor could not be kept from logging whole requests. */
  private DefaultConnectingIOReactor reactor() {
    ClientHttp1StreamDuplexerFactory http =
        new ClientHttp1StreamDuplexerFactory(
            new DefaultHttpProcessor(new HttpRequestInterceptor[0]),
            Http1Config.custom().setMaxLineLength(16 * 1024).setMaxHeaderCount(200).build(),
            null,
            // Behind the answer to a CONNECT the connection goes on.
            (request, response, context) ->
                request != null && request.getMethod().equals("CONNECT"),
            null,
            null,
            null);
    return new DefaultConnectingIOReactor(
        (session, attachment) -> new ClientHttp1IOEventHandler(http.create(session)),
        IOReactorConfig.custom().setIoThreadCount(1).setTcpNoDelay(true).build(),
        threads,
        null,
        null,
        null,
        null);
  }

  private static PoolingAsyncClientConnectionManager manager(DnsResolver names, TlsStrategy tls) {
    Timeout connect = Timeout.of(HttpExchange.CONNECT);
    return PoolingAsyncClientConnectionManagerBuilder.create()
        .setDnsResolver(names)
        .setTlsStrategy(tls)
        .setMaxConnTotal(CONNECTIONS)
        .setMaxConnPerRoute(CONNECTIONS)
        .setDefaultConnectionConfig(ConnectionConfig.custom().setConnectTimeout(connect).build())
        .setDefaultTlsConfig(
            TlsConfig.custom()
                .setHandshakeTimeout(connect)
                .setVersionPolicy(HttpVersionPolicy.FORCE_HTTP_1)
                .build())
        .build();
  }

  private Optional<HttpHost> proxyFor(HttpHost target) {
    ProxySelector selector = ofTheJvm;
    if (proxy.isPresent() || selector == null) {
      return proxy;
    }
    try {
      URI uri =
          new URI(
              target.getSchemeName(),
              null,
              target.getHostName(),
              target.getPort(),
              "/",
              null,
              null);
      return selector.select(uri).stream()
          .filter(choice -> choice.type() == Proxy.Type.HTTP)
          .findFirst()
          .flatMap(choice -> Optional.ofNullable((InetSocketAddress) choice.address()))
          .map(HttpSender::host);
    } catch (URISyntaxException noProxyKnowsIt) {
      return Optional.empty();
    }
  }

  @Override
  public void close() {
    Connections last;
    synchronized (this) {
      closed = true;
      last = connections;
    }
    // The library ends the connections, and tells those who wait for an answer nothing.
    exchanges.forEach(exchange -> exchange.end(new Sent.Failed(CLOSED)));
    if (last != null) {
      last.close();
    }
  }
}
