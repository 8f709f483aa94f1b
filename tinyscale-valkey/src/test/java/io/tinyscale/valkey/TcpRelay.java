package io.tinyscale.valkey;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

/**
 * Passes bytes on between clients and a server on this machine, and can be a bad network: it cuts
 * connections, delays bytes, or swallows them. Thread-safe.
 */
public final class TcpRelay implements AutoCloseable {

  private static final int CHUNK = 1 << 16;

  private final ServerSocket listener;
  private final int target;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private volatile boolean cut;
  private volatile boolean dropping;
  private volatile long delayNanos;

  private TcpRelay(ServerSocket listener, int target) {
    this.listener = listener;
    this.target = target;
  }

  /** A relay to this port. */
  public static TcpRelay to(int port) {
    try {
      ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
      TcpRelay relay = new TcpRelay(listener, port);
      relay.start(relay::accept);
      return relay;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The port that clients connect to. */
  public int port() {
    return listener.getLocalPort();
  }

  /** Breaks all connections, and all that are made from now on. */
  public void cut() {
    cut = true;
    sockets.forEach(TcpRelay::close);
  }

  /** Lets clients connect again. */
  public void mend() {
    cut = false;
  }

  /** Passes bytes on later, in either direction. */
  public void delay(Duration delay) {
    delayNanos = delay.toNanos();
  }

  /** Swallows all bytes, in both directions; the connections stay. */
  public void drop() {
    dropping = true;
  }

  /** Passes bytes on again; those that were swallowed are lost. */
  public void pass() {
    dropping = false;
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket client = track(listener.accept());
        if (cut) {
          close(client);
        } else {
          connect(client);
        }
      } catch (IOException closed) {
        // The loop ends if it is the listener.
      }
    }
  }

  private void connect(Socket client) {
    try {
      Socket server = track(new Socket(InetAddress.getLoopbackAddress(), target));
      start(() -> pass(client, server));
      start(() -> pass(server, client));
      if (cut) {
        cut();
      }
    } catch (IOException refused) {
      close(client);
    }
  }

  private Socket track(Socket socket) throws IOException {
    sockets.removeIf(Socket::isClosed);
    sockets.add(socket);
    socket.setTcpNoDelay(true);
    return socket;
  }

  private void pass(Socket from, Socket to) {
    byte[] bytes = new byte[CHUNK];
    try (from;
        to) {
      for (int n = from.getInputStream().read(bytes);
          n >= 0;
          n = from.getInputStream().read(bytes)) {
        await(System.nanoTime() + delayNanos);
        if (!dropping) {
          to.getOutputStream().write(bytes, 0, n);
        }
      }
    } catch (IOException cutOff) {
      // Both ends are closed now.
    }
  }

  private static void await(long due) {
    for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }

  private void start(Runnable work) {
    Thread thread = new Thread(work, "tcp-relay");
    thread.setDaemon(true);
    thread.start();
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    try {
      listener.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    cut();
  }
}
