package io.tinyscale.httpcore;

import java.io.IOException;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.apache.hc.core5.http.impl.nio.ClientHttp1IOEventHandler;
import org.apache.hc.core5.http.impl.nio.ClientHttp1StreamDuplexer;
import org.apache.hc.core5.http.nio.command.RequestExecutionCommand;
import org.apache.hc.core5.http.protocol.HttpCoreContext;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.reactor.Command;
import org.apache.hc.core5.reactor.IOSession;
import org.apache.hc.core5.reactor.ProtocolIOSession;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;

/** One open connection to a server: idle, or busy with one exchange. Thread-safe. */
final class Connection extends ClientHttp1IOEventHandler {

  /** Shorter than the keep-alive time of any server we know, so that we close first. */
  private static final Duration IDLE = Duration.ofSeconds(20);

  /** After this time no exchange begins on it: a name may have moved to another address. */
  private static final Duration LIFE = Duration.ofMinutes(10);

  private final ProtocolIOSession session;
  private final ConnectionPool pool;
  private final ConnectionPool.Permit permit;
  private final Timeout silence;
  private final LongSupplier nanoClock;
  private final long born;
  private volatile @Nullable Exchange exchange;
  private volatile Duration idleTime = IDLE;
  private volatile long idleSince;
  private volatile long receivedBefore;
  private volatile boolean reused;

  Connection(
      ClientHttp1StreamDuplexer duplexer,
      ProtocolIOSession session,
      ConnectionPool pool,
      ConnectionPool.Permit permit,
      Timeout silence,
      LongSupplier nanoClock) {
    super(duplexer);
    this.session = session;
    this.pool = pool;
    this.permit = permit;
    this.silence = silence;
    this.nanoClock = nanoClock;
    this.born = nanoClock.getAsLong();
  }

  /** Sends the exchange's request; what comes of it, the exchange hears itself. */
  void execute(Exchange next) {
    exchange = next;
    receivedBefore = reused ? received() : 0;
    restartSilence();
    session.enqueue(
        new RequestExecutionCommand(next, HttpCoreContext.create()), Command.Priority.NORMAL);
  }

  /** The exchange is over, on both sides; the connection may carry another one. */
  void release() {
    exchange = null;
    reused = true;
    idleSince = nanoClock.getAsLong();
    session.setSocketTimeout(Timeout.of(idleTime));
    pool.release(this);
  }

  /** Closes at once, whatever is under way; the server sees a reset, never a clean end. */
  void abort() {
    exchange = null;
    session.close(CloseMode.IMMEDIATE);
  }

  /** Closes an idle connection. */
  @Override
  public void close() {
    // A TLS session would wait for the server's farewell, maybe without end.
    session.close(session.getTlsDetails() == null ? CloseMode.GRACEFUL : CloseMode.IMMEDIATE);
  }

  /** Whether it has carried an exchange before, and so may have died unnoticed. */
  boolean isReused() {
    return reused;
  }

  /** Whether a byte has come since its last exchange began. */
  boolean hasAnswered() {
    return received() != receivedBefore;
  }

  private long received() {
    return getEndpointDetails().getReceivedBytesCount();
  }

  /** Whether an exchange may begin on it, as far as one can know. */
  boolean isUsable() {
    if (!session.isOpen() || !isOpen()) {
      return false;
    }
    long now = nanoClock.getAsLong();
    return !reused || now - idleSince < idleTime.toNanos() / 5 * 4 && now - born < LIFE.toNanos();
  }

  /** What the server said about how long it keeps an idle connection. */
  void keepAlive(Duration said) {
    idleTime = said.compareTo(IDLE) < 0 ? said : IDLE;
  }

  /** The silence so far is not the server's: from now on it may be. */
  void restartSilence() {
    session.setSocketTimeout(silence);
  }

  /** No byte moved for the time that was set. */
  @Override
  public void timeout(IOSession on, Timeout timeout) throws IOException {
    Exchange current = exchange;
    if (current == null) {
      close();
    } else if (current.waitsForServer()) {
      super.timeout(on, timeout);
    } else {
      // updateReadTime() is not enough for HttpCore 5.3, which Spring Boot 3 has: a slow caller
      // was taken for a silent server.
      restartSilence();
    }
  }

  @Override
  public void disconnected(IOSession on) {
    try {
      super.disconnected(on);
    } finally {
      pool.gone(this);
      permit.giveBack();
    }
  }
}
