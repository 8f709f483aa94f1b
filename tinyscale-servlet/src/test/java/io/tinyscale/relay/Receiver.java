package io.tinyscale.relay;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A front end on a port of this machine: notes what it receives, byte for byte, and answers as a
 * test wants, however badly.
 */
final class Receiver implements AutoCloseable {

  /** Answers one request over its connection. */
  interface Behaviour {
    void answer(String request, OutputStream out) throws Exception;
  }

  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final AtomicInteger connections = new AtomicInteger();
  private volatile Behaviour behaviour = status("200 OK");
  private final LoopbackListener listener;

  Receiver() throws IOException {
    this(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
  }

  Receiver(ServerSocket socket) {
    listener = LoopbackListener.start(socket, this::serve);
  }

  /** Answers with this status and nothing else. */
  static Behaviour status(String status) {
    return (request, out) ->
        out.write(
            ("HTTP/1.1 " + status + "\r\nContent-Length: 0\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
  }

  /** Answers like this from now on. */
  Receiver answering(Behaviour other) {
    behaviour = other;
    return this;
  }

  int port() {
    return listener.port();
  }

  /** Everything that came, head and body, in order. */
  List<String> requests() {
    return List.copyOf(requests);
  }

  /** How many connections were made. */
  int connections() {
    return connections.get();
  }

  private void serve(Socket connection) throws Exception {
    connections.incrementAndGet();
    for (String request = read(connection.getInputStream());
        !request.isEmpty();
        request = read(connection.getInputStream())) {
      requests.add(request);
      behaviour.answer(request, connection.getOutputStream());
      connection.getOutputStream().flush();
    }
  }

  private static String read(InputStream in) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    while (!bytes.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
      int b = in.read();
      if (b < 0) {
        return "";
      }
      bytes.write(b);
    }
    String head = bytes.toString(StandardCharsets.ISO_8859_1);
    String name = "content-length:";
    int length =
        head.lines()
            .filter(line -> line.toLowerCase(Locale.ROOT).startsWith(name))
            .mapToInt(line -> Integer.parseInt(line.substring(name.length()).strip()))
            .findFirst()
            .orElse(0);
    return head + new String(in.readNBytes(length), StandardCharsets.ISO_8859_1);
  }

  @Override
  public void close() {
    listener.close();
  }
}
