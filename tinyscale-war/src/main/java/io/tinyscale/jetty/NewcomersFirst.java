package io.tinyscale.jetty;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.eclipse.jetty.io.AbstractEndPoint;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;

/**
 * Bounds the connections of a door, and lets newcomers in all the same: the oldest connections that
 * wait for their callers give way. A limit that makes newcomers wait instead would let a stranger
 * who keeps connections open lock everybody out. Thread-safe.
 */
final class NewcomersFirst implements Connection.Listener {

  private final int most;

  /** In the order in which they were opened; guarded by itself. */
  private final Set<Connection> connections = new LinkedHashSet<>();

  /**
   * A bound for one connector.
   *
   * @param most how many connections stay open if some of them wait for their callers; twice as
   *     many if none does, and a newcomer beyond that is closed
   */
  NewcomersFirst(int most) {
    this.most = most;
  }

  @Override
  public void onOpened(Connection opened) {
    List<EndPoint> unwanted;
    synchronized (connections) {
      unwanted = unwanted();
      connections.add(opened);
    }
    unwanted.forEach(EndPoint::close);
    if (unwanted.isEmpty() && isCrammed()) {
      opened.getEndPoint().close();
    }
  }

  /** Those that make room for one more. */
  private List<EndPoint> unwanted() {
    List<EndPoint> open = new ArrayList<>();
    for (Connection connection : connections) {
      // A connection that was closed is forgotten a little later.
      if (connection.getEndPoint().isOpen()) {
        open.add(connection.getEndPoint());
      }
    }
    return open.stream()
        .filter(NewcomersFirst::waitsForCaller)
        .limit(Math.max(0, open.size() + 1 - most))
        .toList();
  }

  /**
   * Whether the caller has to send or to take something: the rest of a head or of a body, the next
   * call, or an answer. A stream whose listener has taken everything does not wait.
   */
  private static boolean waitsForCaller(EndPoint endPoint) {
    return endPoint instanceof AbstractEndPoint known
        && (known.isFillInterested() || known.getWriteFlusher().isPending());
  }

  private boolean isCrammed() {
    synchronized (connections) {
      return connections.stream().filter(known -> known.getEndPoint().isOpen()).count() > 2L * most;
    }
  }

  @Override
  public void onClosed(Connection closed) {
    synchronized (connections) {
      connections.remove(closed);
    }
  }
}
