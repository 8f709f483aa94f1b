package io.tinyscale.simulator.api;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A front end that keeps what it receives. It answers 200 unless it was told otherwise. */
final class Receiver implements AutoCloseable {

  /** One request, in the order of arrival. */
  record Received(String method, String target, Headers headers, String body) {
    String header(String name) {
      return headers.getFirst(name);
    }
  }

  private final List<Received> received = new CopyOnWriteArrayList<>();
  private final Map<String, Queue<Integer>> next = new ConcurrentHashMap<>();
  private final Map<String, Integer> always = new ConcurrentHashMap<>();
  private final Map<String, String> redirects = new ConcurrentHashMap<>();
  private final Map<String, CountDownLatch> held = new ConcurrentHashMap<>();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final HttpServer http;

  Receiver() throws IOException {
    http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    http.setExecutor(threads);
    http.createContext("/", this::receive);
    http.start();
  }

  private void receive(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    received.add(
        new Received(
            exchange.getRequestMethod(),
            exchange.getRequestURI().toString(),
            exchange.getRequestHeaders(),
            new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)));
    CountDownLatch latch = held.get(path);
    if (latch != null) {
      awaitQuietly(latch);
    }
    if (redirects.containsKey(path)) {
      exchange.getResponseHeaders().set("Location", redirects.get(path));
    }
    exchange.sendResponseHeaders(status(path), -1);
    exchange.close();
  }

  private int status(String path) {
    Queue<Integer> queue = next.get(path);
    Integer status = queue == null ? null : queue.poll();
    return status == null ? always.getOrDefault(path, 200) : status;
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Answers the next requests for a path with these statuses. */
  Receiver answering(String path, Integer... statuses) {
    next.put(path, new ArrayDeque<>(List.of(statuses)));
    return this;
  }

  /** Answers each request for a path with this status. */
  Receiver alwaysAnswering(String path, int status) {
    always.put(path, status);
    return this;
  }

  Receiver redirecting(String path, String location) {
    redirects.put(path, location);
    return alwaysAnswering(path, 302);
  }

  /** Does not answer requests for a path until the latch is open. */
  void holding(String path, CountDownLatch latch) {
    held.put(path, latch);
  }

  String url(String path) {
    return "http://127.0.0.1:" + http.getAddress().getPort() + path;
  }

  List<Received> received() {
    return received;
  }

  List<Received> received(String path) {
    return received.stream().filter(r -> r.target().split("\\?", 2)[0].equals(path)).toList();
  }

  @Override
  public void close() {
    held.values().forEach(CountDownLatch::countDown);
    http.stop(0);
    threads.shutdownNow();
  }
}
