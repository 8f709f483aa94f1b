package io.tinyscale.health;

import io.tinyscale.bbb.ApiCall;
import io.tinyscale.observe.GatewayObserver;
import io.tinyscale.server.AttemptOutcome;
import io.tinyscale.server.Server;
import io.tinyscale.server.ServerPool;
import io.tinyscale.trace.RequestTrace;
import io.tinyscale.upstream.OutcomeListener;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Judges servers by real calls: a server that fails too many in a row is ejected. When its time is
 * over, the server is on trial until a create passes. Creates are judged by creates: a server that
 * fails each of them is ejected although its other calls pass. A create with a body that a server
 * answers with HTTP 500 may be the caller's fault: it counts only if another server has taken a
 * create with a body since the last that counted. Thread-safe.
 */
public final class PassiveChecks implements OutcomeListener, AutoCloseable {

  private final ServerPool pool;
  private final GatewayObserver observer;
  private final Duration ejection;
  private final ScheduledExecutorService timer;
  private final LongSupplier nanoClock;
  private final OutcomeListener contact;

  /** The server that last took a create with a body, since the last failure that counted for it. */
  private volatile String tookBody = "";

  private volatile boolean closed;

  /**
   * Judges the servers of this pool.
   *
   * @param ejection how long a server is out the first time
   * @param nanoClock as {@link System#nanoTime()}
   * @param contact is told whether servers answer at all
   */
  public PassiveChecks(
      ServerPool pool,
      GatewayObserver observer,
      Duration ejection,
      ScheduledExecutorService timer,
      LongSupplier nanoClock,
      OutcomeListener contact) {
    this.pool = pool;
    this.observer = observer;
    this.ejection = ejection;
    this.timer = timer;
    this.nanoClock = nanoClock;
    this.contact = contact;
  }

  @Override
  public void answered(Server server, ApiCall call) {
    if (pool.answered(server, call.equals(ApiCall.CREATE))) {
      observer.serverReadmitted(server);
    }
  }

  @Override
  public void failed(Server server, ApiCall call, String cause) {
    if (closed) {
      return;
    }
    long now = nanoClock.getAsLong();
    pool.erred(server, call.equals(ApiCall.CREATE), now, ejection, cause)
        .ifPresent(
            until -> {
              observer.serverEjected(server, Duration.ofNanos(until - now), cause);
              readmitAt(server, until);
            });
  }

  @Override
  public void stumbled(Server server, ApiCall call, String cause) {
    // What one server takes and another does not shows a broken server, not a broken caller; but
    // callers differ, so each body that was taken stands against one failure only.
    if (!tookBody.isEmpty() && !tookBody.equals(server.name())) {
      tookBody = "";
      failed(server, call, cause);
    }
  }

  @Override
  public void tookBody(Server server) {
    tookBody = server.name();
  }

  @Override
  public void refusedSecret(Server server) {
    if (pool.refusedCall(server)) {
      observer.serverRefusesSecret(server);
    }
  }

  @Override
  public void heard(Server server) {
    contact.heard(server);
  }

  @Override
  public void unheard(Server server, long asked, boolean refused) {
    if (!closed) {
      contact.unheard(server, asked, refused);
    }
  }

  @Override
  public void attemptEnded(Server server, ApiCall call, AttemptOutcome outcome, long nanos) {
    observer.attemptEnded(server, call, outcome, nanos);
  }

  @Override
  public void bug(ApiCall call, Throwable bug, RequestTrace trace) {
    observer.bug(call, bug, trace);
  }

  /** Judges no more: calls that are given up at the end are no server's failure. */
  @Override
  public void close() {
    closed = true;
  }

  private void readmitAt(Server server, long until) {
    try {
      timer.schedule(
          () -> {
            if (pool.readmit(server, nanoClock.getAsLong())) {
              observer.serverOnTrial(server);
            }
          },
          until - nanoClock.getAsLong(),
          TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException stopped) {
      closed = true;
    }
  }
}
