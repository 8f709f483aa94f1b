package io.tinyscale.jetty;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.component.AbstractLifeCycle;
import org.jspecify.annotations.Nullable;

/**
 * Closes connections whose callers send so slowly that it can only be meant to keep them open.
 * Jetty's idle timeout begins anew with every byte, and its own minimum data rate blames a caller
 * also for a server that takes its upload slowly. So this looks at what arrives: a head that is not
 * complete in time, and a body of which something comes all the time but next to nothing at once.
 */
final class SlowConnections extends AbstractLifeCycle {

  /** Bytes a second: a bad mobile connection has a hundred times more. */
  private static final int SLOWEST = 256;

  private final ServerConnector connector;
  private final Duration patience;
  private final Duration round;

  /** Touched by one thread at a time, the scheduler's. */
  private Map<EndPoint, Seen> seen = new HashMap<>();

  /**
   * What a connection looked like.
   *
   * @param requests how many calls have arrived on it with their whole heads
   * @param hasDeadline whether time is running: a head has begun to arrive, or no more calls are
   *     read and the caller has only to close its side
   * @param bytesIn how many bytes had arrived in all at the last look
   * @param since the time of the first look at which {@code requests} and {@code hasDeadline} were
   *     as they are now
   * @param slowRounds looks in a row at which a few bytes had arrived, but too few; a look at which
   *     enough bytes had arrived begins anew
   */
  private record Seen(
      long requests, boolean hasDeadline, long bytesIn, long since, int slowRounds) {}

  /** Looks at a connector's connections several times within this patience. */
  SlowConnections(ServerConnector connector, Duration patience) {
    this.connector = connector;
    this.patience = patience;
    this.round = patience.dividedBy(6);
  }

  @Override
  protected void doStart() {
    schedule();
  }

  private void schedule() {
    connector.getScheduler().schedule(this::look, round.toNanos(), TimeUnit.NANOSECONDS);
  }

  private void look() {
    if (!isStarting() && !isRunning()) {
      return;
    }
    long now = System.nanoTime();
    Map<EndPoint, Seen> next = new HashMap<>();
    for (EndPoint endPoint : connector.getConnectedEndPoints()) {
      if (endPoint.getConnection() instanceof CallerConnection connection) {
        Seen current = look(connection, seen.get(endPoint), now);
        if (isTooSlow(current, now)) {
          endPoint.close();
        } else {
          next.put(endPoint, current);
        }
      }
    }
    seen = next;
    schedule();
  }

  private Seen look(CallerConnection connection, @Nullable Seen before, long now) {
    long requests = connection.getMessagesIn();
    boolean hasDeadline = connection.isInsideHead() || connection.isOver();
    long bytesIn = connection.getBytesIn();
    if (before == null || requests != before.requests || hasDeadline != before.hasDeadline) {
      return new Seen(requests, hasDeadline, bytesIn, now, 0);
    }
    long arrived = bytesIn - before.bytesIn;
    // Nothing at all may be a server's doing, which does not take what it is sent.
    int slowRounds =
        arrived == 0
            ? before.slowRounds
            : arrived * 1000 < SLOWEST * round.toMillis() ? before.slowRounds + 1 : 0;
    return new Seen(requests, hasDeadline, bytesIn, before.since, slowRounds);
  }

  private boolean isTooSlow(Seen connection, long now) {
    return connection.hasDeadline
        ? now - connection.since >= patience.toNanos()
        : connection.slowRounds * round.toNanos() >= patience.toNanos();
  }
}
