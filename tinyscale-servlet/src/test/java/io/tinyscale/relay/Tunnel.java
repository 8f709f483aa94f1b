package io.tinyscale.relay;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A proxy that opens one way to one port of this machine, whatever it is asked for. */
final class Tunnel implements AutoCloseable {

  private final ServerSocket socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private volatile String asked = "";

  Tunnel(int to) throws IOException {
    threads.execute(() -> serve(to));
  }

  int port() {
    return socket.getLocalPort();
  }

  /** The head of what it was asked for. */
  String asked() {
    return asked;
  }

  private void serve(int to) {
    try (Socket caller = socket.accept();
        Socket server = new Socket(InetAddress.getLoopbackAddress(), to)) {
      ByteArrayOutputStream head = new ByteArrayOutputStream();
      while (!head.toString(StandardCharsets.US_ASCII).endsWith("\r\n\r\n")) {
        head.write(caller.getInputStream().read());
      }
      asked = head.toString(StandardCharsets.US_ASCII);
      caller
          .getOutputStream()
          .write("HTTP/1.1 200 Connection established\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      threads.execute(() -> copy(server, caller));
      copy(caller, server);
    } catch (IOException over) {
      // The test has seen what it wanted, or fails.
    }
  }

  private static void copy(Socket from, Socket to) {
    try (InputStream in = from.getInputStream()) {
      in.transferTo(to.getOutputStream());
    } catch (IOException over) {
      // One side has closed.
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
    threads.shutdownNow();
  }
}
