package io.tinyscale.bench.soak;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The network between one balancer and the store, which can be cut. Thread-safe. */
final class StoreLine implements AutoCloseable {

  private static final int BACKLOG = 50;

  private final ServerSocket listener;
  private final int target;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private volatile boolean cut;

  /** Passes connections to a port of its own on to this port. */
  StoreLine(int target) throws IOException {
    this.target = target;
    this.listener = new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress());
    start(this::accept);
  }

  /** The port that the balancer connects to. */
  int port() {
    return listener.getLocalPort();
  }

  /** Breaks all connections, and all that are made from now on. */
  void cut() {
    cut = true;
    sockets.forEach(StoreLine::close);
  }

  /** Lets the balancer connect again. */
  void mend() {
    cut = false;
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        connect(track(listener.accept()));
      } catch (IOException e) {
        // The listener is closed, and the loop ends; or a connection was broken at once.
      }
    }
  }

  private void connect(Socket balancer) {
    if (cut) {
      close(balancer);
      return;
    }
    try {
      Socket store = track(new Socket(InetAddress.getLoopbackAddress(), target));
      start(() -> pass(balancer, store));
      start(() -> pass(store, balancer));
      if (cut) {
        cut();
      }
    } catch (IOException refused) {
      close(balancer);
    }
  }

  private Socket track(Socket socket) throws IOException {
    sockets.removeIf(Socket::isClosed);
    sockets.add(socket);
    socket.setTcpNoDelay(true);
    return socket;
  }

  private static void pass(Socket from, Socket to) {
    try (from;
        to) {
      from.getInputStream().transferTo(to.getOutputStream());
    } catch (IOException broken) {
      // Both ends are closed now.
    }
  }

  private static void start(Runnable work) {
    Thread thread = new Thread(work, "store-line");
    thread.setDaemon(true);
    thread.start();
  }

  private static void close(Closeable socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    close(listener);
    cut();
  }
}
