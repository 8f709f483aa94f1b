package io.tinyscale.httpcore;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The connections to one origin, at most so many at a time. A permit lives from the decision to
 * connect until the socket is closed, so the limit holds for sockets, not for intentions.
 * Thread-safe; calls nobody while it holds its lock.
 */
final class ConnectionPool {

  private final Origin origin;
  private final Connector connector;
  private final int limit;

  // Guarded by this.
  private final Deque<Connection> idle = new ArrayDeque<>();
  private final Deque<Lease> waiting = new ArrayDeque<>();
  private int open;

  ConnectionPool(Origin origin, Connector connector, int limit) {
    this.origin = origin;
    this.connector = connector;
    this.limit = limit;
  }

  Origin origin() {
    return origin;
  }

  /**
   * Finds or opens a connection for the lease, or lets it wait for one.
   *
   * @param fresh whether idle connections are not good enough; they are closed, for one that died
   *     unnoticed has seldom died alone
   */
  void lease(Lease lease, boolean fresh) {
    List<Connection> unusable = new ArrayList<>(0);
    Connection found = null;
    Permit permit = null;
    synchronized (this) {
      Connection candidate;
      while (found == null && (candidate = idle.pollLast()) != null) {
        if (!fresh && candidate.isUsable()) {
          found = candidate;
        } else {
          unusable.add(candidate);
        }
      }
      if (found == null && open < limit) {
        open++;
        permit = new Permit();
      } else if (found == null) {
        waiting.add(lease);
      }
    }
    unusable.forEach(Connection::close);
    if (found != null) {
      deliver(lease, found);
    } else if (permit != null) {
      connector.connect(this, lease, permit);
    } else {
      connector.limitWait(this, lease);
    }
  }

  /** Takes back a connection that may carry another exchange, if it is still open. */
  void release(Connection connection) {
    while (true) {
      Lease next;
      synchronized (this) {
        boolean usable = connection.isUsable();
        next = usable ? waiting.poll() : null;
        if (usable && next == null) {
          idle.addLast(connection);
          return;
        }
      }
      if (next == null) {
        connection.close();
        return;
      }
      if (next.succeed(connection)) {
        return;
      }
    }
  }

  private void deliver(Lease lease, Connection connection) {
    if (!lease.succeed(connection)) {
      release(connection);
    }
  }

  /** How the pool stands now. */
  synchronized PoolStats stats() {
    return new PoolStats(origin.toString(), limit, open, idle.size(), waiting.size());
  }

  /** Forgets a connection whose socket is closed. */
  synchronized void gone(Connection connection) {
    idle.remove(connection);
  }

  /** Lets the lease wait no longer; false if it did not wait any more. */
  synchronized boolean forget(Lease lease) {
    return waiting.remove(lease);
  }

  /** The right to have one connection open. */
  final class Permit {

    private final AtomicBoolean returned = new AtomicBoolean();

    private Permit() {}

    /** The connection is closed, or was never opened. A second call does nothing. */
    void giveBack() {
      if (!returned.compareAndSet(false, true)) {
        return;
      }
      Lease next;
      synchronized (ConnectionPool.this) {
        next = waiting.poll();
        if (next == null) {
          open--;
          return;
        }
      }
      connector.connect(ConnectionPool.this, next, new Permit());
    }
  }

  /** One exchange's wish for a connection. It comes true, fails or is cancelled, once. */
  abstract static class Lease {

    private final List<Runnable> whenSettled = new ArrayList<>(2);
    private boolean settled;

    /** The connection is the exchange's now. */
    abstract void connected(Connection connection);

    /** There will be none. */
    abstract void notConnected(IOException cause);

    /** False if nobody wants it any more. */
    final boolean succeed(Connection connection) {
      if (!settle()) {
        return false;
      }
      connected(connection);
      return true;
    }

    final void fail(IOException cause) {
      if (settle()) {
        notConnected(cause);
      }
    }

    /** Gives up waiting, or the connection that is being opened. */
    final void cancel() {
      settle();
    }

    final synchronized boolean isSettled() {
      return settled;
    }

    /** Runs the action when the lease is settled, or now if it is. */
    final void onSettled(Runnable action) {
      synchronized (this) {
        if (!settled) {
          whenSettled.add(action);
          return;
        }
      }
      action.run();
    }

    private boolean settle() {
      synchronized (this) {
        if (settled) {
          return false;
        }
        settled = true;
      }
      whenSettled.forEach(Runnable::run);
      return true;
    }
  }
}
