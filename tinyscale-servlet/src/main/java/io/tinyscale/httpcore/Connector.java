package io.tinyscale.httpcore;

import io.tinyscale.upstream.Failures;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.hc.core5.concurrent.FutureCallback;
import org.apache.hc.core5.http.impl.nio.ClientHttp1StreamDuplexerFactory;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.reactor.ConnectionInitiator;
import org.apache.hc.core5.reactor.IOEventHandler;
import org.apache.hc.core5.reactor.IOEventHandlerFactory;
import org.apache.hc.core5.reactor.IOSession;
import org.apache.hc.core5.reactor.ProtocolIOSession;
import org.apache.hc.core5.reactor.ssl.TransportSecurityLayer;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/**
 * Opens connections: name, address, TCP, TLS, all of it within one timeout. Until that is done no
 * byte of a request has left, so whatever fails in here is a request not sent.
 */
final class Connector implements IOEventHandlerFactory {

  private final ClientHttp1StreamDuplexerFactory duplexers;
  private final LazyTls tls;
  private final Duration timeout;
  private final Timeout silence;
  private final ScheduledExecutorService timer;
  private final Executor lookups;

  private @Nullable ConnectionInitiator reactor;

  Connector(
      ClientHttp1StreamDuplexerFactory duplexers,
      LazyTls tls,
      Duration timeout,
      Duration silence,
      ScheduledExecutorService timer,
      Executor lookups) {
    this.duplexers = duplexers;
    this.tls = tls;
    this.timeout = timeout;
    this.silence = Timeout.of(silence);
    this.timer = timer;
    this.lookups = lookups;
  }

  /** The reactor that runs the connections; it needs us to be made, so it comes after us. */
  void start(ConnectionInitiator reactor) {
    this.reactor = reactor;
  }

  /** Fails the lease unless it gets a connection of others in time. */
  void limitWait(ConnectionPool pool, ConnectionPool.Lease lease) {
    after(
        lease,
        () -> {
          if (pool.forget(lease)) {
            lease.fail(
                failure(pool.origin(), "no connection became free within " + text(timeout), null));
          }
        });
    lease.onSettled(() -> pool.forget(lease));
  }

  /** Opens a connection for the lease. */
  void connect(ConnectionPool pool, ConnectionPool.Lease lease, ConnectionPool.Permit permit) {
    after(
        lease,
        () ->
            lease.fail(
                failure(
                    pool.origin(),
                    "not connected within " + text(timeout),
                    new SocketTimeoutException("connect timed out"))));
    Attempt attempt = new Attempt(pool, lease, permit);
    try {
      lookups.execute(attempt::lookUp); // a name server may take its time, and Java waits for it
    } catch (RejectedExecutionException e) {
      attempt.giveUp(new IOException("closed"));
    }
  }

  private void after(ConnectionPool.Lease lease, Runnable action) {
    try {
      Future<?> timed = timer.schedule(action, timeout.toNanos(), TimeUnit.NANOSECONDS);
      lease.onSettled(() -> timed.cancel(false));
    } catch (RejectedExecutionException e) {
      // Closed: the lease is about to be cancelled with everything else.
    }
  }

  @Override
  public IOEventHandler createHandler(ProtocolIOSession session, Object attachment) {
    return ((Attempt) attachment).createHandler(session);
  }

  /** An error about this origin, in words an operator understands; never with a query. */
  static IOException failure(Origin origin, String what, @Nullable Throwable cause) {
    return new IOException(origin + ": " + what, cause);
  }

  private static String text(Duration duration) {
    return duration.toMillis() % 1000 == 0
        ? duration.toSeconds() + "s"
        : duration.toMillis() + "ms";
  }

  /** One connection on its way. */
  private final class Attempt {

    private final ConnectionPool pool;
    private final ConnectionPool.Lease lease;
    private final ConnectionPool.Permit permit;
    private volatile @Nullable Connection connection;

    Attempt(ConnectionPool pool, ConnectionPool.Lease lease, ConnectionPool.Permit permit) {
      this.pool = pool;
      this.lease = lease;
      this.permit = permit;
    }

    void lookUp() {
      if (lease.isSettled()) {
        permit.giveBack();
        return;
      }
      try {
        if (pool.origin().tls()) {
          tls.get(); // here, where waiting harms nobody
        }
        connect(List.of(InetAddress.getAllByName(pool.origin().host())).iterator());
      } catch (UnknownHostException e) {
        giveUp(failure(pool.origin(), "unknown host", e));
      } catch (IllegalStateException e) {
        giveUp(failure(pool.origin(), "TLS cannot be set up", e));
      }
    }

    /**
     * Tries the addresses one after the other: a name may have one that does not work from here.
     */
    private void connect(Iterator<InetAddress> addresses) {
      InetSocketAddress address = new InetSocketAddress(addresses.next(), pool.origin().port());
      ConnectionInitiator initiator = reactor;
      if (initiator == null) {
        throw new IllegalStateException("not started");
      }
      Future<IOSession> pending;
      try {
        pending =
            initiator.connect(
                pool.origin(),
                address,
                null,
                Timeout.of(timeout),
                this,
                new FutureCallback<>() {
                  @Override
                  public void completed(IOSession session) {
                    if (lease.isSettled()) {
                      session.close(CloseMode.IMMEDIATE);
                    } else if (!pool.origin().tls()) {
                      ready();
                    }
                  }

                  @Override
                  public void failed(Exception cause) {
                    if (addresses.hasNext() && !lease.isSettled()) {
                      connect(addresses);
                    } else {
                      giveUp(failure(pool.origin(), reason(cause), cause));
                    }
                  }

                  @Override
                  public void cancelled() {
                    permit.giveBack();
                  }
                });
      } catch (RuntimeException e) {
        giveUp(failure(pool.origin(), "closed", e));
        return;
      }
      lease.onSettled(() -> pending.cancel(true));
    }

    IOEventHandler createHandler(ProtocolIOSession session) {
      if (pool.origin().tls()) {
        tls.get()
            .upgrade(
                session,
                pool.origin(),
                null,
                Timeout.of(timeout),
                new FutureCallback<>() {
                  @Override
                  public void completed(TransportSecurityLayer layer) {
                    ready();
                  }

                  @Override
                  public void failed(Exception cause) {
                    lease.fail(failure(pool.origin(), "TLS: " + reason(cause), cause));
                  }

                  @Override
                  public void cancelled() {
                    lease.fail(failure(pool.origin(), "TLS: closed", null));
                  }
                });
      }
      Connection made = new Connection(duplexers.create(session), session, pool, permit, silence);
      connection = made;
      // A cancelled attempt leaves no connection behind, however far it got.
      lease.onSettled(
          () -> {
            if (connection != null) {
              made.abort();
            }
          });
      return made;
    }

    private void ready() {
      Connection made = connection;
      connection = null; // the lease's now: settling it does not close it any more
      if (made != null && !lease.succeed(made)) {
        made.abort();
      }
    }

    private void giveUp(IOException cause) {
      lease.fail(cause);
      permit.giveBack();
    }
  }

  /** In our words where the engine's are a bare figure. */
  private String reason(Exception cause) {
    if (cause instanceof SocketTimeoutException) {
      return "not connected within " + text(timeout);
    }
    return Failures.describe(cause);
  }
}
