package io.tinyscale.bench.soak;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Sends one request on a new connection and reads the whole answer. The JDK's client repeats a GET
 * whose connection broke; this would hide what the soak program looks for.
 */
final class HttpCaller {

  private static final int LONGEST_LINE = 1 << 16;

  private HttpCaller() {}

  static Reply get(int port, String target, Duration patience) {
    return send(port, Request.get(target), patience);
  }

  /** Sends a request and waits that long for the whole answer. */
  static Reply send(int port, Request request, Duration patience) {
    try (Socket socket = open(port, patience)) {
      write(socket, port, request);
      return read(socket, System.nanoTime() + patience.toNanos());
    } catch (SocketTimeoutException e) {
      return Reply.none("no answer within " + patience.toMillis() + " ms");
    } catch (IOException e) {
      return Reply.none(e.toString());
    }
  }

  /** Sends a request and closes the connection after that time. */
  static Reply abandon(int port, Request request, Duration after) {
    try (Socket socket = open(port, after.plusMillis(1))) {
      write(socket, port, request);
      read(socket, System.nanoTime() + after.toNanos());
    } catch (IOException e) {
      // The caller does not wait for the answer.
    }
    return Reply.ABANDONED;
  }

  private static Socket open(int port, Duration patience) throws IOException {
    Socket socket = new Socket();
    try {
      socket.setTcpNoDelay(true);
      socket.connect(new InetSocketAddress("127.0.0.1", port), (int) patience.toMillis());
      return socket;
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  private static void write(Socket socket, int port, Request request) throws IOException {
    byte[] bytes = request.body().getBytes(StandardCharsets.UTF_8);
    String head =
        request.method()
            + " "
            + request.target()
            + " HTTP/1.1\r\nHost: 127.0.0.1:"
            + port
            + "\r\nConnection: close\r\n"
            + (request.id().isEmpty() ? "" : "X-Request-ID: " + request.id() + "\r\n")
            + (bytes.length == 0
                ? ""
                : "Content-Type: application/xml\r\nContent-Length: " + bytes.length + "\r\n")
            + "\r\n";
    ByteArrayOutputStream message = new ByteArrayOutputStream();
    message.writeBytes(head.getBytes(StandardCharsets.ISO_8859_1));
    message.writeBytes(bytes);
    socket.getOutputStream().write(message.toByteArray());
  }

  private static Reply read(Socket socket, long deadline) throws IOException {
    InputStream in = new BufferedInputStream(new Limited(socket, deadline));
    String status = line(in);
    if (!status.startsWith("HTTP/1.1 ")) {
      throw new IOException("not an answer: " + status);
    }
    Map<String, String> headers = new HashMap<>();
    for (String line = line(in); !line.isEmpty(); line = line(in)) {
      int colon = line.indexOf(':');
      headers.put(
          line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
    }
    return new Reply(
        Integer.parseInt(status.substring(9, 12)),
        headers,
        new String(body(in, headers), StandardCharsets.UTF_8));
  }

  private static byte[] body(InputStream in, Map<String, String> headers) throws IOException {
    if (headers.containsKey("content-length")) {
      return exactly(in, Integer.parseInt(headers.get("content-length")));
    }
    if (!"chunked".equals(headers.get("transfer-encoding"))) {
      return in.readAllBytes();
    }
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    for (int size = chunkSize(in); size > 0; size = chunkSize(in)) {
      body.writeBytes(exactly(in, size));
      line(in);
    }
    return body.toByteArray();
  }

  private static int chunkSize(InputStream in) throws IOException {
    return Integer.parseInt(line(in).strip(), 16);
  }

  private static byte[] exactly(InputStream in, int length) throws IOException {
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new EOFException("the answer broke off");
    }
    return bytes;
  }

  private static String line(InputStream in) throws IOException {
    StringBuilder line = new StringBuilder();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0 || line.length() > LONGEST_LINE) {
        throw new EOFException("the answer broke off");
      }
      if (c != '\r') {
        line.append((char) c);
      }
    }
    return line.toString();
  }

  /** The input of a socket until a deadline, even if the bytes arrive slowly. */
  private static final class Limited extends InputStream {

    private final Socket socket;
    private final InputStream in;
    private final long deadline;

    Limited(Socket socket, long deadline) throws IOException {
      this.socket = socket;
      this.in = socket.getInputStream();
      this.deadline = deadline;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      long left = (deadline - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        throw new SocketTimeoutException();
      }
      socket.setSoTimeout((int) left);
      return in.read(bytes, offset, length);
    }
  }
}
