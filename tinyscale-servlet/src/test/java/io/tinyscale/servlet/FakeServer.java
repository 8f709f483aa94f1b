package io.tinyscale.servlet;

import java.io.BufferedInputStream;
import java.io.EOFException;
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
 * A server of bare sockets. It reads the bytes as they were on the wire, and can break any rule of
 * HTTP.
 */
public final class FakeServer implements AutoCloseable {

  /** Serves one connection; the server closes the connection afterwards. */
  public interface Script {
    void run(Peer peer) throws IOException;
  }

  private final ServerSocket listener;
  private final Script script;
  private final Thread acceptor;
  private final List<Peer> peers = new CopyOnWriteArrayList<>();
  public final AtomicInteger connections = new AtomicInteger();

  public FakeServer(Script script) throws IOException {
    this(new ServerSocket(0, 512, InetAddress.getLoopbackAddress()), script);
  }

  public FakeServer(ServerSocket listener, Script script) {
    this.script = script;
    this.listener = listener;
    acceptor = start("fake-server", this::accept);
  }

  public int port() {
    return listener.getLocalPort();
  }

  /** Connections that the other side has not closed. */
  public long open() {
    return peers.stream().filter(peer -> !peer.socket.isClosed()).count();
  }

  private void accept() {
    try {
      while (true) {
        Peer peer = new Peer(listener.accept());
        connections.incrementAndGet();
        peers.add(peer);
        start("fake-server-connection", () -> serve(peer));
      }
    } catch (IOException e) {
      // Closed.
    }
  }

  private void serve(Peer peer) {
    try (peer) {
      script.run(peer);
    } catch (IOException e) {
      // The other side left, or the server was closed.
    } finally {
      peers.remove(peer);
    }
  }

  private static Thread start(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  /** Refuses new connections, then closes those that are open. */
  @Override
  public void close() throws IOException {
    listener.close();
    try {
      acceptor.join(); // until then the kernel may accept one more connection
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    for (Peer peer : peers) {
      peer.close();
    }
  }

  /** One connection with a little HTTP, on the side of a server or of a client. */
  public static final class Peer implements AutoCloseable {

    public final Socket socket;
    public final InputStream in;
    public final OutputStream out;

    public Peer(Socket socket) throws IOException {
      this.socket = socket;
      socket.setTcpNoDelay(true);
      in = new BufferedInputStream(socket.getInputStream(), 64 * 1024);
      out = socket.getOutputStream();
    }

    public static Peer connect(int port) throws IOException {
      return new Peer(new Socket(InetAddress.getLoopbackAddress(), port));
    }

    public Peer write(String text) throws IOException {
      out.write(text.getBytes(StandardCharsets.ISO_8859_1));
      out.flush();
      return this;
    }

    /** The head of a message with its empty line; EOFException when there is none. */
    public String readHead() throws IOException {
      StringBuilder head = new StringBuilder();
      while (head.length() < 4 || head.indexOf("\r\n\r\n", head.length() - 4) < 0) {
        int b = in.read();
        if (b < 0) {
          throw new EOFException(head.toString());
        }
        head.append((char) b);
      }
      return head.toString();
    }

    /** The value of a header field in a head, or the empty text. */
    public static String field(String head, String name) {
      for (String line : head.split("\r\n")) {
        if (line.toLowerCase(Locale.ROOT).startsWith(name.toLowerCase(Locale.ROOT) + ":")) {
          return line.substring(name.length() + 1).trim();
        }
      }
      return "";
    }

    /** The body that belongs to this head, framed by length, chunks or the end. */
    public byte[] readBody(String head) throws IOException {
      var bytes = new java.io.ByteArrayOutputStream();
      readBody(head, bytes::write);
      return bytes.toByteArray();
    }

    /** Takes a piece of a body. */
    public interface Sink {
      void take(byte[] bytes, int offset, int length) throws IOException;
    }

    public void readBody(String head, Sink sink) throws IOException {
      if (field(head, "Transfer-Encoding").equals("chunked")) {
        while (true) {
          int size = Integer.parseInt(readLine(), 16);
          readExactly(size, sink);
          readLine();
          if (size == 0) {
            return;
          }
        }
      }
      String length = field(head, "Content-Length");
      if (!length.isEmpty()) {
        readExactly(Long.parseLong(length), sink);
      }
    }

    private String readLine() throws IOException {
      StringBuilder line = new StringBuilder();
      int b;
      while ((b = in.read()) != '\n') {
        if (b < 0) {
          throw new EOFException();
        }
        if (b != '\r') {
          line.append((char) b);
        }
      }
      return line.toString();
    }

    private void readExactly(long count, Sink sink) throws IOException {
      byte[] buffer = new byte[(int) Math.min(Math.max(count, 1), 64 * 1024)];
      long left = count;
      while (left > 0) {
        int n = in.read(buffer, 0, (int) Math.min(buffer.length, left));
        if (n < 0) {
          throw new EOFException(left + " bytes missing");
        }
        sink.take(buffer, 0, n);
        left -= n;
      }
    }

    /** Closes with a reset. */
    public void reset() throws IOException {
      socket.setSoLinger(true, 0);
      socket.close();
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }
}
