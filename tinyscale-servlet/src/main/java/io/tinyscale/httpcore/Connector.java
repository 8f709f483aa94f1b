package io.tinyscale.httpcore;

import io.tinyscale.upstream.Failures;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
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

  /** How long one address of a name is tried alone. */
  private static final Duration NEXT_ADDRESS = Duration.ofMillis(250);

  private final ClientHttp1StreamDuplexerFactory duplexers;
  private final LazyTls tls;
  private final Duration timeout;
  private final Timeout silence;
  private final ScheduledExecutorService timer;
  private final Executor lookups;
  private final Lookup lookup;
  private final LongSupplier nanoClock;

  private @Nullable ConnectionInitiator reactor;

  Connector(
      ClientHttp1StreamDuplexerFactory duplexers,
      LazyTls tls,
      Duration timeout,
      Duration silence,
      ScheduledExecutorService timer,
      Executor lookups,
      Lookup lookup,
      LongSupplier nanoClock) {
    this.duplexers = duplexers;
    this.tls = tls;
    this.timeout = timeout;
    this.silence = Timeout.of(silence);
    this.timer = timer;
    this.lookups = lookups;
    this.lookup = lookup;
    this.nanoClock = nanoClock;
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
    return ((Attempt.Try) attachment).createHandler(session);
  }

  /** An error about this origin that shows whether it is the server's or our own. */
  private IOException notConnected(Origin origin, Exception cause) {
    return isOwnLack(cause)
        ? new OwnLackException(origin + ": " + Failures.describe(cause), cause)
        : failure(origin, reason(cause), cause);
  }

  /**
   * Whether no descriptor or no port is left. The class of a failure does not tell: a network that
   * cannot be reached has the class of a socket that cannot be opened.
   */
  private static boolean isOwnLack(Exception cause) {
    return cause instanceof BindException
        || isPlain(cause) && (describesLack(cause) || !canOpenSocket());
  }

  private static boolean isPlain(@Nullable Throwable cause) {
    return cause != null && cause.getClass().equals(SocketException.class);
  }

  /** Descriptors may be there again when the failure is looked at. */
  private static boolean describesLack(Exception cause) {
    return Failures.describe(cause).contains("open files");
  }

  private static boolean canOpenSocket() {
    try {
      SocketChannel.open().close();
      return true;
    } catch (IOException lack) {
      return false;
    }
  }

  /** A name that cannot be resolved may be unknown, or there is no descriptor to ask for it. */
  private static IOException unknownHost(Origin origin, UnknownHostException cause) {
    return canOpenSocket()
        ? failure(origin, "unknown host", cause)
        : new OwnLackException(origin + ": no descriptor is left to look up the name", cause);
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

  /**
   * One connection on its way. A name may have addresses that do not work from here, so the next
   * one is tried shortly after the last (RFC 8305); the first that lets us connect is taken.
   * Thread-safe.
   */
  private final class Attempt {

    private final ConnectionPool pool;
    private final ConnectionPool.Lease lease;
    private final ConnectionPool.Permit permit;
    private volatile @Nullable Connection connection;

    // All below is guarded by this.
    private Iterator<InetAddress> untried = Collections.emptyIterator();
    private int trying;
    private boolean connected;

    /** Of the failures of all addresses the one that tells most of the server. */
    private @Nullable IOException mostTelling;

    private @Nullable Future<?> alarm;

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
        List<InetAddress> found = byTurns(lookup.addresses(pool.origin().host()));
        synchronized (this) {
          untried = found.iterator();
        }
        if (found.size() > 1) {
          lease.onSettled(this::stopAlarm);
        }
        tryNext();
      } catch (UnknownHostException e) {
        giveUp(unknownHost(pool.origin(), e));
      } catch (IllegalStateException e) {
        giveUp(failure(pool.origin(), "TLS cannot be set up", e));
      }
    }

    private void tryNext() {
      InetAddress address = null;
      boolean unwanted;
      synchronized (this) {
        stopAlarm();
        if (!connected && untried.hasNext() && !lease.isSettled()) {
          address = untried.next();
          trying++;
          if (untried.hasNext()) {
            setAlarm();
          }
        }
        unwanted = !connected && trying == 0;
      }
      if (unwanted) {
        giveUp(failure(pool.origin(), "given up", null));
      }
      if (address == null) {
        return;
      }
      new Try().connect(new InetSocketAddress(address, pool.origin().port()));
    }

    private void setAlarm() {
      try {
        alarm = timer.schedule(this::tryNext, NEXT_ADDRESS.toNanos(), TimeUnit.NANOSECONDS);
      } catch (RejectedExecutionException e) {
        // Closed: the lease is about to be cancelled with everything else.
      }
    }

    private synchronized void stopAlarm() {
      Future<?> set = alarm;
      alarm = null;
      if (set != null) {
        set.cancel(false);
      }
    }

    /** One address was tried in vain, or too late. */
    private void ended(IOException cause) {
      boolean last;
      boolean next;
      IOException why;
      synchronized (this) {
        trying--;
        why = mostTelling == null || weight(cause) > weight(mostTelling) ? cause : mostTelling;
        mostTelling = why;
        next = !connected && untried.hasNext() && !lease.isSettled();
        last = !connected && !next && trying == 0;
      }
      if (next) {
        tryNext();
      } else if (last) {
        giveUp(why);
      }
    }

    /**
     * How much the failure of one address tells of the server. A machine may have no way to
     * addresses of one family. A server has refused a connection only if every other address that
     * we could try has.
     */
    private int weight(IOException failed) {
      if (failed instanceof OwnLackException) {
        return 0;
      }
      if (isPlain(failed.getCause())) {
        return 1;
      }
      return failed.getCause() instanceof ConnectException ? 2 : 3;
    }

    private void giveUp(IOException cause) {
      lease.fail(cause);
      permit.giveBack();
    }

    /** Takes the connection, if it is the first. */
    private synchronized boolean take() {
      boolean first = !connected && !lease.isSettled();
      connected |= first;
      return first;
    }

    private void ready() {
      Connection made = connection;
      connection = null; // the lease's now: settling it does not close it any more
      if (made != null && !lease.succeed(made)) {
        made.abort();
      }
    }

    private IOEventHandler handler(ProtocolIOSession session) {
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
      Connection made =
          new Connection(duplexers.create(session), session, pool, permit, silence, nanoClock);
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

    /** One address that is tried. */
    private final class Try implements FutureCallback<IOSession> {

      /** Written by the reactor's thread before it reads it. */
      private boolean first;

      void connect(InetSocketAddress address) {
        ConnectionInitiator initiator = reactor;
        if (initiator == null) {
          throw new IllegalStateException("not started");
        }
        Future<IOSession> pending;
        try {
          pending =
              initiator.connect(pool.origin(), address, null, Timeout.of(timeout), this, this);
        } catch (RuntimeException e) {
          IOException closed = failure(pool.origin(), "closed", e);
          lease.fail(closed);
          ended(closed);
          return;
        }
        lease.onSettled(() -> pending.cancel(true));
      }

      IOEventHandler createHandler(ProtocolIOSession session) {
        first = take();
        return first ? handler(session) : new UnwantedSession();
      }

      @Override
      public void completed(IOSession session) {
        if (!first) {
          session.close(CloseMode.IMMEDIATE);
          ended(failure(pool.origin(), "too late", null));
        } else if (lease.isSettled()) {
          session.close(CloseMode.IMMEDIATE);
        } else if (!pool.origin().tls()) {
          ready();
        }
      }

      @Override
      public void failed(Exception cause) {
        ended(notConnected(pool.origin(), cause));
      }

      @Override
      public void cancelled() {
        ended(failure(pool.origin(), "given up", null));
      }
    }
  }

  /** The addresses of either family by turns, those of each in the order in which they came. */
  static List<InetAddress> byTurns(InetAddress[] found) {
    Deque<InetAddress> firstFamily = new ArrayDeque<>();
    Deque<InetAddress> otherFamily = new ArrayDeque<>();
    for (InetAddress address : found) {
      (address.getClass() == found[0].getClass() ? firstFamily : otherFamily).add(address);
    }
    List<InetAddress> byTurns = new ArrayList<>(found.length);
    while (!firstFamily.isEmpty() || !otherFamily.isEmpty()) {
      Stream.of(firstFamily.poll(), otherFamily.poll())
          .filter(Objects::nonNull)
          .forEach(byTurns::add);
    }
    return byTurns;
  }

  /** In our words where the engine's are a bare figure. */
  private String reason(Exception cause) {
    if (cause instanceof SocketTimeoutException) {
      return "not connected within " + text(timeout);
    }
    return Failures.describe(cause);
  }
}
