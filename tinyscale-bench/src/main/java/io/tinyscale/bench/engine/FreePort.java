package io.tinyscale.bench.engine;

import io.tinyscale.bench.process.ChildProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;

/** Ports for programs that cannot choose a free port themselves. */
public final class FreePort {

  private static final Duration BETWEEN_ATTEMPTS = Duration.ofMillis(10);

  private FreePort() {}

  /** A port that nobody listens on. */
  public static int find() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /** Waits until the port accepts a connection. */
  static void awaitListening(int port, ChildProcess child) {
    child.await(
        BETWEEN_ATTEMPTS,
        () -> {
          try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.getPort();
          }
        });
  }
}
