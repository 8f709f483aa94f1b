package io.tinyscale.launcher.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** An admin door that gives the answers it was told, and remembers what it was asked. */
final class FakeDoor implements AutoCloseable {

  /** A call that came; the path begins behind {@code /api/v1}, with its query. */
  record Call(String method, String path, Map<String, List<String>> headers, String body) {

    Optional<String> header(String name) {
      return Optional.ofNullable(headers.get(name)).map(values -> values.get(0));
    }

    @Override
    public String toString() {
      return method + " " + path + (body.isEmpty() ? "" : " " + body);
    }
  }

  private record Answer(int status, String type, byte[] body, Map<String, String> headers) {}

  private final HttpServer server;
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final Map<String, Deque<Answer>> answers = new ConcurrentHashMap<>();
  private final List<Call> calls = new CopyOnWriteArrayList<>();

  private FakeDoor(HttpServer server) {
    this.server = server;
  }

  static FakeDoor open() {
    return open(0);
  }

  /** A door at this port; 0 takes a free one. */
  static FakeDoor open(int port) {
    try {
      HttpServer server =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
      FakeDoor door = new FakeDoor(server);
      server.setExecutor(door.threads);
      server.createContext("/", door::handle);
      server.start();
      return door;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String url() {
    return "http://127.0.0.1:" + port();
  }

  int port() {
    return server.getAddress().getPort();
  }

  /** Answers such a call; answers that are given in turn are used up but for the last. */
  FakeDoor answer(String methodAndPath, int status, String json) {
    return answer(methodAndPath, status, json.getBytes(StandardCharsets.UTF_8), Map.of());
  }

  FakeDoor answer(String methodAndPath, String json) {
    return answer(methodAndPath, 200, json);
  }

  FakeDoor answer(String methodAndPath, int status, byte[] body, Map<String, String> headers) {
    answers
        .computeIfAbsent(methodAndPath, first -> new ArrayDeque<>())
        .add(
            new Answer(
                status,
                status < 400 ? "application/json" : "application/problem+json",
                body,
                headers));
    return this;
  }

  FakeDoor problem(String methodAndPath, int status, String name, String members) {
    return answer(
        methodAndPath,
        status,
        "{\"type\":\"urn:tinyscale:problem:" + name + "\",\"status\":" + status + members + "}");
  }

  List<Call> calls() {
    return calls;
  }

  /** The last call that was no GET. */
  Call change() {
    return calls.stream()
        .filter(call -> !call.method().equals("GET"))
        .reduce((first, second) -> second)
        .orElseThrow();
  }

  private void handle(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().toString().replaceFirst("^/api/v1", "");
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    calls.add(
        new Call(
            exchange.getRequestMethod(), path, Map.copyOf(exchange.getRequestHeaders()), body));
    Answer answer = next(exchange.getRequestMethod() + " " + path);
    exchange.getResponseHeaders().set("Content-Type", answer.type());
    answer.headers().forEach(exchange.getResponseHeaders()::set);
    exchange.sendResponseHeaders(
        answer.status(), answer.body().length == 0 ? -1 : answer.body().length);
    try (exchange) {
      exchange.getResponseBody().write(answer.body());
    } catch (IOException callerLeft) {
      // Some tests refuse to read a huge answer to its end.
    }
  }

  private synchronized Answer next(String key) {
    Deque<Answer> those = answers.get(key);
    if (those == null) {
      return new Answer(
          404,
          "application/problem+json",
          "{\"type\":\"urn:tinyscale:problem:not-found\",\"status\":404}"
              .getBytes(StandardCharsets.UTF_8),
          Map.of());
    }
    return those.size() > 1 ? those.remove() : those.getFirst();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
