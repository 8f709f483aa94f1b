package io.tinyscale.jetty;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.io.Connection;
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
   * @param bytesIn when it was last looked at
   * @param bytesAtRequest when its last request had begun, or the connection itself
   * @param since when that was seen
   * @param slowRounds how often something, but too little, has arrived since its body moved well
   */
  private record Seen(
      long requests,
      long responses,
      long bytesIn,
      long bytesAtRequest,
      long since,
      int slowRounds) {}

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
      Connection connection = endPoint.getConnection();
      if (connection == null) {
        continue;
      }
      Seen current = look(connection, seen.get(endPoint), now);
      if (isTooSlow(current, now)) {
        endPoint.close();
      } else {
        next.put(endPoint, current);
      }
    }
    seen = next;
    schedule();
  }

  private Seen look(Connection connection, @Nullable Seen before, long now) {
    long requests = connection.getMessagesIn();
    long responses = connection.getMessagesOut();
    long bytesIn = connection.getBytesIn();
    if (before == null) {
      return new Seen(requests, responses, bytesIn, 0, now, 0);
    }
    if (requests != before.requests || responses != before.responses) {
      return new Seen(requests, responses, bytesIn, bytesIn, now, 0);
    }
    long arrived = bytesIn - before.bytesIn;
    // Nothing at all may be a server's doing, which does not take what it is sent.
    int slowRounds =
        arrived == 0
            ? before.slowRounds
            : arrived * 1000 < SLOWEST * round.toMillis() ? before.slowRounds + 1 : 0;
    return new Seen(requests, responses, bytesIn, before.bytesAtRequest, before.since, slowRounds);
  }

  private boolean isTooSlow(Seen connection, long now) {
    boolean answered = connection.requests == connection.responses;
    return answered
        ? connection.bytesIn > connection.bytesAtRequest
            && now - connection.since >= patience.toNanos()
        : connection.slowRounds * round.toNanos() >= patience.toNanos();
  }
}
