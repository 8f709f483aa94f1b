package io.tinyscale.simulator.http;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Serves the requests of one connection, one after the other, on one thread. */
final class HttpConnection implements Runnable {
  private static final byte[] CONTINUE =
      "HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

  private final Socket raw;
  private final SocketWrapper wrapper;
  private final HttpHandler handler;
  private final CountDownLatch serverClosed;

  /** Adds TLS to an accepted socket, or returns it unchanged. */
  interface SocketWrapper {
    Socket wrap(Socket socket) throws IOException;
  }

  /**
   * @param raw the accepted socket, below TLS; only this socket can reset the connection
   * @param serverClosed released when the server is closed, to end every pause
   */
  HttpConnection(
      Socket raw, SocketWrapper wrapper, HttpHandler handler, CountDownLatch serverClosed) {
    this.raw = raw;
    this.wrapper = wrapper;
    this.handler = handler;
    this.serverClosed = serverClosed;
  }

  @Override
  public void run() {
    try (raw) {
      raw.setTcpNoDelay(true);
      Socket socket = wrapper.wrap(raw);
      SocketInput in = new SocketInput(socket.getInputStream());
      OutputStream out = new BufferedOutputStream(socket.getOutputStream(), 8192);
      while (exchange(in, out)) {
        // the connection serves another request
      }
      socket.close();
    } catch (IOException e) {
      // The caller left or the server was closed: in both cases the connection is over.
    }
  }

  private boolean exchange(SocketInput in, OutputStream out) throws IOException {
    try {
      RequestHead head = RequestHead.read(in);
      if (head == null) {
        return false;
      }
      RequestBody body = RequestBody.of(head, in, () -> sendContinue(head, out));
      Reaction reaction =
          handler.handle(new HttpRequest(head, body, raw.getInetAddress().getHostAddress()));
      return reaction.perform(new OpenWire(head, in, out));
    } catch (BadRequestException e) {
      byte[] page = String.valueOf(e.getMessage()).getBytes(StandardCharsets.UTF_8);
      Response.of(e.status(), "text/plain", o -> o.write(page))
          .writeHead(out, false, "Content-Length: " + page.length);
      out.write(page);
      out.flush();
      return false;
    }
  }

  private static void sendContinue(RequestHead head, OutputStream out) throws IOException {
    if (head.minorVersion() == 1 && head.headers().hasToken("Expect", "100-continue")) {
      out.write(CONTINUE);
      out.flush();
    }
  }

  void close() {
    try {
      raw.close();
    } catch (IOException e) {
      // The socket is closed in any case.
    }
  }

  private final class OpenWire implements Wire {
    private final RequestHead head;
    private final InputStream in;
    private final OutputStream out;

    OpenWire(RequestHead head, InputStream in, OutputStream out) {
      this.head = head;
      this.in = in;
      this.out = out;
    }

    @Override
    public RequestHead head() {
      return head;
    }

    @Override
    public InputStream in() {
      return in;
    }

    @Override
    public OutputStream out() {
      return out;
    }

    @Override
    public void pause(Duration duration) throws IOException {
      try {
        if (serverClosed.await(duration.toNanos(), TimeUnit.NANOSECONDS)) {
          throw new IOException("server closed");
        }
      } catch (InterruptedException e) {
        throw new IOException("interrupted", e);
      }
    }

    @Override
    public void reset() throws IOException {
      raw.setSoLinger(true, 0);
      raw.close();
    }
  }
}
