package io.tinyscale.relay;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Listens on a port of this machine and serves each connection on a thread of its own, for the
 * receivers of all tests.
 */
public final class LoopbackListener implements AutoCloseable {

  private final ServerSocket socket;
  private final Service service;
  private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
  private final Thread acceptor;

  /** What is done with a connection, which is closed afterwards. */
  public interface Service {
    void serve(Socket connection) throws Exception;
  }

  private LoopbackListener(ServerSocket socket, Service service) {
    this.socket = socket;
    this.service = service;
    this.acceptor = daemon(this::accept);
  }

  /** Starts on this port, or on any free port if it is 0. */
  public static LoopbackListener start(int port, Service service) {
    try {
      ServerSocket socket = new ServerSocket();
      socket.setReuseAddress(true);
      socket.bind(address(port));
      return start(socket, service);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Starts with a socket that is bound, and closes it in the end. */
  public static LoopbackListener start(ServerSocket socket, Service service) {
    return new LoopbackListener(socket, service);
  }

  /** A port of 127.0.0.1. */
  public static InetSocketAddress address(int port) throws IOException {
    return new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port);
  }

  /** The port that it listens on. */
  public int port() {
    return socket.getLocalPort();
  }

  /** How many connections are open. */
  public int open() {
    return connections.size();
  }

  private void accept() {
    try {
      while (true) {
        Socket connection = socket.accept();
        connections.add(connection);
        daemon(() -> serve(connection));
      }
    } catch (IOException closed) {
      // Nobody listens any more.
    }
  }

  private void serve(Socket connection) {
    try (connection) {
      service.serve(connection);
    } catch (RuntimeException mistakeOfTheTest) {
      throw mistakeOfTheTest;
    } catch (Exception e) {
      // The other side has left, or this one was closed.
    } finally {
      connections.remove(connection);
    }
  }

  /** Runs a task on a thread of its own, which does not keep the JVM alive. */
  public static Thread daemon(Runnable task) {
    Thread thread = new Thread(task, "loopback");
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  /**
   * Refuses connections from now on, and breaks off open ones. The acceptor must have ended before
   * connections are closed: a connection that it takes later would stay open for ever.
   */
  @Override
  public void close() {
    try {
      socket.close();
      acceptor.join();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      connections.forEach(LoopbackListener::breakOff);
    }
  }

  /** Closes a connection, whatever state it is in. */
  public static void breakOff(Socket connection) {
    try {
      connection.close();
    } catch (IOException e) {
      // It is closed in any case.
    }
  }
}
