package io.tinyscale.it;

import io.tinyscale.relay.LoopbackListener;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A small HTTP server on a port of loopback, for the part of a front end that takes callbacks. A
 * test may let it hang, drip, answer a status, redirect, answer without end, or be absent for a
 * while; its port stays its own. It writes its answers byte by byte itself, so that it can be slow
 * with the head, too. One request for each connection.
 */
final class HttpReceiver implements AutoCloseable {

  /** So slow that the head of an answer takes longer than the relay waits. */
  private static final long BETWEEN_DRIPS_MILLIS = 300;

  private static final int ALWAYS = Integer.MAX_VALUE;

  private final Handler handler;
  private final Socket port;

  // All below is guarded by this.
  private final List<Request> requests = new ArrayList<>();
  private final List<Integer> statuses = new ArrayList<>();
  private final Set<Socket> hanging = new HashSet<>();
  private int mostHanging;
  private long endless;
  private Mood mood = new Mood.Proper();
  private @Nullable LoopbackListener listener;

  /** What a front end does with a request. Called from many threads at once. */
  interface Handler {
    Answer answer(Request request);
  }

  /** How the server treats requests. */
  private sealed interface Mood {
    /** The handler answers. */
    record Proper() implements Mood {}

    /** The handler acts, and its answer goes out one byte at a time. */
    record Dripping() implements Mood {}

    /** Nobody acts, and there is no answer. */
    record Hanging() implements Mood {}

    /** Nobody acts, and the answer has no end. */
    record Endless() implements Mood {}

    /** Nobody acts, and this many requests get this answer. */
    record Fixed(Answer answer, int times) implements Mood {}
  }

  /**
   * One request.
   *
   * @param target path and query as in the request line
   * @param headers by name in lower case
   */
  record Request(String method, String target, Map<String, String> headers, byte[] body) {

    String path() {
      int query = target.indexOf('?');
      return query < 0 ? target : target.substring(0, query);
    }

    /** As in the request line; empty if there is none. */
    String query() {
      int query = target.indexOf('?');
      return query < 0 ? "" : target.substring(query + 1);
    }

    /** The first value of a parameter of the URL, decoded. */
    Optional<String> parameter(String name) {
      return values(query(), name).findFirst();
    }

    /** The values of a parameter of a form body, decoded. */
    List<String> form(String name) {
      return values(text(), name).toList();
    }

    String text() {
      return new String(body, StandardCharsets.UTF_8);
    }

    Optional<String> header(String name) {
      return Optional.ofNullable(headers.get(name.toLowerCase(Locale.ROOT)));
    }

    private static Stream<String> values(String encoded, String name) {
      return Stream.of(encoded.split("&"))
          .filter(part -> part.startsWith(name + "="))
          .map(part -> part.substring(name.length() + 1))
          .map(value -> URLDecoder.decode(value, StandardCharsets.UTF_8));
    }
  }

  /** An answer with a short text. */
  record Answer(int status, Map<String, String> headers, String text) {
    static Answer of(int status) {
      return new Answer(status, Map.of(), "status " + status);
    }

    private byte[] bytes() {
      StringBuilder head = new StringBuilder("HTTP/1.1 " + status + " X\r\n");
      headers.forEach((name, value) -> head.append(name + ": " + value + "\r\n"));
      byte[] body = status == 204 ? new byte[0] : text.getBytes(StandardCharsets.UTF_8);
      head.append("Content-Length: " + body.length + "\r\nConnection: close\r\n\r\n");
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      all.writeBytes(head.toString().getBytes(StandardCharsets.US_ASCII));
      all.writeBytes(body);
      return all.toByteArray();
    }
  }

  private HttpReceiver(Handler handler) throws IOException {
    this.handler = handler;
    // Bound and not listening: nobody else gets the port while the server is away.
    this.port = new Socket();
    port.setReuseAddress(true);
    port.bind(LoopbackListener.address(0));
  }

  /** Starts a server on any free port. */
  static HttpReceiver start(Handler handler) {
    try {
      HttpReceiver receiver = new HttpReceiver(handler);
      receiver.comeBack();
      return receiver;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  int port() {
    return port.getLocalPort();
  }

  /** The address of a path on this server, which begins with a slash and may have a query. */
  URI uri(String target) {
    return URI.create("http://127.0.0.1:" + port() + target);
  }

  /** The requests in the order of their arrival, whatever became of them. */
  synchronized List<Request> requests() {
    return List.copyOf(requests);
  }

  List<Request> requests(String path) {
    return requests().stream().filter(request -> request.path().equals(path)).toList();
  }

  /** The statuses of the answers, in the order in which they were decided. */
  synchronized List<Integer> statuses() {
    return List.copyOf(statuses);
  }

  /** How many requests hang now. */
  synchronized int hanging() {
    return hanging.size();
  }

  /** The most requests that have hung at once. */
  synchronized int mostHanging() {
    return mostHanging;
  }

  /** How many connections are open. */
  synchronized int open() {
    return listener == null ? 0 : listener.open();
  }

  /** How many bytes of answers without end went out. */
  synchronized long endless() {
    return endless;
  }

  /** Answers again as the front end does; requests that hang are broken off. */
  void behave() {
    set(new Mood.Proper());
  }

  /** Reads requests and does not answer them. */
  void hang() {
    set(new Mood.Hanging());
  }

  /** Sends one byte of an answer at a time, about three in a second. */
  void drip() {
    set(new Mood.Dripping());
  }

  /** Answers each request with status 200 and a body without end. */
  void answerWithoutEnd() {
    set(new Mood.Endless());
  }

  /** Answers each request with this status. */
  void answer(int status) {
    answer(status, ALWAYS);
  }

  /** Answers the next requests with this status, and later ones as the front end does. */
  void answer(int status, int times) {
    set(new Mood.Fixed(Answer.of(status), times));
  }

  /** Answers each request with a redirect to this address. */
  void redirect(String location) {
    set(new Mood.Fixed(new Answer(302, Map.of("Location", location), "elsewhere"), ALWAYS));
  }

  private synchronized void set(Mood next) {
    mood = next;
    hanging.forEach(LoopbackListener::breakOff);
  }

  /** Refuses connections until {@link #comeBack}, and breaks off open ones. */
  void leave() {
    LoopbackListener leaving;
    synchronized (this) {
      leaving = listener;
      listener = null;
    }
    if (leaving != null) {
      leaving.close();
    }
  }

  /** Listens again on the same port. */
  synchronized void comeBack() {
    listener = LoopbackListener.start(port(), this::serve);
  }

  @Override
  public void close() {
    try {
      leave();
    } finally {
      LoopbackListener.breakOff(port);
    }
  }

  private void serve(Socket connection) throws IOException, InterruptedException {
    InputStream in = new BufferedInputStream(connection.getInputStream());
    Optional<Request> request = read(in);
    if (request.isEmpty()) {
      return;
    }
    Optional<Mood> now = take(request.get(), connection);
    if (now.isEmpty()) {
      return;
    }
    OutputStream out = connection.getOutputStream();
    if (now.get() instanceof Mood.Hanging) {
      hang(in, connection);
    } else if (now.get() instanceof Mood.Endless) {
      sendWithoutEnd(out);
    } else if (now.get() instanceof Mood.Fixed fixed) {
      out.write(decided(fixed.answer()).bytes());
    } else {
      byte[] answer = decided(handler.answer(request.get())).bytes();
      if (now.get() instanceof Mood.Dripping) {
        drip(answer, out);
      } else {
        out.write(answer);
      }
    }
  }

  /**
   * Notes a request and says how it is treated, both at once: a test that has seen the request may
   * change the mood for later ones. Empty if the server has left meanwhile.
   */
  private synchronized Optional<Mood> take(Request request, Socket connection) {
    if (listener == null || connection.isClosed()) {
      return Optional.empty();
    }
    requests.add(request);
    Mood now = mood;
    if (now instanceof Mood.Fixed fixed && fixed.times() < ALWAYS) {
      mood =
          fixed.times() > 1 ? new Mood.Fixed(fixed.answer(), fixed.times() - 1) : new Mood.Proper();
    }
    if (now instanceof Mood.Hanging) {
      hanging.add(connection);
      mostHanging = Math.max(mostHanging, hanging.size());
    }
    return Optional.of(now);
  }

  private synchronized Answer decided(Answer answer) {
    statuses.add(answer.status());
    return answer;
  }

  /** Waits until the caller leaves or the connection is broken off. */
  private void hang(InputStream in, Socket connection) throws IOException {
    try {
      while (in.read() >= 0) {
        // The caller says more, and nobody listens.
      }
    } finally {
      synchronized (this) {
        hanging.remove(connection);
      }
    }
  }

  private void sendWithoutEnd(OutputStream out) throws IOException {
    out.write("HTTP/1.1 200 X\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
    byte[] block = new byte[8192];
    while (true) {
      out.write(block);
      synchronized (this) {
        endless += block.length;
      }
    }
  }

  private static void drip(byte[] answer, OutputStream out)
      throws IOException, InterruptedException {
    for (byte one : answer) {
      out.write(one);
      out.flush();
      TimeUnit.MILLISECONDS.sleep(BETWEEN_DRIPS_MILLIS);
    }
  }

  /** Reads a request; empty if the connection ends before one begins. */
  private static Optional<Request> read(InputStream in) throws IOException {
    String line = readLine(in);
    if (line.isEmpty()) {
      return Optional.empty();
    }
    String[] parts = line.split(" ");
    Map<String, String> headers = new LinkedHashMap<>();
    for (String field = readLine(in); !field.isEmpty(); field = readLine(in)) {
      int colon = field.indexOf(':');
      headers.put(
          field.substring(0, colon).toLowerCase(Locale.ROOT), field.substring(colon + 1).strip());
    }
    return Optional.of(new Request(parts[0], parts[1], Map.copyOf(headers), readBody(in, headers)));
  }

  private static byte[] readBody(InputStream in, Map<String, String> headers) throws IOException {
    if (!headers.getOrDefault("transfer-encoding", "").equals("chunked")) {
      return in.readNBytes(Integer.parseInt(headers.getOrDefault("content-length", "0")));
    }
    List<byte[]> chunks = new ArrayList<>();
    for (int size = chunkSize(in); size > 0; size = chunkSize(in)) {
      chunks.add(in.readNBytes(size));
      readLine(in);
    }
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    chunks.forEach(body::writeBytes);
    return body.toByteArray();
  }

  private static int chunkSize(InputStream in) throws IOException {
    return Integer.parseInt(readLine(in).split(";")[0].strip(), 16);
  }

  /** A line without its end; empty at the end of the input. */
  private static String readLine(InputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        if (line.size() == 0) {
          return "";
        }
        throw new EOFException("the request ends within a line");
      }
      line.write(c);
    }
    return line.toString(StandardCharsets.UTF_8).stripTrailing();
  }
}
