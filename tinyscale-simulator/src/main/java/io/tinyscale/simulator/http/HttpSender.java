package io.tinyscale.simulator.http;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * Sends requests on the thread of the caller, each once and on a connection of its own. Follows no
 * redirects. The JDK's clients send some requests a second time without being told to, or keep
 * threads. Safe for many threads.
 */
public final class HttpSender implements AutoCloseable {
  /** There was no answer: the receiver could not be reached, hung up, or was too slow. */
  private static final Reply NO_REPLY = new Reply(0, Optional.empty());

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
  private static final int MAX_LINE = 16 * 1024;
  private static final int MAX_HEADERS = 200;
  private static final int MAX_BODY = 64 * 1024;

  private final SSLSocketFactory tls;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  /** A sender that trusts the authorities that the JDK trusts. */
  public HttpSender() {
    this((SSLSocketFactory) SSLSocketFactory.getDefault());
  }

  HttpSender(SSLSocketFactory tls) {
    this.tls = tls;
  }

  /**
   * The head of an answer.
   *
   * @param status 0 if there was no answer
   * @param location where a redirect leads, resolved against the address of the request; empty if
   *     the answer names no address
   */
  public record Reply(int status, Optional<String> location) {
    /** Whether the receiver took the request. */
    public boolean ok() {
      return status / 100 == 2;
    }

    /** Whether the same request belongs to another address. */
    public boolean redirects() {
      return (status == 301 || status == 302 || status == 303) && location.isPresent();
    }
  }

  /**
   * @param timeout how long the receiver may take for its whole answer
   */
  public Reply get(String url, Map<String, String> headers, Duration timeout) {
    return send("GET", url, headers, new byte[0], timeout);
  }

  /**
   * @param timeout how long the receiver may take for its whole answer
   */
  public Reply post(String url, Map<String, String> headers, String body, Duration timeout) {
    return send("POST", url, headers, body.getBytes(StandardCharsets.UTF_8), timeout);
  }

  private Reply send(
      String method, String url, Map<String, String> headers, byte[] body, Duration timeout) {
    long deadline = System.nanoTime() + timeout.toNanos();
    try (Socket socket = new Socket()) {
      open.add(socket);
      try {
        // After the socket is in the set, so that close() sees it or is seen here.
        if (closed) {
          return NO_REPLY;
        }
        URI address = new URI(url);
        Socket connection = connect(socket, address, deadline);
        OutputStream out = connection.getOutputStream();
        out.write(head(method, address, headers, body.length));
        out.write(body);
        out.flush();
        return read(new SocketInput(new UntilDeadline(connection, deadline)), address);
      } finally {
        open.remove(socket);
      }
    } catch (IOException | URISyntaxException | IllegalArgumentException e) {
      return NO_REPLY;
    }
  }

  private Socket connect(Socket socket, URI address, long deadline) throws IOException {
    boolean secure = "https".equalsIgnoreCase(address.getScheme());
    String host = address.getHost();
    if (host == null || !secure && !"http".equalsIgnoreCase(address.getScheme())) {
      throw new IOException("no address of a web server");
    }
    int port = address.getPort() >= 0 ? address.getPort() : secure ? 443 : 80;
    socket.connect(
        new InetSocketAddress(host, port),
        Math.min(millisUntil(deadline), (int) CONNECT_TIMEOUT.toMillis()));
    if (!secure) {
      return socket;
    }
    // TLS reads by itself.
    socket.setSoTimeout(millisUntil(deadline));
    SSLSocket secured = (SSLSocket) tls.createSocket(socket, host, port, true);
    SSLParameters parameters = secured.getSSLParameters();
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    secured.setSSLParameters(parameters);
    return secured;
  }

  /** The time that is left, as sockets take it: at least a millisecond. */
  private static int millisUntil(long deadline) throws SocketTimeoutException {
    long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
    if (left <= 0) {
      throw new SocketTimeoutException("the answer takes too long");
    }
    return (int) Math.min(left, Integer.MAX_VALUE);
  }

  /** What a connection brings until a point in time, however slowly. */
  private static final class UntilDeadline extends InputStream {
    private final Socket connection;
    private final InputStream in;
    private final long deadline;

    UntilDeadline(Socket connection, long deadline) throws IOException {
      this.connection = connection;
      this.in = connection.getInputStream();
      this.deadline = deadline;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
      connection.setSoTimeout(millisUntil(deadline));
      return in.read(target, offset, length);
    }
  }

  private static byte[] head(
      String method, URI address, Map<String, String> headers, int bodyLength) {
    String path = address.getRawPath().isEmpty() ? "/" : address.getRawPath();
    String query = address.getRawQuery() == null ? "" : "?" + address.getRawQuery();
    String port = address.getPort() < 0 ? "" : ":" + address.getPort();
    StringBuilder head = new StringBuilder(method + " " + path + query + " HTTP/1.1\r\n");
    head.append("Host: " + address.getHost() + port + "\r\n");
    headers.forEach((name, value) -> head.append(name + ": " + value + "\r\n"));
    if (method.equals("POST")) {
      head.append("Content-Length: " + bodyLength + "\r\n");
    }
    head.append("Connection: close\r\n\r\n");
    return head.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static Reply read(SocketInput in, URI address) throws IOException {
    int status = status(in.readLine(MAX_LINE));
    Headers headers = readHeaders(in);
    while (status / 100 == 1) {
      status = status(in.readLine(MAX_LINE));
      headers = readHeaders(in);
    }
    drain(in, status, headers);
    return new Reply(status, headers.first("Location").flatMap(to -> resolved(address, to)));
  }

  private static Optional<String> resolved(URI address, String location) {
    try {
      return Optional.of(address.resolve(location).toString());
    } catch (IllegalArgumentException noAddress) {
      return Optional.empty();
    }
  }

  private static int status(@Nullable String line) throws IOException {
    if (line == null || !line.matches("HTTP/1\\.\\d [1-9]\\d\\d( .*)?")) {
      throw new IOException("no answer in HTTP");
    }
    return Integer.parseInt(line.substring(9, 12));
  }

  private static Headers readHeaders(SocketInput in) throws IOException {
    Headers headers = new Headers();
    for (int i = 0; i < MAX_HEADERS; i++) {
      String line = in.readLine(MAX_LINE);
      if (line == null || line.isEmpty()) {
        return headers;
      }
      int colon = line.indexOf(':');
      if (colon > 0) {
        headers.add(line.substring(0, colon), line.substring(colon + 1).strip());
      }
    }
    throw new IOException("too many header lines");
  }

  /** Reads the body, so that the receiver is not reset while it sends. The status is known. */
  private static void drain(SocketInput in, int status, Headers headers) {
    String length = headers.first("Content-Length").filter(n -> n.matches("\\d{1,9}")).orElse("");
    int expected = length.isEmpty() ? MAX_BODY : Math.min(MAX_BODY, Integer.parseInt(length));
    try {
      in.readNBytes(status == 204 || status == 304 ? 0 : expected);
    } catch (IOException e) {
      // What the receiver says besides the status is of no interest.
    }
  }

  /** Breaks off the requests under way. Later requests are not sent. */
  @Override
  public void close() {
    closed = true;
    for (Socket socket : open) {
      try {
        socket.close();
      } catch (IOException e) {
        // It is closed in any case.
      }
    }
  }
}
