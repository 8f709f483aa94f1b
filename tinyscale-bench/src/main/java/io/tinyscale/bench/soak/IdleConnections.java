package io.tinyscale.bench.soak;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;

/** Open connections that send nothing. */
final class IdleConnections implements AutoCloseable {

  private static final int PATIENCE_MILLIS = 250;

  private final List<Socket> sockets = new ArrayList<>();

  /** Opens that many connections to a port, or fewer if the port takes no more. */
  IdleConnections(int port, int number) {
    for (int i = 0; i < number; i++) {
      Socket socket = new Socket();
      sockets.add(socket);
      try {
        socket.connect(new InetSocketAddress("127.0.0.1", port), PATIENCE_MILLIS);
      } catch (IOException e) {
        return;
      }
    }
  }

  @Override
  public void close() {
    for (Socket socket : sockets) {
      try {
        socket.close();
      } catch (IOException e) {
        // The connection is of no use any more.
      }
    }
  }
}
