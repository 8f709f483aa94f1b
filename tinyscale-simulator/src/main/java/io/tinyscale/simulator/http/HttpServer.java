package io.tinyscale.simulator.http;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * HTTP/1.1 over blocking sockets, one thread per connection. The JDK's own server does not give
 * access to the socket, which is needed to cut or reset a connection.
 */
public final class HttpServer implements AutoCloseable {
  private static final int BACKLOG = 4096;

  /** The thread of a connection needs little stack, and there may be thousands. */
  private static final long STACK_BYTES = 512 * 1024;

  private final ServerSocket listener;
  private final DaemonThreads threads;
  private final ExecutorService executor;
  private final HttpConnection.SocketWrapper wrapper;
  private final Set<HttpConnection> connections = ConcurrentHashMap.newKeySet();
  private final CountDownLatch closed = new CountDownLatch(1);

  private HttpServer(ServerSocket listener, String name, HttpConnection.SocketWrapper wrapper) {
    this.listener = listener;
    this.wrapper = wrapper;
    this.threads = new DaemonThreads(name + "-http", STACK_BYTES);
    this.executor =
        new ThreadPoolExecutor(
            0, Integer.MAX_VALUE, 5, TimeUnit.SECONDS, new SynchronousQueue<>(), threads);
  }

  /**
   * Listens on a port of this machine, 0 for any free port. Callers wait until {@link #serve}.
   *
   * @param host an address of this machine, or a name of one
   * @param tls null for plain HTTP
   * @throws IOException if there is no such address, or the port is taken
   */
  public static HttpServer bind(String host, int port, String name, @Nullable SSLContext tls)
      throws IOException {
    ServerSocket listener = new ServerSocket();
    try {
      listener.setReuseAddress(true);
      listener.bind(new InetSocketAddress(InetAddress.getByName(host), port), BACKLOG);
    } catch (IOException e) {
      listener.close();
      throw e;
    }
    return new HttpServer(listener, name, tls == null ? s -> s : s -> secure(tls, s));
  }

  /** Begins to accept connections. */
  public void serve(HttpHandler handler) {
    executor.execute(() -> accept(handler));
  }

  private static Socket secure(SSLContext tls, Socket socket) throws IOException {
    SSLSocket secured =
        (SSLSocket)
            tls.getSocketFactory()
                .createSocket(
                    socket, socket.getInetAddress().getHostAddress(), socket.getPort(), true);
    secured.setUseClientMode(false);
    return secured;
  }

  private void accept(HttpHandler handler) {
    while (!listener.isClosed()) {
      try {
        serve(listener.accept(), handler);
      } catch (IOException e) {
        // The server was closed, which ends the loop, or a caller left before it was accepted.
      }
    }
  }

  private void serve(Socket socket, HttpHandler handler) {
    HttpConnection connection = new HttpConnection(socket, wrapper, handler, closed);
    connections.add(connection);
    try {
      executor.execute(
          () -> {
            try {
              connection.run();
            } finally {
              connections.remove(connection);
            }
          });
    } catch (RejectedExecutionException e) {
      // Accepted while closing.
      connections.remove(connection);
      connection.close();
    }
  }

  public int port() {
    return listener.getLocalPort();
  }

  public int openConnections() {
    return connections.size();
  }

  /** Ends every connection and returns when their threads are gone. */
  @Override
  public void close() {
    closed.countDown();
    try {
      listener.close();
    } catch (IOException e) {
      // The port is released in any case.
    }
    // First: a connection that is being accepted meanwhile is refused from here on, or in the set.
    executor.shutdownNow();
    connections.forEach(HttpConnection::close);
    threads.join();
  }
}
