package io.tinyscale.it;

import io.tinyscale.relay.LoopbackListener;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A port that stays the same while the port behind it changes, as the web server in front of a
 * balancer does. Passes bytes on in both directions.
 */
final class Forwarder implements AutoCloseable {

  private static final int NOBODY = 0;

  private final Set<Socket> behind = ConcurrentHashMap.newKeySet();
  private final LoopbackListener listener = LoopbackListener.start(0, this::forward);
  private volatile int target = NOBODY;

  private Forwarder() {}

  /** Starts on any free port; connections are broken off until {@link #forwardTo}. */
  static Forwarder start() {
    return new Forwarder();
  }

  /** The address to give to others, without a slash at its end. */
  String url() {
    return "http://127.0.0.1:" + port();
  }

  int port() {
    return listener.port();
  }

  /** Passes new connections on to this port of loopback. */
  void forwardTo(int port) {
    target = port;
  }

  /** Breaks off new connections: the port behind may soon belong to another program. */
  void forwardToNobody() {
    target = NOBODY;
  }

  private void forward(Socket caller) throws IOException, InterruptedException {
    int port = target;
    if (port == NOBODY) {
      return;
    }
    try (Socket there = new Socket("127.0.0.1", port)) {
      behind.add(there);
      Thread answers = LoopbackListener.daemon(() -> copy(there, caller));
      copy(caller, there);
      answers.join();
      behind.remove(there);
    }
  }

  /** Copies until either side ends, and ends the other side. */
  private static void copy(Socket from, Socket to) {
    try (from;
        to) {
      InputStream in = from.getInputStream();
      byte[] buffer = new byte[8192];
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        to.getOutputStream().write(buffer, 0, n);
      }
    } catch (IOException e) {
      // One of them has left.
    }
  }

  @Override
  public void close() {
    try {
      listener.close();
    } finally {
      behind.forEach(LoopbackListener::breakOff);
    }
  }
}
